// Blocks of code in a model's text: between lines that begin with three backticks, the first of which names the language.
// Source: CommonMark 0.31, section 4.5, of which this reads fences of three backticks. Any bytes; linear in the text.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace reckon {

struct FencedBlock {
  std::string code;     // its lines, each with a newline
  bool closed = false;  // false: the text ends inside, as where it was cut off
};

// The last block whose language is one of these; nothing where there is none.
std::optional<FencedBlock> last_fenced_block(std::string_view text, std::span<const std::string_view> languages);

// The names under which models write Python; a block without a name counts.
std::span<const std::string_view> python_fences() noexcept;

// The answer to a problem that asks for a program: what follows the last </think>, of that the last block of Python, or without
// any block the whole text. A text that is not `whole` may end anywhere: of it, only a block that is closed. Nothing where there
// is no program, or nothing but blanks.
std::optional<std::string> program_answer(std::string_view text, bool whole);

}  // namespace reckon
