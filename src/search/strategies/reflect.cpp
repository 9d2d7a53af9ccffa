// Reflection: attempt, hear what is wrong with it, attempt again, until the verifier accepts. Attempts and criticisms stay in the
// context. Source: Li et al. 2025, arXiv:2503.12271 (Reflect-DiT), its text analogue (specs card H6): of more attempts than fit,
// those with distinct criticisms are kept. A criticism is a given wording, or one that the model writes when it is asked what is
// wrong with the attempt (critic=model): that question and its answer judge, and are charged as verified.
#include <algorithm>
#include <array>
#include <set>

#include "base/error.h"

#include "search/strategies/conversation.h"

namespace reckon {
namespace {

constexpr std::size_t kLongestCritique = 16'384;  // bytes
constexpr const char* kQuestion =
    "{problem}\n\nAn attempt, which was not accepted:\n{solution}\n\nIn a few sentences, name its first mistake and how to avoid "
    "it. Do not solve the problem.\n";

struct Criticised {
  std::string text;
  std::string feedback;
};

// Indices of at most `keep`, rising: the most recent of each feedback first, and only where those are fewer, repeated ones. The
// last is always among them.
std::vector<std::size_t> in_view(const std::vector<Criticised>& history, std::size_t keep) {
  std::vector<std::size_t> kept;
  std::vector<std::size_t> repeated;
  std::set<std::string_view> heard;
  for (std::size_t i = history.size(); i-- > 0;) (heard.insert(history[i].feedback).second ? kept : repeated).push_back(i);
  if (kept.size() > keep) kept.resize(keep);
  for (const std::size_t index : repeated) {
    if (kept.size() < keep) kept.push_back(index);
  }
  std::ranges::sort(kept);
  return kept;
}

// Of the critic; "" where there is none.
std::string question_of(const Parameters& parameters) {
  if (parameters.text("critic") == "none") return "";
  const std::string& question = parameters.text("question");
  if (question.empty()) return kQuestion;
  if (question.find("{solution}") != std::string::npos) return question;
  throw Error(ErrorCode::bad_argument, "does not show the attempt; write {solution} where it belongs, and {problem}",
              "strategy 'reflect': parameter 'question'");
}

class Reflect final : public Strategy {
 public:
  Reflect(const Parameters& parameters, std::shared_ptr<const Verifier> verifier)
      : attempts_(parameters.integer("n")),
        keep_(static_cast<std::size_t>(parameters.integer("keep"))),
        accept_(parameters.number("accept")),
        feedback_(parameters.text("feedback")),
        question_(question_of(parameters)),
        step_(step_options(parameters)),
        critic_(step_),
        verifier_(std::move(verifier)) {
    critic_.path_tokens = parameters.integer("critique_tokens");
  }

  awaitable<Outcome> solve(const Problem& problem, SearchSpace& space) const override {
    std::vector<PathRecord> records;
    std::vector<Criticised> history;
    std::vector<Path> live;  // one, or none when it is over
    bool ran_out = false;
    {
      const std::optional<Path> root = co_await space.open(problem);
      if (!root) co_return outcome_in_order({}, {}, 0, /*ran_out=*/true);
      live = space.fork(*root, 1);
    }
    for (std::int64_t attempts = 0; !live.empty();) {
      co_await space.advance(live, step_);
      const std::size_t before = records.size();
      const std::vector<double> scores = co_await verifier_->score(live, problem, space);
      Path& path = live.front();
      records.push_back(record_of(path, scores.front(), problem));
      if (accepted(records.back()) || ++attempts >= attempts_ || path.state == PathState::cut_off) break;
      const PathRecord attempt = records.back();
      const std::optional<std::string> critique = co_await criticism(attempt, problem, space, records);
      ran_out = !critique;
      if (ran_out) break;
      history.push_back({attempt.text, feedback_on(attempt, *critique)});
      Path next = std::move(space.fork(path, 1).front());
      next.turns = turns_before_last(history);
      if (records.size() > before + 1) next.earlier_tokens += records.back().line_tokens;  // the critique that it waited for
      const bool begun = co_await space.reply(next, problem, history.back().feedback);
      if (!begun) records.push_back(record_of(next, 0, problem));
      live.clear();
      if (begun) live.push_back(std::move(next));
    }
    const Selection selection = find_selector("best").select(records);
    const double confidence = selection.chosen ? records[*selection.chosen].score : 0;
    co_return outcome_in_order(std::move(records), selection, confidence, ran_out);
  }

