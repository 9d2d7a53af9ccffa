// Solve, detect, verify: the solver is stopped where it has finished but goes on hesitating, its solution is verified by votes
// that are spent as far as they disagree, and one refinement follows what they find. Source: Zhong et al. 2025, arXiv:2505.11966
// (specs card D1).
#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include "search/answers/equivalence.h"
#include "search/answers/extract.h"
#include "search/strategies/conversation.h"
#include "text/lines.h"

namespace reckon {
namespace {

constexpr const char* kComplete = "\nIs the solution above complete?";
constexpr const char* kVerify =
    "{problem}\n\nA solution, step by step:\n{steps}\nName the first wrong step and say in a sentence why it is wrong: end with "
    "\\boxed{number}, or with \\boxed{-1} if every step is right.\n";
constexpr std::size_t kLongestReason = 4096;                      // bytes
constexpr const char* kEmptyThought = "<think>\n\n</think>\n\n";  // fast verdicts do not think
constexpr std::int64_t kAllRight = -1;

// Lines of the text with their numbers, without thinking markers.
std::string numbered_steps(std::string_view text) {
  std::string steps;
  int number = 0;
  for (std::string line : pieces_of(text, '\n')) {
    for (const char* marker : {"<think>", "</think>"}) {
      if (const std::size_t at = line.find(marker); at != std::string::npos) line.erase(at, std::string_view(marker).size());
    }
    if (line.find_first_not_of(" \t\r") != std::string::npos) steps += std::to_string(++number) + ": " + line + "\n";
  }
  return steps;
}

// The number in the last box, or the last number; nothing where there is none.
std::optional<std::int64_t> verdict_in(std::string_view text) {
  std::optional<std::string> found = extract_answer(text, Extraction::boxed);
  if (!found) found = extract_answer(text, Extraction::number);
  if (!found) return std::nullopt;
  std::int64_t step = 0;
  const auto read = std::from_chars(found->data(), found->data() + found->size(), step);
  const bool whole = read.ec == std::errc() && read.ptr == found->data() + found->size();
  return whole ? std::optional(step) : std::nullopt;
}

// What a verdict says in front of its last box, or all of it where there is none, behind its thinking.
std::string reason_in(std::string_view text) {
  const std::string shown = shown_part(text, text.size());
  return clipped(trimmed(std::string_view(shown).substr(0, shown.rfind("\\boxed"))), kLongestReason);
}

struct Verdict {
  Verdict() = default;
  std::optional<std::int64_t> step;  // first wrong one, or kAllRight; nothing where nobody said
  std::string reason;                // of the first who named it and gave one; "" where nobody did
  bool paid = true;
  std::int64_t line = 0;  // tokens of what had to be asked one after the other for it
};

class SolveDetectVerify final : public Strategy {
 public:
  explicit SolveDetectVerify(const Parameters& parameters)
      : words_(pieces_of(parameters.text("words"), '|')),
        between_(parameters.integer("between")),
        votes_(static_cast<int>(parameters.integer("votes"))),
        slow_votes_(static_cast<int>(parameters.integer("slow_votes"))),
        agreement_(parameters.number("agreement")),
        doubt_(parameters.number("doubt")),
        refinements_(parameters.integer("refinements")),
        stop_(parameters.text("stop") + "\n"),
        feedback_(parameters.text("feedback")),
        step_(step_options(parameters)),
        judge_(step_) {
    judge_.path_tokens = parameters.integer("verdict_tokens");
  }

  awaitable<Outcome> solve(const Problem& problem, SearchSpace& space) const override {
    std::vector<PathRecord> records;
    std::vector<std::size_t> solutions;  // their indices
    std::vector<Path> solver;            // one path
    std::optional<std::size_t> accepted;
    bool ran_out = false;
    {
      const std::optional<Path> root = co_await space.open(problem);
      if (!root) co_return outcome_in_order({}, {}, 0, /*ran_out=*/true);
      solver = space.fork(*root, 1);
    }
    for (std::int64_t refined = 0;; ++refined) {
      co_await draw_until_complete(solver, space);
      const Path& path = solver.front();
      solutions.push_back(records.size());
      records.push_back(record_of(path, 0, problem));
      if (path.state == PathState::cut_off) break;
      const Verdict verdict = co_await verify(path.text, problem, space, records);
      ran_out = ran_out || !verdict.paid;
      if (verdict.step == kAllRight) {
        accepted = solutions.back();
        records[*accepted].score = 1;
      }
      if (accepted || !verdict.step || refined == refinements_) break;
      Path next = std::move(space.fork(path, 1).front());
      next.earlier_tokens += verdict.line;
      const bool begun = co_await space.reply(next, problem, feedback_on(verdict));
      if (!begun) records.push_back(record_of(next, 0, problem));
      if (!begun) break;
      solver.clear();
      solver.push_back(std::move(next));
    }
    co_return selected(std::move(records), solutions, accepted, ran_out);
  }

