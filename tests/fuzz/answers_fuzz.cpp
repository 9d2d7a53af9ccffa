// Answers: the text up to the first newline is a gold answer, the rest what a model wrote. Any bytes give a verdict, none an
// exception; whatever is extracted is not empty, every answer equals itself, and grouping is a partition.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "search/answers/equivalence.h"
#include "search/answers/extract.h"
#include "search/answers/grouping.h"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

void extract_all(std::string_view text) {
  for (const std::string_view name : reckon::extraction_names()) {
    const reckon::Extraction mode = *reckon::extraction_named(name);
    const std::optional<std::string> answer = reckon::extract_answer(text, mode);
    require(!answer || !answer->empty());
    require(!answer || mode == reckon::Extraction::minerva || reckon::compare_extracted(*answer, *answer, mode).equal);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string_view gold = input.substr(0, input.find('\n'));
  const std::string_view answer = gold.size() < size ? input.substr(gold.size() + 1) : std::string_view();
  extract_all(input);

  reckon::compare_answers(gold, answer);
  reckon::compare_answers(gold, answer, {.choice = true, .lenient_percent = true});
  for (const std::string_view name : reckon::extraction_names()) {
    reckon::compare_extracted(gold, answer, *reckon::extraction_named(name));
  }
  require(reckon::equivalent(gold, gold));
  require(reckon::canonical(answer) == reckon::canonical(answer));

  const std::vector<std::string> answers{std::string(gold), std::string(answer), std::string(answer)};
  std::vector<int> seen(answers.size(), 0);
  for (const reckon::AnswerGroup& group : reckon::group_answers(answers)) {
    for (const std::size_t member : group.members) ++seen[member];
  }
  for (const int times : seen) require(times <= 1);
  require(seen[1] == seen[2]);
  return 0;
}
