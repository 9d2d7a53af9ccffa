// ThinkSum: the model is asked for likelihoods of given answers under one prompt per item of a set, side by side; what they mean
// together is computed outside it. Source: Ozturkler et al. 2022, arXiv:2210.01293 (specs card B13). Nothing is drawn.
#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "search/strategies/conversation.h"

namespace reckon {
namespace {

using Table = std::vector<std::vector<double>>;  // [items][choices]

// exp of each minus the log of their sum; equal shares where all are impossible.
std::vector<double> normalised(const std::vector<double>& logs) {
  const double most = *std::ranges::max_element(logs);
  std::vector<double> shares;
  if (std::isinf(most)) return std::vector<double>(logs.size(), 1.0 / static_cast<double>(logs.size()));
  double total = 0;
  for (const double log : logs) total += shares.emplace_back(std::exp(log - most));
  for (double& share : shares) share /= total;
  return shares;
}

std::vector<double> mixture(const Table& laws) {
  std::vector<double> mean(laws.front().size(), 0);
  for (const std::vector<double>& law : laws) {
    for (std::size_t a = 0; a < law.size(); ++a) mean[a] += law[a] / static_cast<double>(laws.size());
  }
  return mean;
}

std::vector<double> product(const Table& laws) {
  std::vector<double> logs(laws.front().size(), 0);
  for (const std::vector<double>& law : laws) {
    for (std::size_t a = 0; a < law.size(); ++a) logs[a] += std::log(law[a]);
  }
  return normalised(logs);
}

// Of each item, one minus its mean similarity to the others, as shares of all; similarity is the overlap of square roots of laws.
std::vector<double> oddness(const Table& laws) {
  std::vector<double> odd(laws.size(), 0);
  double total = 0;
  for (std::size_t i = 0; i < laws.size(); ++i) {
    for (std::size_t j = 0; j < laws.size(); ++j) {
      if (i == j) continue;
      double similarity = 0;
      for (std::size_t a = 0; a < laws[i].size(); ++a) similarity += std::sqrt(laws[i][a] * laws[j][a]);
      odd[i] += std::max(1 - similarity, 0.0) / static_cast<double>(laws.size() - 1);
    }
    total += odd[i];
  }
  for (double& one : odd) one = total > 0 ? one / total : 1.0 / static_cast<double>(laws.size());
  return odd;
}

class ThinkSum final : public Strategy {
 public:
  explicit ThinkSum(const Parameters& parameters)
      : choices_(pieces_of(parameters.text("choices"), '|')),
        items_(pieces_of(parameters.text("items"), '|')),
        combine_(parameters.text("combine")),
        before_(parameters.text("before")),
        after_(parameters.text("after")),
        per_byte_(parameters.flag("per_byte")) {
    if (choices_.empty()) {
      throw Error(ErrorCode::bad_argument, "holds no answer; write them as yes|no", "strategy 'think_sum': parameter 'choices'");
    }
    if (combine_ == "odd_one_out" && items_.size() < 2) {
      throw Error(ErrorCode::bad_argument, "needs at least two items to find the odd one among",
                  "strategy 'think_sum': parameter 'items'");
    }
  }

  awaitable<Outcome> solve(const Problem& problem, SearchSpace& space) const override {
    const std::size_t count = std::max<std::size_t>(items_.size(), 1);
    std::vector<Path> roots;
    for (std::size_t i = 0; i < count; ++i) {
      const Problem asked = asked_of(problem, i);
      std::optional<Path> root = co_await space.open(asked);
      if (!root) break;
      roots.push_back(std::move(*root));
    }
    const Table laws = co_await laws_behind(roots, space);
    const bool ran_out = laws.size() < count;
    const bool enough = combine_ == "odd_one_out" ? laws.size() >= 2 : !laws.empty();
    std::vector<double> shares;
    if (enough) shares = combine_ == "mixture" ? mixture(laws) : combine_ == "product" ? product(laws) : oddness(laws);
    co_return outcome_from(std::move(roots), shares, ran_out, problem);
  }