 private:
  // Steps 1 and 2 of the card: at each hesitation, far enough from the last, the model is asked beside the path whether it has
  // finished. Where it says yes, its thinking is ended, or the path where it was not thinking; what it drew stays as it is.
  awaitable<void> draw_until_complete(std::vector<Path>& solver, SearchSpace& space) const {
    Path& path = solver.front();
    StepOptions step = step_;
    step.more_delimiters = words_;
    std::int64_t asked_at = path.tokens;
    while (path.state == PathState::open) {
      co_await space.advance(solver, step);
      if (path.state != PathState::open || !hesitates(path.text) || path.tokens - asked_at < between_) continue;
      asked_at = path.tokens;
      const std::optional<std::vector<double>> odds = co_await yes_over_no(solver, kComplete, space);
      if (!odds || odds->front() <= 0) continue;
      if (after_thinking(path.text)) {
        path.state = PathState::finished;
      } else if (space.append(path, stop_)) {
        step.more_delimiters.clear();
      }
    }
  }

  // Whether the text ends with one of the words, and the word does not end another.
  bool hesitates(std::string_view text) const {
    return std::ranges::any_of(words_, [text](const std::string& word) {
      if (!text.ends_with(word)) return false;
      if (text.size() == word.size()) return true;
      const char before = text[text.size() - word.size() - 1];
      return !((before >= 'a' && before <= 'z') || (before >= 'A' && before <= 'Z'));
    });
  }

  std::string feedback_on(const Verdict& verdict) const {
    const std::string step = std::to_string(*verdict.step);
    const std::string reason = verdict.reason.empty() ? "" : " " + verdict.reason;
    const std::array fillings{Filling{"step", step}, Filling{"reason", reason}};
    return filled_in(feedback_, fillings);
  }

  // Whether verdicts that agree are looked into all the same: fast ones can be wrong together.
  bool doubts(SearchSpace& space) const {
    if (doubt_ <= 0 || doubt_ >= 1) return doubt_ >= 1;
    const double law[] = {1 - doubt_, doubt_};
    return space.choose(law) == 1;
  }

  // Fast votes, and where they do not agree, or are doubted, slow ones.
  awaitable<Verdict> verify(std::string_view solution, const Problem& problem, SearchSpace& space,
                            std::vector<PathRecord>& records) const {
    const std::string steps = numbered_steps(solution);
    const std::array fillings{Filling{"problem", problem.text}, Filling{"steps", steps}};
    Problem asked = asked_as(problem, filled_in(kVerify, fillings));
    asked.judging = true;
    if (!fits(asked, space)) co_return Verdict();
    const std::optional<Path> root = co_await space.open(asked);
    if (!root) co_return unpaid();
    std::vector<Path> fast = space.fork(*root, votes_);
    const std::string none = asked.thinking.none();
    for (Path& path : fast) space.append(path, none.empty() ? kEmptyThought : none);
    co_await space.advance(fast, judge_);
    auto [verdict, share] = most_common(fast);
    verdict.line = longest_line(fast);
    note(fast, problem, records);
    if (verdict.step && share >= agreement_ && !doubts(space)) co_return verdict;
    std::vector<Path> slow = space.fork(*root, slow_votes_);
    co_await space.advance(slow, judge_);
    Verdict decided = most_common(slow).first;
    decided.line = verdict.line += longest_line(slow);
    note(slow, problem, records);
    co_return decided.step ? decided : verdict;  // slow ones that name nothing leave it to the others
  }

  static Verdict unpaid() {
    Verdict verdict;
    verdict.paid = false;
    return verdict;
  }

  // With its share of all that were asked; of equally common ones the lowest.
  static std::pair<Verdict, double> most_common(std::span<const Path> voters) {
    std::map<std::int64_t, int> counts;
    std::map<std::int64_t, std::string> reasons;
    for (const Path& voter : voters) {
      const auto step = voter.state == PathState::finished ? verdict_in(voter.text) : std::nullopt;
      if (!step) continue;
      ++counts[*step];
      if (reasons[*step].empty()) reasons[*step] = reason_in(voter.text);
    }
    Verdict verdict;
    if (counts.empty()) return {verdict, 0};
    const auto most = std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; });
    verdict.step = most->first;
    verdict.reason = reasons[most->first];
    return {verdict, static_cast<double>(most->second) / static_cast<double>(voters.size())};
  }

