#include "app/result_store.h"

#include <fmt/format.h>

#include <utility>

#include "app/database_schema.h"
#include "app/stored_result.h"
#include "base/error.h"

namespace reckon {
namespace {

constexpr std::int64_t kApplication = 0x52636b6e;  // "Rckn": says whose file it is (PRAGMA application_id)
constexpr std::int64_t kFormat = 5;                // of the tables below (PRAGMA user_version)

constexpr const char* kRunColumns =
    "(run INTEGER PRIMARY KEY, label TEXT, begun TEXT DEFAULT CURRENT_TIMESTAMP, task TEXT, split TEXT, strategy TEXT,"
    " verifier TEXT, budget TEXT, prompt TEXT, seed TEXT, model TEXT, engine TEXT, files TEXT, code TEXT,"
    " UNIQUE(task, split, strategy, verifier, budget, prompt, seed, model, engine, files, code))";

DatabaseSchema result_schema() {
  return {.application = kApplication,
          .format = kFormat,
          .tables = {fmt::format("CREATE TABLE runs{}", kRunColumns), fmt::format("CREATE TABLE results{}", kResultColumns),
                     fmt::format("CREATE TABLE paths{}", kPathColumns)},
          .expected = "is no store of results; give a new file, or one that 'reckon eval --store' has made"};
}

std::string where_identity(RunIdentity& identity, bool any_code) {
  std::string text;
  for (const auto& [column, value] : identity.fields()) {
    if (any_code && column == "code") continue;
    text += fmt::format("{}{}=?", text.empty() ? "" : " AND ", column);
  }
  return text;
}

}  // namespace

ResultStore::ResultStore(const std::string& path, DatabaseAccess access) : database_(path, access) {
  require_schema(database_, result_schema(), access);
}

std::optional<std::int64_t> ResultStore::find(RunIdentity identity, bool any_code) {
  Statement asked = database_.prepare(
      fmt::format("SELECT run FROM runs WHERE {} ORDER BY run DESC LIMIT 1", where_identity(identity, any_code)));
  int parameter = 0;
  for (const auto& [column, value] : identity.fields()) {
    if (!(any_code && column == "code")) asked.bind(++parameter, std::string_view(*value));
  }
  if (!asked.step()) return std::nullopt;
  return asked.integer(0);
}

std::optional<std::int64_t> ResultStore::run_of_any_code(RunIdentity identity) {
  return find(std::move(identity), /*any_code=*/true);
}

std::int64_t ResultStore::run(RunIdentity identity, const std::string& label) {
  Transaction transaction(database_);
  std::optional<std::int64_t> known = find(identity, /*any_code=*/false);
  if (!known) {
    std::string columns = "label";
    for (const auto& [column, value] : identity.fields()) columns += fmt::format(",{}", column);
    Statement insert = database_.prepare(
        fmt::format("INSERT INTO runs({}) VALUES({})", columns, placeholders(1 + static_cast<int>(identity.fields().size()))));
    int parameter = 1;
    insert.bind(parameter, std::string_view(label));
    for (const auto& [column, value] : identity.fields()) insert.bind(++parameter, std::string_view(*value));
    insert.run();
    known = database_.last_row();
  }
  transaction.commit();
  return *known;
}

std::vector<StoredRun> ResultStore::runs() {
  Statement asked = database_.prepare(
      "SELECT run, label, begun, (SELECT count(*) FROM results WHERE results.run = runs.run),"
      " (SELECT total(correct != 0) FROM results WHERE results.run = runs.run),"
      " task, split, strategy, verifier, budget, prompt, seed, model, engine, files, code FROM runs ORDER BY run");
  std::vector<StoredRun> runs;
  while (asked.step()) {
    StoredRun& run = runs.emplace_back();
    run.id = asked.integer(0);
    run.label = asked.text(1);
    run.begun = asked.text(2);
    run.problems = asked.integer(3);
    run.right = asked.integer(4);
    int column = 5;
    for (const auto& [name, value] : run.identity.fields()) *value = asked.text(column++);
  }
  return runs;
}

void ResultStore::save(std::int64_t run, const ProblemResult& result) {
  Transaction transaction(database_);
  Statement clear = database_.prepare("DELETE FROM paths WHERE run=? AND problem=?");
  clear.bind(1, run).bind(2, result.problem).run();
  Statement insert =
      database_.prepare(fmt::format("INSERT OR REPLACE INTO results VALUES({})", placeholders(kResultColumnCount)));
  bind_result(insert, run, result);
  insert.run();
  save_paths(run, result);
  transaction.commit();
}

void ResultStore::save_paths(std::int64_t run, const ProblemResult& result) {
  Statement insert = database_.prepare(fmt::format("INSERT INTO paths VALUES({})", placeholders(kPathColumnCount)));
  for (std::size_t path = 0; path < result.solved.outcome.paths.size(); ++path) {
    bind_path(insert, run, result, path);
    insert.run();
  }
}

std::map<std::int64_t, ProblemResult> ResultStore::results(std::int64_t run, std::int64_t first, std::int64_t count) {
  Statement rows = database_.prepare("SELECT * FROM results WHERE run=? AND problem>=? AND problem<? ORDER BY problem");
  Statement paths_of = database_.prepare("SELECT * FROM paths WHERE run=? AND problem=? ORDER BY path");
  rows.bind(1, run).bind(2, first).bind(3, first + count);
  std::map<std::int64_t, ProblemResult> results;
  while (rows.step()) {
    const std::int64_t problem = rows.integer(1);
    try {
      std::vector<PathRecord> paths;
      std::vector<bool> correct;
      paths_of.bind(1, run).bind(2, problem);
      while (paths_of.step()) {
        bool right = false;
        paths.push_back(path_from(paths_of, right));
        correct.push_back(right);
      }
      paths_of.reset();
      results.emplace(problem, result_from(rows, std::move(paths), std::move(correct)));
    } catch (const Error& error) {  // what is wrong is known there, where it stands is known here
      throw Error(error.code(), fmt::format("run {}, problem {}: {}", run, problem, error.message()), path());
    }
  }
  return results;
}

}  // namespace reckon