 private:
  Problem asked_of(const Problem& problem, std::size_t item) const {
    if (items_.empty()) return problem;
    return asked_as(problem, filled_in(problem.text, "item", items_[item]));
  }

  // Of each choice under each prompt, as far as the budget pays: for all at once, else for one after the other. Throws Error
  // bad_argument where the context has no room for a choice: it can be compared with no other.
  awaitable<Table> laws_behind(const std::vector<Path>& roots, SearchSpace& space) const {
    std::vector<std::string> texts;
    for (const std::string& choice : choices_) texts.push_back(before_ + choice + after_);
    Table laws;
    if (roots.empty()) co_return laws;
    const std::optional<Table> table = co_await space.likelihoods(roots, texts);
    if (table) {
      for (const std::vector<double>& row : *table) laws.push_back(law_of(row, texts, laws.size()));
      co_return laws;
    }
    for (const Path& root : roots) {
      const std::optional<Table> row = co_await space.likelihoods(std::span(&root, 1), texts);
      if (!row) break;
      laws.push_back(law_of(row->front(), texts, laws.size()));
    }
    co_return laws;
  }

  std::vector<double> law_of(std::vector<double> logs, const std::vector<std::string>& texts, std::size_t item) const {
    for (std::size_t a = 0; a < logs.size(); ++a) {
      if (!std::isfinite(logs[a])) refuse(choices_[a], item);
      if (per_byte_) logs[a] /= static_cast<double>(texts[a].size());
    }
    return normalised(logs);
  }

  [[noreturn]] void refuse(const std::string& choice, std::size_t item) const {
    const std::string prompt = items_.empty() ? "the prompt" : "the prompt of item '" + items_[item] + "'";
    throw Error(ErrorCode::bad_argument, "the context has no room for '" + choice + "' behind " + prompt + "; shorten either",
                "strategy 'think_sum': parameter 'choices'");
  }

  // The first prompt's record says what is answered; nothing of it was drawn.
  Outcome outcome_from(std::vector<Path> roots, const std::vector<double>& shares, bool ran_out, const Problem& problem) const {
    std::vector<PathRecord> records;
    for (Path& root : roots) {
      root.state = PathState::finished;
      records.push_back(record_of_question(root, problem));
    }
    Selection selection;
    double confidence = 0;
    if (!shares.empty()) {
      const auto best = static_cast<std::size_t>(std::ranges::max_element(shares) - shares.begin());
      const std::string& answer = combine_ == "odd_one_out" ? items_[best] : choices_[best];
      records.front().text = before_ + answer + after_;
      records.front().answer = answer;
      records.front().score = confidence = shares[best];
      selection.chosen = 0;
      selection.share = confidence;
    }
    return outcome_in_order(std::move(records), selection, confidence, ran_out);
  }

  std::vector<std::string> choices_;
  std::vector<std::string> items_;
  std::string combine_;
  std::string before_;
  std::string after_;
  bool per_byte_;
};

std::unique_ptr<Strategy> make_think_sum(const Parameters& parameters, std::shared_ptr<const Verifier>) {
  return std::make_unique<ThinkSum>(parameters);
}

}  // namespace

StrategyEntry think_sum_entry() {
  return {.name = "think_sum",
          .summary = "likelihoods of given answers under one prompt per item, combined outside the model; nothing is drawn",
          .source = "Ozturkler et al. 2022, arXiv:2210.01293",
          .parameters = {{"choices", std::string("yes|no"), "answers whose likelihoods are asked for, separated by bars"},
                         {"items", std::string(),
                          "what {item} in the problem stands for, one prompt each; empty = the problem as it is"},
                         {.name = "combine",
                          .default_value = std::string("mixture"),
                          .meaning = "what the items' answers mean together; odd_one_out answers an item",
                          .choices = {"mixture", "product", "odd_one_out"}},
                         {"before", std::string(), "text between the prompt and an answer"},
                         {"after", std::string(), "text behind an answer"},
                         {"per_byte", false, "compare mean log-likelihoods per byte, so that long answers are not put back"}},
          .asks_further = true,
          .make = make_think_sum};
}

}  // namespace reckon
