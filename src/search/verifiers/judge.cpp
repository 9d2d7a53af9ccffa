// Generative judge: the model itself is asked whether a path is right. Source: FlexiVe, Zhong et al. 2025, arXiv:2505.11966
// (specs card D1). Either its probabilities of saying yes and no are read (mode=likelihood), or fast verdicts are drawn and
// counted, and where they disagree a slow one decides (mode=votes). All of it is verified: questions, and verdicts that are
// drawn.
#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "search/verifier.h"
#include "search/verifiers/verdict.h"

namespace reckon {
namespace {

class Judged final : public VerifierMemory {
 public:
  Judged(std::size_t bytes, double score) : bytes_(bytes), score_(score) {}
  std::size_t bytes() const { return bytes_; }
  double score() const { return score_; }

 private:
  std::size_t bytes_;
  double score_;
};

const Judged* judged(const Path& path) {
  const auto* memory = static_cast<const Judged*>(path.memory.get());  // a request has one verifier
  return memory != nullptr && memory->bytes() == path.text.size() ? memory : nullptr;
}

struct Tally {
  int yes = 0;
  int no = 0;
  double agreement() const { return yes + no > 0 ? static_cast<double>(std::max(yes, no)) / (yes + no) : 0; }
  double share() const { return yes + no > 0 ? static_cast<double>(yes) / (yes + no) : 0; }
};

struct JudgeOptions {
  explicit JudgeOptions(const Parameters& parameters)
      : questions(read_judge_questions(parameters.text("questions"))),
        yes(verdict_words(parameters.text("yes"))),
        no(verdict_words(parameters.text("no"))),
        draws(parameters.text("mode") == "votes"),
        votes(static_cast<int>(parameters.integer("votes"))),
        agree(parameters.number("agree")) {
    if (yes.empty() || no.empty()) {
      throw Error(ErrorCode::bad_argument, "a judge needs words for both verdicts, as in yes=yes/right,no=no/wrong",
                  "verifier 'judge'");
    }
    fast.sampling.temperature = slow.sampling.temperature = parameters.number("temperature");
    fast.path_tokens = parameters.integer("fast_tokens");
    slow.path_tokens = parameters.integer("slow_tokens");
  }
  JudgeQuestions questions;
  std::vector<std::string> yes;
  std::vector<std::string> no;
  bool draws;
  int votes;
  double agree;
  StepOptions fast;
  StepOptions slow;
};

class Judge final : public Verifier {
 public:
  explicit Judge(const Parameters& parameters) : options_(parameters) {}

  awaitable<std::vector<double>> score(std::span<Path> paths, const Problem& problem, SearchSpace& space) const override {
    std::vector<double> scores;
    for (Path& path : paths) {
      if (judged(path) == nullptr) {
        const std::optional<double> score = co_await verdict(path, problem, space);
        if (score) path.memory = std::make_shared<Judged>(path.text.size(), *score);
      }
      const Judged* known = judged(path);
      scores.push_back(known != nullptr ? known->score() : 0);
    }
    co_return scores;
  }
  // The path's own, and about as many again for the problem and the question around it.
  double tokens_per_token() const override { return 2; }

 private:
  awaitable<std::optional<double>> verdict(const Path& path, const Problem& problem, SearchSpace& space) const {
    if (!options_.draws) co_return co_await probability(path, problem, space);
    const std::optional<Tally> fast = co_await drawn(path, problem, space, /*slow=*/false);
    if (!fast) co_return std::nullopt;
    if (fast->agreement() >= options_.agree) co_return fast->share();
    const std::optional<Tally> slow = co_await drawn(path, problem, space, /*slow=*/true);
    co_return slow && slow->yes + slow->no > 0 ? slow->share() : fast->share();
  }

  // P(yes) / (P(yes) + P(no)), each summed over its spellings, as the first thing said.
  awaitable<std::optional<double>> probability(const Path& path, const Problem& problem, SearchSpace& space) const {
    const Problem asked = question(path, problem, options_.questions.fast);
    const std::optional<Path> opened = co_await space.open(asked);
    if (!opened) co_return std::nullopt;
    const std::vector<std::string> yes = spellings(options_.yes);
    std::vector<std::string> texts = yes;
    std::ranges::copy(spellings(options_.no), std::back_inserter(texts));
    const std::span<const Path> one(&*opened, 1);
    const auto table = co_await space.likelihoods(one, std::move(texts));
    if (!table) co_return std::nullopt;
    double of_yes = 0;
    double of_all = 0;
    for (std::size_t i = 0; i < table->front().size(); ++i) {
      const double probability = std::exp(table->front()[i]);
      of_all += probability;
      if (i < yes.size()) of_yes += probability;
    }
    co_return of_all > 0 ? of_yes / of_all : 0;
  }

  // Verdicts drawn in one batch: `votes` fast ones, or one slow one.
  awaitable<std::optional<Tally>> drawn(const Path& path, const Problem& problem, SearchSpace& space, bool slow) const {
    std::vector<Path> answers;
    {
      const Problem asked = question(path, problem, slow ? options_.questions.slow : options_.questions.fast);
      const std::optional<Path> opened = co_await space.open(asked);
      if (!opened) co_return std::nullopt;
      answers = space.fork(*opened, slow ? 1 : options_.votes);
    }
    co_await space.advance(answers, slow ? options_.slow : options_.fast);
    Tally tally;
    for (const Path& answer : answers) {
      const std::optional<bool> verdict =
          verdict_in(answer.text, options_.yes, options_.no, slow ? VerdictPlace::last : VerdictPlace::first);
      if (verdict) ++(*verdict ? tally.yes : tally.no);
    }
    co_return tally;
  }

  static Problem question(const Path& path, const Problem& problem, const std::string& text) {
    Problem asked = asked_as(problem, asked_about(text, problem.text, path.text));
    asked.judging = true;
    return asked;
  }

  JudgeOptions options_;
};

std::shared_ptr<const Verifier> make(const Parameters& parameters, const VerifierResources&) {
  return std::make_shared<Judge>(parameters);
}

}  // namespace

VerifierEntry judge_entry() {
  return {.name = "judge",
          .summary = "the model itself is asked whether a path is right",
          .source = "Zhong et al. 2025, arXiv:2505.11966",
          .parameters = {{.name = "mode",
                          .default_value = std::string("likelihood"),
                          .meaning = "read the probabilities of the verdicts, or draw and count them",
                          .choices = {"likelihood", "votes"}},
                         {"questions", std::string(),
                          "file with the question for a fast verdict, a line ---, and one for a slow verdict; empty = ours"},
                         {"yes", std::string("yes"), "words that accept, separated by /"},
                         {"no", std::string("no"), "words that reject, separated by /"},
                         {"votes", std::int64_t{8}, "fast verdicts drawn in one batch", 1, 1024},
                         {"agree", 0.75,
                          "where a smaller share of them agree, a slow verdict decides; 0 = never, above 1 = always", 0, 2},
                         {"temperature", 0.7, "of drawing verdicts", 0, 100},
                         {"fast_tokens", std::int64_t{16}, "most tokens of a fast verdict", 1, 1e9},
                         {"slow_tokens", std::int64_t{1024}, "most tokens of a slow verdict", 1, 1e9}},
          .make = make};
}

}  // namespace reckon
