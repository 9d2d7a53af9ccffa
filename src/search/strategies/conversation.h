// What the strategies share that ask the model more than the problem: wording with places to fill in, what of a text others are
// shown, and records of paths of several turns and questions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "search/strategies/parallel_sampling.h"

namespace reckon {

struct Filling {
  std::string_view name;
  std::string_view value;
};

// Every "{name}" in `wording` becomes its value. What values hold is not looked into.
std::string filled_in(std::string_view wording, std::span<const Filling> fillings);
std::string filled_in(std::string_view wording, std::string_view name, std::string_view value);

// The problem in other words, in which "{problem}" stands for its own; "{problem}" alone is the problem as it is. Throws Error
// unsupported for other words where there is no chat.
Problem reworded(const Problem& problem, const std::string& wording);
// The wording itself. Throws Error bad_argument where "{problem}" does not stand in it; `parameter` is the error's context.
std::string with_problem(std::string wording, std::string_view parameter);

// The part of a text that others are shown: behind its thinking, without outer white space; "" where the thinking never ended.
// At most `most_bytes`, cut between characters.
std::string shown_part(std::string_view text, std::size_t most_bytes);
std::string clipped(std::string_view text, std::size_t most_bytes);

// "a|b|c" -> a, b, c. Empty pieces are left out.
std::vector<std::string> pieces_of(std::string_view text, char separator);

PathRecord record_of(const Path& path, double score, const Problem& problem);
// Of a path that judged, summarised or asked: whatever it says, it answers nothing.
PathRecord record_of_question(const Path& path, const Problem& problem);

// Whether a question has room in the context. Questions that quote what was drawn may have none; then they are not asked.
bool fits(const Problem& asked, const SearchSpace& space);
// Bytes of each of `count` texts that one question quotes, at most `wanted`: a prompt may have 1 000 000 in all.
std::size_t quoted_bytes(std::size_t wanted, std::size_t count);

// An index among `count`, each as likely. Where there is one only, nothing is chosen.
std::size_t choose_one_of(std::size_t count, SearchSpace& space);
// `count` things in random order.
std::vector<std::size_t> shuffled(std::size_t count, SearchSpace& space);

// What searches over steps ask about a step.
inline constexpr const char* kRightAndHelps = "\nIs this right, and does it help?";

// log p(yes) - log p(no) behind each path, where each is the sum over ways to write it, all behind `question`; 0, as likely as
// not, behind a path whose context has no room to ask. Nothing when the budget cannot pay.
awaitable<std::optional<std::vector<double>>> yes_over_no(std::span<const Path> paths, std::string question, SearchSpace& space);

// As outcome_of, for records in any order: they are put in order of path id, and `selection` is of them as they were. `ran_out`:
// the budget ended the strategy, even where it cut off no path.
Outcome outcome_in_order(std::vector<PathRecord> records, const Selection& selection, double confidence, bool ran_out);

}  // namespace reckon
