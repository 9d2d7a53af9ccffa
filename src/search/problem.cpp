#include "search/problem.h"

#include "base/error.h"

namespace reckon {

Problem asked_as(const Problem& problem, std::string text) {
  if (!problem.render) {
    throw Error(ErrorCode::unsupported,
                "this asks the model further questions, which needs a chat template; the prompt is plain text");
  }
  Problem asked = problem;
  const std::vector<Turn> turns{{"user", text}};
  asked.prompt = problem.render(turns);
  asked.text = std::move(text);
  return asked;
}

}  // namespace reckon
