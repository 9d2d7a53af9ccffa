// ThinkSum: the model is asked for likelihoods of given answers under one prompt per item of a set, side by side; what they mean
// together is computed outside it. Source: Ozturkler et al. 2022, arXiv:2210.01293 (specs card B13). Nothing is drawn.
#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "search/strategies/answer_laws.h"
#include "search/strategies/conversation.h"

namespace reckon {
namespace {

using Table = std::vector<std::vector<double>>;  // [prompts][texts]

class ThinkSum final : public Strategy {
 public:
  explicit ThinkSum(const Parameters& parameters)
      : choices_(pieces_of(parameters.text("choices"), '|')),
        items_(pieces_of(parameters.text("items"), '|')),
        latents_(pieces_of(parameters.text("latents"), '|')),
        prior_(parameters.text("prior")),
        combine_(parameters.text("combine")),
        before_(parameters.text("before")),
        after_(parameters.text("after")),
        per_byte_(parameters.flag("per_byte")) {
    if (choices_.empty()) refuse("choices", "holds no answer; write them as yes|no");
    if (combine_ == "odd_one_out" && items_.size() < 2) refuse("items", "needs at least two items to find the odd one among");
    if (combine_ == "odd_one_out" && !latents_.empty()) refuse("latents", "goes with mixture and product, not with odd_one_out");
    if (latents_.empty() && !prior_.empty()) refuse("prior", "asks for latents, and none are given");
  }

  awaitable<Outcome> solve(const Problem& problem, SearchSpace& space) const override {
    if (!items_.empty()) require_place("items", "{item}", problem);
    if (!latents_.empty()) require_place("latents", "{latent}", problem);
    const std::size_t latents = std::max<std::size_t>(latents_.size(), 1);
    const std::size_t items = std::max<std::size_t>(items_.size(), 1);
    std::optional<Path> prior_root;
    const std::optional<std::vector<double>> prior = co_await prior_of(problem, prior_root, space);
    std::vector<Path> roots;  // [items][latents]
    if (prior) roots = co_await open_all(problem, items * latents, space);
    const LatentLaws laws = by_latent(co_await laws_behind(roots, space), latents);
    const std::size_t asked = laws.front().size();
    const bool enough = combine_ == "odd_one_out" ? asked >= 2 : asked >= 1;
    if (prior_root) roots.push_back(std::move(*prior_root));
    std::vector<double> shares;
    if (enough) {
      shares = combine_ == "mixture"   ? mixture(laws, *prior)
               : combine_ == "product" ? product(laws, *prior)
                                       : oddness(laws.front());
    }
    co_return outcome_from(std::move(roots), shares, /*ran_out=*/asked < items, problem);
  }

 private:
  [[noreturn]] static void refuse(const char* parameter, const std::string& why) {
    throw Error(ErrorCode::bad_argument, why, std::string("strategy 'think_sum': parameter '") + parameter + "'");
  }

  static void require_place(const char* parameter, const char* place, const Problem& problem) {
    if (problem.text.find(place) != std::string::npos) return;
    refuse(parameter, std::string("has no place in the problem, whose text does not hold ") + place);
  }

  // p(z): what the model says of the latents behind the question for them, which `root` then holds, or the same for each. Nothing
  // when it cannot be paid for.
  awaitable<std::optional<std::vector<double>>> prior_of(const Problem& problem, std::optional<Path>& root,
                                                         SearchSpace& space) const {
    const std::size_t latents = std::max<std::size_t>(latents_.size(), 1);
    if (prior_.empty()) co_return std::vector<double>(latents, 1.0 / static_cast<double>(latents));
    const Problem asked = asked_as(problem, prior_);
    root = co_await space.open(asked);
    if (!root) co_return std::nullopt;
    const std::optional<Table> row = co_await space.likelihoods(std::span(&*root, 1), latents_);
    if (!row) co_return std::nullopt;
    for (std::size_t z = 0; z < latents; ++z) {
      if (std::isfinite(row->front()[z])) continue;
      refuse("latents", "the context has no room for '" + latents_[z] + "' behind the prior's question");
    }
    co_return shares_of(row->front());
  }

  // Fewer where the budget ends.
  awaitable<std::vector<Path>> open_all(const Problem& problem, std::size_t count, SearchSpace& space) const {
    std::vector<Path> roots;
    for (std::size_t i = 0; i < count; ++i) {
      const Problem asked = asked_of(problem, i);
      std::optional<Path> root = co_await space.open(asked);
      if (!root) break;
      roots.push_back(std::move(*root));
    }
    co_return roots;
  }

  std::string item_at(std::size_t prompt) const {
    return items_.empty() ? "" : items_[prompt / std::max<std::size_t>(latents_.size(), 1)];
  }
  std::string latent_at(std::size_t prompt) const { return latents_.empty() ? "" : latents_[prompt % latents_.size()]; }

  Problem asked_of(const Problem& problem, std::size_t prompt) const {
    if (items_.empty() && latents_.empty()) return problem;
    const std::string item = item_at(prompt), latent = latent_at(prompt);
    std::vector<Filling> fillings;
    if (!items_.empty()) fillings.push_back({"item", item});
    if (!latents_.empty()) fillings.push_back({"latent", latent});
    return asked_as(problem, filled_in(problem.text, fillings));
  }

  // Of items whose prompts were all paid for.
  static LatentLaws by_latent(std::vector<AnswerLaw> laws, std::size_t latents) {
    LatentLaws sorted(latents);
    const std::size_t whole = laws.size() / latents * latents;
    for (std::size_t i = 0; i < whole; ++i) sorted[i % latents].push_back(std::move(laws[i]));
    return sorted;
  }

  // Of each choice under each prompt, as far as the budget pays: for all at once, else for one after the other. Throws Error
  // bad_argument where the context has no room for a choice: it can be compared with no other.
  awaitable<std::vector<AnswerLaw>> laws_behind(const std::vector<Path>& roots, SearchSpace& space) const {
    std::vector<std::string> texts;
    for (const std::string& choice : choices_) texts.push_back(before_ + choice + after_);
    std::vector<AnswerLaw> laws;
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

  AnswerLaw law_of(std::vector<double> logs, const std::vector<std::string>& texts, std::size_t prompt) const {
    for (std::size_t a = 0; a < logs.size(); ++a) {
      if (!std::isfinite(logs[a])) refuse_choice(choices_[a], prompt);
      if (per_byte_) logs[a] /= static_cast<double>(texts[a].size());
    }
    return shares_of(logs);
  }

  [[noreturn]] void refuse_choice(const std::string& choice, std::size_t prompt) const {
    std::string where = "the prompt";
    if (!items_.empty()) where += " of item '" + item_at(prompt) + "'";
    if (!latents_.empty()) where += " given '" + latent_at(prompt) + "'";
    refuse("choices", "the context has no room for '" + choice + "' behind " + where + "; shorten either");
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
  std::vector<std::string> latents_;
  std::string prior_;
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
  return {
      .name = "think_sum",
      .summary = "likelihoods of given answers under one prompt per item, combined outside the model; nothing is drawn",
      .source = "Ozturkler et al. 2022, arXiv:2210.01293",
      .parameters =
          {{"choices", std::string("yes|no"), "answers whose likelihoods are asked for, separated by bars"},
           {"items", std::string(), "what {item} in the problem stands for, one prompt each; empty = the problem as it is"},
           {"latents", std::string(), "what {latent} in the problem stands for: may each be so, and answers are summed over all"},
           {"prior", std::string(), "a question, behind which the likelihoods of the latents are their prior; empty = all alike"},
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
