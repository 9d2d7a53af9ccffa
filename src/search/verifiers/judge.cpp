// Generative judge: the model itself is asked whether a path is right. Source: FlexiVe, Zhong et al. 2025, arXiv:2505.11966
// (specs card D1). Either its probabilities of saying yes and no are read (mode=likelihood), or fast verdicts are drawn and
// counted, and where they disagree a slow one decides (mode=votes). All of it is verified: questions, and verdicts that are
// drawn.
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/error.h"
#include "base/rng.h"
#include "search/verifier.h"
#include "search/verifiers/verdict.h"

namespace reckon {
namespace {

constexpr std::size_t kTogether = 32;  // texts in one batch: each holds its own keys and values until all are done

class JudgedByModel final : public VerifierMemory {
 public:
  JudgedByModel(std::size_t bytes, double score, std::vector<JudgeVerdict> verdicts)
      : bytes_(bytes), score_(score), verdicts_(std::move(verdicts)) {}
  std::size_t bytes() const { return bytes_; }
  double score() const { return score_; }
  std::vector<JudgeVerdict> verdicts() const override { return verdicts_; }

 private:
  std::size_t bytes_;
  double score_;
  std::vector<JudgeVerdict> verdicts_;  // those that were drawn, of judge 0 the fast ones, of judge 1 the slow one
};

const JudgedByModel* judged(const Path& path) {
  const auto* memory = static_cast<const JudgedByModel*>(path.memory.get());  // a request has one verifier
  return memory != nullptr && memory->bytes() == path.text.size() ? memory : nullptr;
}

struct Tally {
  int yes = 0;
  int no = 0;
  double agreement() const { return yes + no > 0 ? static_cast<double>(std::max(yes, no)) / (yes + no) : 0; }
  double share() const { return yes + no > 0 ? static_cast<double>(yes) / (yes + no) : 0; }
};

void add_verdicts(std::vector<JudgeVerdict>& verdicts, std::size_t judge, const Tally& tally) {
  const auto add = [&](int count, double score) {
    for (int i = 0; i < count; ++i) verdicts.push_back({judge, score});
  };
  add(tally.yes, 1);
  add(tally.no, 0);
}

enum class Pace { fast, slow };

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
    for (const std::string& word : yes) {
      if (std::ranges::none_of(no, [&](const std::string& other) { return same_word(word, other); })) continue;
      throw Error(ErrorCode::bad_argument, "'" + word + "' both accepts and rejects; give yes= and no= different words",
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
    for (std::size_t begin = 0; begin < unjudged.size();) {
      const std::span<Path* const> left = std::span(unjudged).subspan(begin);
      std::size_t asked = 0;
      if (options_.draws) {
        asked = co_await judge_by_votes(left, problem, space);
      } else {
        asked = co_await judge_by_likelihood(left, problem, space);
      }
      begin += asked;
    }
    std::vector<double> scores;
    for (const Path& path : paths) scores.push_back(judged(path) != nullptr ? judged(path)->score() : 0);
    co_return scores;
  }
  // The path's own, and about as many again for the problem and the question around it.
  double tokens_per_token() const override { return 2; }

 private:
  static void note(Path& path, double score, std::vector<JudgeVerdict> verdicts = {}) {
    path.memory = std::make_shared<JudgedByModel>(path.text.size(), score, std::move(verdicts));
  }

  // As many of the first paths as are sure to be paid for, in one batch, and of these, those on which the fast verdicts disagree
  // in another; the first alone where not even that is sure. Returns how many.
  awaitable<std::size_t> judge_by_votes(std::span<Path* const> paths, const Problem& problem, SearchSpace& space) const {
    const std::size_t most = std::max<std::size_t>(kTogether / static_cast<std::size_t>(options_.votes), 1);
    std::vector<Problem> asked;
    std::vector<Problem> asked_slowly;
    for (const Path* path : paths.first(std::min(paths.size(), most))) {
      asked.push_back(question(*path, problem, Pace::fast));
      asked_slowly.push_back(question(*path, problem, Pace::slow));
    }
    std::vector<std::int64_t> costs;
    for (std::size_t i = 0; i < asked.size(); ++i) {
      const std::int64_t fast = asking(asked[i]) + options_.votes * options_.fast.path_tokens;
      costs.push_back(fast + std::ssize(asked_slowly[i].prompt) + options_.slow.path_tokens);
    }
    const std::size_t count = sure_of(costs, space);
    const std::vector<std::optional<Tally>> fast = co_await drawn(std::span(asked).first(count), Pace::fast, space);
    std::vector<Problem> unsettled;
    std::vector<std::size_t> about;
    for (std::size_t i = 0; i < count; ++i) {
      if (!fast[i] || fast[i]->agreement() >= options_.agree) continue;
      unsettled.push_back(std::move(asked_slowly[i]));
      about.push_back(i);
    }
    std::vector<std::optional<Tally>> slow(count);
    const std::vector<std::optional<Tally>> settled = co_await drawn(unsettled, Pace::slow, space);
    for (std::size_t i = 0; i < about.size(); ++i) slow[about[i]] = settled[i];
    for (std::size_t i = 0; i < count; ++i) {
      if (fast[i]) note_votes(*paths[i], *fast[i], slow[i].value_or(Tally()));
    }
    co_return count;
  }

  static void note_votes(Path& path, const Tally& fast, const Tally& slow) {
    std::vector<JudgeVerdict> verdicts;
    add_verdicts(verdicts, 0, fast);
    add_verdicts(verdicts, 1, slow);
    note(path, slow.yes + slow.no > 0 ? slow.share() : fast.share(), std::move(verdicts));
  }

  // As many of the first paths as are sure to be paid for, in one batch; else the first alone. Returns how many. The score is
  // P(yes) / (P(yes) + P(no)), each summed over its spellings, as the first thing said.
  awaitable<std::size_t> judge_by_likelihood(std::span<Path* const> paths, const Problem& problem, SearchSpace& space) const {
    std::vector<std::string> texts = spellings(options_.yes);
    const std::size_t of_yes = texts.size();
    std::ranges::copy(spellings(options_.no), std::back_inserter(texts));
    std::int64_t answers = 0;  // a token has a byte at least
    for (const std::string& text : texts) answers += std::ssize(text);
    std::vector<Problem> asked;
    std::vector<std::int64_t> costs;
    for (const Path* path : paths.first(std::min(paths.size(), kTogether))) {
      asked.push_back(question(*path, problem, Pace::fast));
      costs.push_back(asking(asked.back()) + answers);
    }
    asked.resize(sure_of(costs, space));
    std::vector<std::optional<Path>> opened = co_await space.open_each(asked);
    std::vector<Path> questions;
    std::vector<Path*> about;
    for (std::size_t i = 0; i < opened.size(); ++i) {
      if (!opened[i] || !goes_without_thinking(*opened[i], asked[i], space)) continue;
      questions.push_back(std::move(*opened[i]));
      about.push_back(paths[i]);
    }
    if (questions.empty()) co_return asked.size();
    const auto table = co_await space.likelihoods(questions, std::move(texts));
    for (std::size_t i = 0; table && i < about.size(); ++i) note(*about[i], share_of_yes((*table)[i], of_yes));
    co_return asked.size();
  }

  // The most tokens that a question takes before its fast answers.
  static std::int64_t asking(const Problem& question) {
    return std::ssize(question.prompt) + std::ssize(question.thinking.none());
  }

  // A fast verdict comes at once: a model that would think first finds an empty thought. False where that cannot be paid for.
  static bool goes_without_thinking(Path& question, const Problem& asked, SearchSpace& space) {
    const std::string none = asked.thinking.none();
    return none.empty() || space.append(question, none);
  }

  // How many of the first the budget is sure to pay for, given the most tokens that each may take; one at least, which is
  // asked for what it is worth. Operations are not counted beforehand.
  static std::size_t sure_of(std::span<const std::int64_t> costs, const SearchSpace& space) {
    const RequestHandle request = space.request();
    const bool counted = request ? !request->budget().flops : space.drawable() == std::numeric_limits<std::int64_t>::max();
    if (!counted) return 1;
    std::int64_t left = request ? request->tokens_left() : space.drawable();
    std::size_t count = 0;
    while (count < costs.size() && costs[count] <= left) left -= costs[count++];
    return std::max<std::size_t>(count, 1);
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

  // Verdicts on each question, `votes` fast ones or one slow one, all drawn in one batch. Nothing for a question that is too long
  // or cannot be paid for.
  awaitable<std::vector<std::optional<Tally>>> drawn(std::span<const Problem> asked, Pace pace, SearchSpace& space) const {
    std::vector<std::optional<Tally>> tallies(asked.size());
    std::vector<Path> answers;
    std::vector<std::size_t> about;
    {
      std::vector<std::optional<Path>> opened = co_await space.open_each(asked);
      for (std::size_t i = 0; i < opened.size(); ++i) {
        if (!opened[i] || (pace == Pace::fast && !goes_without_thinking(*opened[i], asked[i], space))) continue;
        tallies[i].emplace();
        std::ranges::move(space.fork(*opened[i], pace == Pace::slow ? 1 : options_.votes), std::back_inserter(answers));
        about.resize(answers.size(), i);
      }
    }
    co_await space.advance(answers, pace == Pace::slow ? options_.slow : options_.fast);
    const VerdictPlace place = pace == Pace::slow ? VerdictPlace::last : VerdictPlace::first;
    for (std::size_t i = 0; i < answers.size(); ++i) {
      const std::optional<bool> verdict = verdict_in(answers[i].text, options_.yes, options_.no, place);
      Tally& tally = *tallies[about[i]];
      if (verdict) ++(*verdict ? tally.yes : tally.no);
    }
    co_return tallies;
  }

  // What is drawn for it depends on the path and its length, not on what else is asked before.
  Problem question(const Path& path, const Problem& problem, Pace pace) const {
    const std::string& text = pace == Pace::slow ? options_.questions.slow : options_.questions.fast;
    Problem asked = asked_as(problem, asked_about(text, problem.text, path.text));
    asked.judging = true;
    asked.scoring = true;
    asked.draw_key = SplitMix64(path.id).next() + 2 * path.text.size() + (pace == Pace::slow ? 1 : 0);
    return asked;
  }

  JudgeOptions options_;
};

std::shared_ptr<const Verifier> make_judge_verifier(const Parameters& parameters, const VerifierResources&) {
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
          .make = make_judge_verifier};
}

}  // namespace reckon
