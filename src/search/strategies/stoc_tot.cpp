// Stochastic tree of thought: sub-questions with their answers are a tree, a path's probability is the product of what the model
// itself says of its steps, and beams or draws by it go on. Source: Bi et al. 2024, arXiv:2407.03687 (specs card C11).
// Departures: P(yes) is read from the model's log-probabilities instead of a number it writes; the final answer is constrained
// word by word through likelihoods, without a grammar: it is always a part of the problem's text.
#include <algorithm>
#include <cmath>
#include <iterator>

#include "base/error.h"
#include "search/strategies/conversation.h"
#include "search/strategies/spans.h"

namespace reckon {
namespace {

constexpr const char* kAsk = "{problem}\n\nWrite one sub-question that helps, and its answer.\n";
constexpr const char* kNext = "Write the next sub-question, and its answer.";
constexpr const char* kAnswer = "Now answer the problem.";

double probability_of(double odds) { return 1 / (1 + std::exp(-odds)); }

class StocTot final : public Strategy {
 public:
  explicit StocTot(const Parameters& parameters)
      : width_(static_cast<int>(parameters.integer("width"))),
        beam_(static_cast<std::size_t>(parameters.integer("n"))),
        depth_(parameters.integer("depth")),
        sampled_(parameters.text("keep") == "sample"),
        span_words_(static_cast<std::size_t>(parameters.integer("span_words"))),
        span_or_(pieces_of(parameters.text("span_or"), '|')),
        step_(step_options(parameters)) {
    greedy_.sampling.temperature = 0;
    greedy_.path_tokens = step_.path_tokens;
  }

  awaitable<Outcome> solve(const Problem& problem, SearchSpace& space) const override {
    if (span_words_ > 0) require_words(problem.text);
    std::vector<PathRecord> records;
    bool ran_out = false;
    std::vector<Path> nodes;
    {
      const Problem asked = asked_as(problem, filled_in(kAsk, "problem", problem.text));
      const std::optional<Path> root = co_await space.open(asked);
      if (!root) co_return outcome_in_order({}, {}, 0, /*ran_out=*/true);
      nodes = space.fork(*root, width_);
      std::vector<double> beliefs(nodes.size(), 1);  // probability of the path that leads to each
      for (std::int64_t depth = 1; !nodes.empty(); ++depth) {
        co_await space.advance(nodes, step_);
        ran_out = !co_await believe(nodes, beliefs, space) || ran_out;
        keep_best(nodes, beliefs, records, problem, space);
        if (depth == depth_) break;
        co_await branch(nodes, beliefs, records, asked, problem, space);
      }
      ran_out = !co_await answer(nodes, beliefs, records, asked, problem, space) || ran_out;
    }
    const Selection selection = find_selector("best").select(records);
    const double confidence = selection.chosen ? records[*selection.chosen].score : 0;
    co_return outcome_in_order(std::move(records), selection, confidence, ran_out);
  }

 private:
  static void require_words(std::string_view text) {
    if (!Spans(text).continuations().empty()) return;
    throw Error(ErrorCode::bad_argument,
                "the answer is to be a part of the problem's text, and that holds no word; with 0 it is in free words",
                "strategy 'stoc_tot': parameter 'span_words'");
  }

  // Multiplies each belief by P(yes). False, with the beliefs as they were, where the budget cannot pay.
  static awaitable<bool> believe(std::vector<Path>& nodes, std::vector<double>& beliefs, SearchSpace& space) {
    const std::optional<std::vector<double>> odds = co_await yes_over_no(nodes, kRightAndHelps, space);
    if (!odds) co_return false;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      beliefs[i] *= probability_of((*odds)[i]);
      nodes[i].step_scores.push_back(beliefs[i]);
    }
    co_return true;
  }

  // At most `beam_` nodes stay, the likeliest or drawn by their probabilities without putting back; all become records.
  void keep_best(std::vector<Path>& nodes, std::vector<double>& beliefs, std::vector<PathRecord>& records, const Problem& problem,
                 SearchSpace& space) const {
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      records.push_back(record_of_question(nodes[i], problem));
      records.back().score = beliefs[i];
      if (nodes[i].state != PathState::cut_off) open.push_back(i);
    }
    std::vector<Path> kept;
    std::vector<double> kept_beliefs;
    while (!open.empty() && kept.size() < beam_) {
      const std::size_t place = sampled_ ? drawn(open, beliefs, space) : likeliest(open, beliefs);
      kept.push_back(std::move(nodes[open[place]]));
      kept_beliefs.push_back(beliefs[open[place]]);
      open.erase(open.begin() + static_cast<std::ptrdiff_t>(place));
    }
    nodes = std::move(kept);
    beliefs = std::move(kept_beliefs);
  }

  static std::size_t likeliest(const std::vector<std::size_t>& open, const std::vector<double>& beliefs) {
    const auto best = std::ranges::max_element(open, {}, [&beliefs](std::size_t index) { return beliefs[index]; });
    return static_cast<std::size_t>(best - open.begin());
  }

  static std::size_t drawn(const std::vector<std::size_t>& open, const std::vector<double>& beliefs, SearchSpace& space) {
    double total = 0;
    for (const std::size_t index : open) total += beliefs[index];
    if (open.size() == 1 || !(total > 0)) return 0;
    std::vector<double> probabilities;
    for (const std::size_t index : open) probabilities.push_back(beliefs[index] / total);
    return static_cast<std::size_t>(space.choose(probabilities));
  }

