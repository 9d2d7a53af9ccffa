#include "search/markers/marker_file.h"

#include <fmt/format.h>

#include <array>
#include <map>
#include <mutex>
#include <vector>

#include "base/error.h"
#include "search/small_file.h"
#include "text/lines.h"

namespace reckon {
namespace {

constexpr std::array<std::string_view, 3> kHeadings{"[hedging]", "[thinking]", "[discourse]"};

class MarkerFile {
 public:
  explicit MarkerFile(const std::string& file) : text_(small_file(file, "the lists of markers")) {
    std::string_view rest = text_;
    std::vector<std::string_view>* list = nullptr;
    for (int number = 1; !rest.empty(); ++number) {
      const std::string_view line = trimmed(next_line(rest));
      if (line.empty() || line.front() == '#') continue;
      if (line.front() == '[') {
        list = &under(line, number, file);
        continue;
      }
      if (list == nullptr)
        refuse("a marker before the first heading; [hedging], [thinking] or [discourse] comes first", number, file);
      if (count_markers(line).words == 0) refuse("a marker holds a word at least", number, file);
      list->push_back(line);
    }
    if (lists_[0].empty() && lists_[1].empty() && lists_[2].empty()) {
      throw Error(ErrorCode::bad_file, "holds no marker; under [hedging], [thinking] or [discourse] write one a line", file);
    }
    view_ = {lists_[0], lists_[1], lists_[2]};
  }
  MarkerFile(const MarkerFile&) = delete;
  MarkerFile& operator=(const MarkerFile&) = delete;

  const MarkerLists& lists() const { return view_; }

 private:
  std::vector<std::string_view>& under(std::string_view heading, int number, const std::string& file) {
    for (std::size_t i = 0; i < kHeadings.size(); ++i) {
      if (heading == kHeadings[i]) return lists_[i];
    }
    refuse("headings are [hedging], [thinking] and [discourse]", number, file);
  }
  [[noreturn]] static void refuse(const char* what, int number, const std::string& file) {
    throw Error(ErrorCode::bad_file, fmt::format("line {}: {}", number, what), file);
  }

  std::string text_;  // what the lists point into
  std::array<std::vector<std::string_view>, 3> lists_;
  MarkerLists view_;
};

}  // namespace

const MarkerLists& marker_lists(const std::string& file) {
  if (file.empty()) return english_markers();
  static std::mutex mutex;
  static std::map<std::string, MarkerFile> files;
  const std::lock_guard lock(mutex);
  return files.try_emplace(file, file).first->second.lists();
}

ParameterSpec marker_words_parameter() {
  return {"words", std::string(), "file of markers, a line each, under [hedging], [thinking] and [discourse]; empty = English"};
}

}  // namespace reckon
