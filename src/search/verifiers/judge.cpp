// Generative judge: the model itself is asked whether a path is right. Source: FlexiVe, Zhong et al. 2025, arXiv:2505.11966
// (specs card D1). Either its probabilities of saying yes and no are read (mode=likelihood), or fast verdicts are drawn and
// counted, and where they disagree a slow one decides (mode=votes). All of it is verified: questions, and verdicts that are
// drawn.
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "search/verifier.h"
#include "search/verifiers/verdict.h"

namespace reckon {
namespace {

constexpr std::size_t kTogether = 32;  // questions in one batch: each holds its own keys and values until all are answered

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
    std::vector<Path*> unjudged;
    for (Path& path : paths) {
      if (judged(path) == nullptr) unjudged.push_back(&path);
    }
    if (options_.draws) {
      for (Path* path : unjudged) co_await judge_by_votes(*path, problem, space);
    } else {
      for (std::size_t begin = 0; begin < unjudged.size();) {
        const std::span<Path* const> left = std::span(unjudged).subspan(begin);
        const std::size_t asked = co_await judge_by_likelihood(left, problem, space);
        begin += asked;
      }
    }
    std::vector<double> scores;
    for (const Path& path : paths) scores.push_back(judged(path) != nullptr ? judged(path)->score() : 0);
    co_return scores;
  }
  // The path's own, and about as many again for the problem and the question around it.
  double tokens_per_token() const override { return 2; }

 private:
  static void note(Path& path, double score) { path.memory = std::make_shared<Judged>(path.text.size(), score); }

  awaitable<void> judge_by_votes(Path& path, const Problem& problem, SearchSpace& space) const {
    const std::optional<Tally> fast = co_await drawn(path, problem, space, /*slow=*/false);
    if (!fast) co_return;
    std::optional<Tally> slow;
    if (fast->agreement() < options_.agree) slow = co_await drawn(path, problem, space, /*slow=*/true);
    note(path, slow && slow->yes + slow->no > 0 ? slow->share() : fast->share());
  }

  // As many of the first paths as are asked about in one batch; where that might not be paid for, the first alone. Returns how
  // many. The score is P(yes) / (P(yes) + P(no)), each summed over its spellings, as the first thing said.
  awaitable<std::size_t> judge_by_likelihood(std::span<Path* const> paths, const Problem& problem, SearchSpace& space) const {
    std::vector<std::string> texts = spellings(options_.yes);
    const std::size_t of_yes = texts.size();
    std::ranges::copy(spellings(options_.no), std::back_inserter(texts));
    std::vector<Problem> asked;
    for (const Path* path : paths.first(std::min(paths.size(), kTogether))) {
      asked.push_back(question(*path, problem, options_.questions.fast));
    }
    if (!is_paid_for(asked, texts, space)) asked.resize(1);
    std::vector<std::optional<Path>> opened = co_await space.open_each(asked);
    std::vector<Path> questions;
    std::vector<Path*> about;
    for (std::size_t i = 0; i < opened.size(); ++i) {
      if (!opened[i]) continue;
      questions.push_back(std::move(*opened[i]));
      about.push_back(paths[i]);
    }
    if (questions.empty()) co_return asked.size();
    const auto table = co_await space.likelihoods(questions, std::move(texts));
    for (std::size_t i = 0; table && i < about.size(); ++i) note(*about[i], share_of_yes((*table)[i], of_yes));
    co_return asked.size();
  }

  // Whether the budget is sure to pay for these questions with all their answers. A token has a byte at least; operations are not
  // counted beforehand.
  static bool is_paid_for(std::span<const Problem> asked, std::span<const std::string> texts, const SearchSpace& space) {
    const RequestHandle request = space.request();
    if (request && request->budget().flops) return false;
    std::int64_t each = 0;
    for (const std::string& text : texts) each += std::ssize(text);
    std::int64_t tokens = 0;
    for (const Problem& one : asked) tokens += std::ssize(one.prompt) + each;
    return request ? tokens <= request->tokens_left() : space.drawable() == std::numeric_limits<std::int64_t>::max();
  }

  static double share_of_yes(std::span<const double> likelihoods, std::size_t of_yes) {
    double yes = 0;
    double all = 0;
    for (std::size_t i = 0; i < likelihoods.size(); ++i) {
      const double probability = std::exp(likelihoods[i]);
      all += probability;
      if (i < of_yes) yes += probability;
    }
    return all > 0 ? yes / all : 0;
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
    asked.scoring = true;
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