  // Each node is asked for `width_` next sub-questions, which share all that is before them.
  awaitable<void> branch(std::vector<Path>& nodes, std::vector<double>& beliefs, std::vector<PathRecord>& records,
                         const Problem& asked, const Problem& problem, SearchSpace& space) const {
    std::vector<Path> children;
    std::vector<double> of_children;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      Path next = std::move(space.fork(nodes[i], 1).front());
      const bool begun = co_await space.reply(next, asked, kNext);
      if (!begun) records.push_back(record_of_question(next, problem));
      if (!begun) continue;
      std::ranges::move(space.fork(next, width_ - 1), std::back_inserter(children));
      children.push_back(std::move(next));
      of_children.resize(children.size(), beliefs[i]);
    }
    nodes = std::move(children);
    beliefs = std::move(of_children);
  }

  // False where the budget ended a span early.
  awaitable<bool> answer(std::vector<Path>& nodes, const std::vector<double>& beliefs, std::vector<PathRecord>& records,
                         const Problem& asked, const Problem& problem, SearchSpace& space) const {
    bool paid = true;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      std::vector<Path> last = space.fork(nodes[i], 1);
      const bool begun = co_await space.reply(last.front(), asked, kAnswer);
      if (begun && span_words_ == 0) co_await space.advance(last, greedy_);
      if (begun && span_words_ > 0) paid = co_await answer_with_span(last, problem, space) && paid;
      records.push_back(record_of(last.front(), beliefs[i], problem));
    }
    co_return paid;
  }

  // The likeliest part of the problem's text, word by word: each next word is one that follows there, or the end; what the
  // context has no room for is neither. Instead of the first word, one of the other answers. False where the budget cannot pay.
  awaitable<bool> answer_with_span(std::vector<Path>& last, const Problem& problem, SearchSpace& space) const {
    const std::string open = "\\boxed{";
    const std::string close = "}";
    Spans spans(problem.text);
    bool paid = true;
    Path& path = last.front();
    while (spans.words() < span_words_) {
      std::vector<std::string> texts;
      std::vector<std::string> continuations = spans.continuations();
      for (const std::string& text : continuations) texts.push_back(open + spans.text() + text);
      const std::vector<std::string> others = spans.words() == 0 ? other_answers(continuations) : std::vector<std::string>();
      for (const std::string& text : others) texts.push_back(open + text);
      if (spans.words() > 0) texts.push_back(open + spans.text() + close);
      const std::optional<std::vector<std::vector<double>>> table = co_await space.likelihoods(last, texts);
      paid = table.has_value();
      if (!paid) break;
      const std::vector<double>& row = table->front();
      const auto best = static_cast<std::size_t>(std::ranges::max_element(row) - row.begin());
      if (std::isinf(row[best])) break;
      if (best < continuations.size()) {
        spans.take(continuations[best]);
        continue;
      }
      if (spans.words() > 0) break;  // it ends
      path.text = open + others[best - continuations.size()] + close;
      path.state = PathState::finished;
      co_return paid;
    }
    path.state = spans.words() > 0 ? PathState::finished : paid ? PathState::stopped : PathState::cut_off;
    if (spans.words() > 0) path.text = open + spans.text() + close;
    co_return paid;
  }

  // Those that are no word of the text, where they could be said as well.
  std::vector<std::string> other_answers(const std::vector<std::string>& words) const {
    std::vector<std::string> others = span_or_;
    std::erase_if(others, [&words](const std::string& answer) { return std::ranges::find(words, answer) != words.end(); });
    return others;
  }

  int width_;
  std::size_t beam_;
  std::int64_t depth_;
  bool sampled_;
  std::size_t span_words_;
  std::vector<std::string> span_or_;
  StepOptions step_;
  StepOptions greedy_;
};

std::unique_ptr<Strategy> make_stoc_tot(const Parameters& parameters, std::shared_ptr<const Verifier>) {
  return std::make_unique<StocTot>(parameters);
}

}  // namespace

StrategyEntry stoc_tot_entry() {
  std::vector<ParameterSpec> parameters = drawing_parameters(/*default_temperature=*/0.7, /*default_n=*/2);
  parameters.front().meaning = "paths of the tree that go on after each level, and that answer";
  parameters.push_back({"width", std::int64_t{3}, "sub-questions asked behind each of them", 1, 4096});
  parameters.push_back({"depth", std::int64_t{2}, "levels of sub-questions", 1, 64});
  parameters.push_back({.name = "keep",
                        .default_value = std::string("beam"),
                        .meaning = "which paths go on: the likeliest, or drawn by their probability",
                        .choices = {"beam", "sample"}});
  parameters.push_back(
      {"span_words", std::int64_t{0}, "answer with at most so many words of the problem's text; 0 = in free words", 0, 1000});
  parameters.push_back({"span_or", std::string("yes|no"), "answers that span_words allows beside those, separated by bars"});
  return {.name = "stoc_tot",
          .summary = "a tree of sub-questions, grown where the model itself believes its answers",
          .source = "Bi et al. 2024, arXiv:2407.03687",
          .parameters = std::move(parameters),
          .asks_further = true,
          .make = make_stoc_tot};
}

}  // namespace reckon
