// The brackets and words of SMT-LIB 2.6, section 3.1, without any meaning. Strings stand only in commands that are left out.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reckon {

struct SmtNode {
  bool atom = true;
  std::string_view text;       // of the whole node, within the script
  std::vector<SmtNode> parts;  // of a bracket
};

class SmtReader {
 public:
  // `text` outlives the nodes. Throws Error unsupported above kMostConstraintBytes.
  explicit SmtReader(std::string_view text);
  // The next command, or nothing at the end. Throws Error bad_file for brackets and words that do not end, unsupported beyond 200
  // brackets in each other.
  std::optional<SmtNode> next();
  // Throws Error bad_file that names the line of `at`, a part of the text.
  [[noreturn]] void refuse(std::string_view at, const std::string& message) const;

 private:
  void skip_blanks();
  SmtNode read(int depth);
  SmtNode read_atom();

  std::string_view text_;
  std::size_t at_ = 0;
};

bool is_number(std::string_view atom);                 // 12 or 1.5
bool is_name(std::string_view atom);                   // letters, digits and _.-!$@?, a letter or _ first; with blanks in bars
std::string_view without_bars(std::string_view atom);  // |x| -> x
std::string quoted(std::string_view text);             // for messages: printable, not longer than a line

}  // namespace reckon