 private:
  // What the model writes of an attempt, "" where nobody asks it or the question is longer than the context. Nothing when the
  // budget cannot pay for the question.
  awaitable<std::optional<std::string>> criticism(const PathRecord& attempt, const Problem& problem, SearchSpace& space,
                                                  std::vector<PathRecord>& records) const {
    if (question_.empty()) co_return std::string();
    const std::string shown = shown_part(attempt.text, quoted_bytes(attempt.text.size(), 1));
    const std::array fillings{Filling{"problem", problem.text}, Filling{"solution", shown}};
    Problem asked = asked_as(problem, filled_in(question_, fillings));
    asked.judging = true;
    if (!fits(asked, space)) co_return std::string();
    std::vector<Path> critics = co_await draw_paths(asked, space, 1, critic_);
    if (critics.empty()) co_return std::nullopt;
    records.push_back(record_of_question(critics.front(), problem));
    co_return shown_part(critics.front().text, kLongestCritique);
  }

  // The wording with its places filled in; a critique that has no place in it stands in front.
  std::string feedback_on(const PathRecord& attempt, const std::string& critique) const {
    const std::string answer = attempt.answer.value_or("none");
    const std::array fillings{Filling{"answer", answer}, Filling{"critique", critique}};
    const std::string said = filled_in(feedback_, fillings);
    const bool has_place = feedback_.find("{critique}") != std::string::npos;
    return has_place || critique.empty() ? said : critique + "\n" + said;
  }

  bool accepted(const PathRecord& record) const { return record.answer && record.score >= accept_; }

  std::vector<Turn> turns_before_last(const std::vector<Criticised>& history) const {
    std::vector<Turn> turns;
    for (const std::size_t index : in_view(history, keep_)) {
      if (index + 1 == history.size()) break;
      turns.push_back({"assistant", history[index].text});
      turns.push_back({"user", history[index].feedback});
    }
    return turns;
  }

  std::int64_t attempts_;
  std::size_t keep_;
  double accept_;
  std::string feedback_;
  std::string question_;  // to the critic; "" = none is asked
  StepOptions step_;
  StepOptions critic_;
  std::shared_ptr<const Verifier> verifier_;
};

std::unique_ptr<Strategy> make_reflect(const Parameters& parameters, std::shared_ptr<const Verifier> verifier) {
  return std::make_unique<Reflect>(parameters, std::move(verifier));
}

}  // namespace

StrategyEntry reflect_entry() {
  std::vector<ParameterSpec> parameters = drawing_parameters(kSearchTemperature, 8);
  parameters.front().meaning = "most attempts";
  parameters.push_back(
      {"keep", std::int64_t{3}, "attempts with their criticism in view of the next, distinct criticism first", 1, 4096});
  parameters.push_back({"accept", 0.5, "an answer with this score of the verifier ends it", 0, 1});
  parameters.push_back({.name = "feedback",
                        .default_value = std::string("wrong: {answer}. again."),
                        .meaning = "what is said to an attempt that was not accepted; {answer} and {critique} stand for its own",
                        .needs_text = true});
  parameters.push_back({.name = "critic",
                        .default_value = std::string("none"),
                        .meaning = "who writes the critique: nobody, or the model, asked beside the attempt",
                        .choices = {"none", "model"}});
  parameters.push_back(
      {"question", std::string(), "what the critic is asked, with {problem} and {solution} in it; empty = ours"});
  parameters.push_back(
      {"critique_tokens", std::int64_t{256}, "most tokens of a critique; -1 = as many as the context holds", -1, 1e9});
  return {.name = "reflect",
          .summary = "attempt, hear the verifier's verdict, attempt again with it in view, until it accepts",
          .source = "Li et al. 2025, arXiv:2503.12271",
          .parameters = std::move(parameters),
          .uses_verifier = true,
          .asks_further = true,
          .make = make_reflect};
}

}  // namespace reckon
