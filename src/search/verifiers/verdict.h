// What a judge is asked and how its verdict is found in what it writes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reckon {

struct JudgeQuestions {
  std::string fast;  // to be answered at once; holds {problem} and {solution}
  std::string slow;  // to be answered after some thought
};

// "" = ours. Else a text file of at most 1 MiB: the fast question, and behind a line "---" the slow one, which may be missing.
// Throws Error not_found, or bad_file where a question does not hold {solution}.
JudgeQuestions read_judge_questions(const std::string& file);

// The question with the texts in place; what the texts hold is not looked at again.
std::string asked_about(std::string_view question, std::string_view problem, std::string_view solution);

// "yes/right" -> {"yes", "right"}, without empty ones.
std::vector<std::string> verdict_words(std::string_view list);

bool same_word(std::string_view a, std::string_view b);  // capitals do not count, as in verdicts

// The ways a model may write the words as the first thing it says: each as it is and with a capital, each alone and behind a
// space.
std::vector<std::string> spellings(const std::vector<std::string>& words);

enum class VerdictPlace { first, last };
// True for the first (or last) of the words in `text`, behind its thinking, that is one of `yes`; false for one of `no`. Case
// does not count, and a word ends where letters and digits do. Nothing when none is there.
std::optional<bool> verdict_in(std::string_view text, const std::vector<std::string>& yes, const std::vector<std::string>& no,
                               VerdictPlace place);

}  // namespace reckon
