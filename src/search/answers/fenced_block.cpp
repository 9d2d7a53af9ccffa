#include "search/answers/fenced_block.h"

#include <algorithm>
#include <array>
#include <utility>

#include "search/answers/extract.h"
#include "text/lines.h"

namespace reckon {
std::optional<FencedBlock> last_fenced_block(std::string_view text, std::span<const std::string_view> languages) {
  constexpr std::string_view kFence = "```";
  std::optional<FencedBlock> last;
  std::optional<FencedBlock> block;  // the one being read
  bool wanted = false;
  while (!text.empty()) {
    const std::string_view line = next_line(text);
    const std::string_view mark = trimmed(line);
    if (!mark.starts_with(kFence)) {
      if (block) block->code.append(line).append("\n");
    } else if (!block) {
      block.emplace();
      wanted = std::ranges::find(languages, trimmed(mark.substr(kFence.size()))) != languages.end();
    } else {
      block->closed = true;
      if (wanted) last = std::exchange(block, std::nullopt);
      block.reset();
    }
  }
  return block && wanted ? block : last;
}

std::span<const std::string_view> python_fences() noexcept {
  static constexpr std::array<std::string_view, 5> kNames{"python", "py", "python3", "Python", ""};
  return kNames;
}

std::optional<std::string> program_answer(std::string_view text, bool whole) {
  const std::optional<std::string_view> said = after_thinking(text);
  if (!said) return std::nullopt;
  const std::optional<FencedBlock> block = last_fenced_block(*said, python_fences());
  if (!whole && !(block && block->closed)) return std::nullopt;
  const std::string_view code = block ? std::string_view(block->code) : *said;
  if (code.find_first_not_of(" \t\r\n") == std::string_view::npos) return std::nullopt;
  return std::string(code);  // as it stands: its first line may be indented
}

}  // namespace reckon
