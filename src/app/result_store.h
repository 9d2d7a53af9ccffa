// Results of evaluations in an SQLite file, each kept as it ends: a run that was killed goes on where it stopped, tables are
// computed anew without drawing, and runs are compared. Tables runs, results and paths: docs/evaluation.md.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/database.h"
#include "app/problem_result.h"
#include "app/run_identity.h"

namespace reckon {

struct StoredRun {
  std::int64_t id = 0;  // counts from 1 within the file
  std::string label;    // the strategy as it was asked for, and what else was asked for
  std::string begun;    // date and time, UTC
  RunIdentity identity;
  std::int64_t problems = 0;
  std::int64_t right = 0;
};

class ResultStore {  // of one thread
 public:
  // Throws what Database throws, and Error bad_file where the file is not what this version writes.
  ResultStore(const std::string& path, DatabaseAccess access);

  // The run of this identity; begins one where there is none.
  std::int64_t run(RunIdentity identity, const std::string& label);
  // The latest run that differs in `code` at most.
  std::optional<std::int64_t> run_of_any_code(RunIdentity identity);
  std::vector<StoredRun> runs();

  // On disk when it returns. A result of the same problem, from another program on the same file or before it was scored anew, is
  // replaced. Throws Error bad_argument where the disk does not take it.
  void save(std::int64_t run, const ProblemResult& result);

  // By the index of their problem, of which `count` from `first` on are looked for. Throws Error bad_file for values that this
  // program would not have written.
  std::map<std::int64_t, ProblemResult> results(std::int64_t run, std::int64_t first, std::int64_t count);

  const std::string& path() const noexcept { return database_.path(); }

 private:
  void save_paths(std::int64_t run, const ProblemResult& result);
  std::optional<std::int64_t> find(RunIdentity identity, bool any_code);

  Database database_;
};

}  // namespace reckon