  static std::int64_t longest_line(std::span<const Path> paths) {
    std::int64_t longest = 0;
    for (const Path& path : paths) longest = std::max(longest, line_tokens(path));
    return longest;
  }

  static void note(std::span<const Path> questions, const Problem& problem, std::vector<PathRecord>& records) {
    for (const Path& path : questions) records.push_back(record_of_question(path, problem));
  }

  // Another than the vote would choose: its share of the votes counts, and it won by none of them.
  static Selection chosen_for(const std::string& answer, std::size_t place, std::span<const PathRecord> voters) {
    const auto answers = [](const PathRecord& one) { return one.answer.has_value(); };
    const auto agrees = [&answer](const PathRecord& one) { return one.answer && equivalent(answer, *one.answer); };
    const auto all = static_cast<double>(std::ranges::count_if(voters, answers));
    return Selection{place, static_cast<double>(std::ranges::count_if(voters, agrees)) / all, std::nullopt};
  }

  static Outcome selected(std::vector<PathRecord> records, const std::vector<std::size_t>& solutions,
                          std::optional<std::size_t> accepted, bool ran_out) {
    std::vector<PathRecord> voters;
    for (const std::size_t index : solutions) voters.push_back(records[index]);
    Selection selection = find_selector("majority").select(voters);
    if (selection.chosen) selection.chosen = solutions[*selection.chosen];
    if (accepted && records[*accepted].answer) selection = chosen_for(*records[*accepted].answer, *accepted, voters);
    return outcome_in_order(std::move(records), selection, selection.share, ran_out);
  }

  std::vector<std::string> words_;
  std::int64_t between_;
  int votes_;
  int slow_votes_;
  double agreement_;
  double doubt_;
  std::int64_t refinements_;
  std::string stop_;
  std::string feedback_;
  StepOptions step_;
  StepOptions judge_;
};

std::unique_ptr<Strategy> make_solve_detect_verify(const Parameters& parameters, std::shared_ptr<const Verifier>) {
  return std::make_unique<SolveDetectVerify>(parameters);
}

}  // namespace

StrategyEntry solve_detect_verify_entry() {
  std::vector<ParameterSpec> parameters = drawing_parameters(kSearchTemperature);
  parameters.push_back({"words", std::string("Wait|wait|Hmm|hmm|Alternatively|alternatively|let me double-check|But|but"),
                        "hesitations behind which the model is asked whether it has finished; separated by bars"});
  parameters.push_back({"between", std::int64_t{256}, "least tokens between two such questions", 1, 1e9});
  parameters.push_back({"votes", std::int64_t{8}, "fast verdicts on a solution", 1, 4096});
  parameters.push_back({"agreement", 0.75, "share of the fast verdicts that decides; else slow ones do; above 1 always", 0, 2});
  parameters.push_back({"slow_votes", std::int64_t{1}, "slow verdicts, of which the most common decides", 1, 4096});
  parameters.push_back({"doubt", 0.0, "chance that slow verdicts decide though the fast ones agree", 0, 1});
  parameters.push_back({"refinements", std::int64_t{1}, "new solutions at most, after a verdict of wrong", 0, 4096});
  parameters.push_back(
      {"verdict_tokens", std::int64_t{-1}, "most tokens of a verdict; -1 = as many as the context holds", -1, 1e9});
  parameters.push_back({.name = "stop",
                        .default_value = std::string("</think>"),
                        .meaning = "what ends the thinking of a solution that is complete, before a new line",
                        .needs_text = true});
  parameters.push_back(
      {.name = "feedback",
       .default_value = std::string("Step {step} is wrong.{reason} Solve it again."),
       .meaning = "what is said to a solution judged wrong; {reason} is what a verdict gives as one, behind a space, or nothing",
       .needs_text = true});
  return {.name = "solve_detect_verify",
          .summary = "a solver stopped where it has finished, a verifier that thinks where its votes disagree, one refinement",
          .source = "Zhong et al. 2025, arXiv:2505.11966",
          .parameters = std::move(parameters),
          .asks_further = true,
          .make = make_solve_detect_verify};
}

}  // namespace reckon
