#include "tasks/grid.h"

#include "search/answers/extract.h"
#include "tasks/generation.h"

namespace reckon {

const std::string kGridInstruction =
    "Each pair shows the same rule. Find it, and put the last output into \\boxed{}, as rows of digits.\n\n";

std::string shown(const Grid& grid) {
  std::string text;
  for (const std::string& row : grid) text.append(text.empty() ? "" : "\n").append(row);
  return text;
}

std::string demonstration(const Grid& input, const Grid& output) {
  return "in\n" + shown(input) + "\nout\n" + shown(output) + "\n\n";
}

std::string question(const Grid& input) { return "in\n" + shown(input) + "\nout?"; }

std::vector<std::string> read_rows(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789";
  std::vector<std::string> rows;
  std::string row;
  const auto finish = [&] {
    if (!row.empty()) rows.push_back(std::move(row));
    row.clear();
  };
  // "1, 2, 3" and "[1, 2, 3]" are rows too: a comma or blank separates cells, a newline, slash or bracket rows.
  for (const char c : text) {
    if (kDigits.find(c) != std::string_view::npos) {
      row += c;
    } else if (c == '\n' || c == '/' || c == '[' || c == ']' || c == '\\') {
      finish();
    }
    if (row.size() > kLargestGrid || rows.size() > kLargestGrid) return {};
  }
  finish();
  return rows;
}

Verdict judge_grid(const Grid& truth, std::string_view text) {
  const std::optional<std::string> answer = extract_answer(text);
  if (!answer) return with_shares(unanswered(), {"pixels"});
  const std::vector<std::string> rows = read_rows(*answer);
  double cells = 0;
  double right = 0;
  bool same_shape = rows.size() == truth.size();
  for (std::size_t i = 0; same_shape && i < rows.size(); ++i) {
    same_shape = rows[i].size() == truth[i].size();
    for (std::size_t j = 0; same_shape && j < rows[i].size(); ++j) {
      cells += 1;
      right += rows[i][j] == truth[i][j] ? 1 : 0;
    }
  }
  const char* detail = rows == truth ? "right" : same_shape ? "some cells are wrong" : "another shape";
  Verdict verdict = judged(*answer, rows == truth, detail);
  verdict.measures = {{"pixels", same_shape ? right / cells : 0}};
  return verdict;
}

}  // namespace reckon
