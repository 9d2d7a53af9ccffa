// Classes of equal answers, for majority and weighted votes. Source: specs card "Answer extraction and equivalence", 1.4.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace reckon {

struct AnswerGroup {
  std::string answer;                // the first spelling
  std::string canonical;             // of the first spelling
  bool comparable = true;            // false: words, or beyond the limits; such a group loses ties against a comparable one
  std::vector<std::size_t> members;  // indices into the input, ascending
};

// Groups in the order of their first member. Equal canonical forms first; then, because decimals and relations have none,
// pairwise equality (either way round) with union-find among at most 64 distinct forms. An empty answer belongs to no group: none
// never votes. The members of each group do not depend on the order of `answers`, up to 64 forms.
std::vector<AnswerGroup> group_answers(std::span<const std::string> answers);

}  // namespace reckon
