// A result as rows of the store: which column holds what, in both directions. What is read is checked: a file may come from
// anywhere.
#pragma once

#include "app/database.h"
#include "app/problem_result.h"

namespace reckon {

// SQL after "CREATE TABLE": the columns of both tables, which begin with run and problem.
extern const char* const kResultColumns;
extern const char* const kPathColumns;
inline constexpr int kResultColumnCount = 35;
inline constexpr int kPathColumnCount = 22;

// "?,?,…": one for each column.
std::string placeholders(int count);

// Binds everything to parameters 1, 2 … in order of the columns.
void bind_result(Statement& insert, std::int64_t run, const ProblemResult& result);
void bind_path(Statement& insert, std::int64_t run, const ProblemResult& result, std::size_t path);

// From all columns of a row. Selections and correctness come with the paths, which have to be read first: `paths` and `correct`
// are those of this problem, in order. Throws Error bad_file naming the column.
ProblemResult result_from(const Statement& row, std::vector<PathRecord> paths, std::vector<bool> correct);
PathRecord path_from(const Statement& row, bool& correct);

}  // namespace reckon
