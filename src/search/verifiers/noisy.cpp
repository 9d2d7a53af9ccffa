// Noisy: another verifier's verdicts, some of them flipped. A dial for how a method fares when its verifier errs (specs cards B5
// and E22.3): `noisy:fp=0.1` accepts one wrong path in ten of those that an exact verifier rejects. Source: Stroebl et al. 2024,
// arXiv:2411.17501. Whether a path is judged falsely is drawn once for each of its lengths, so asking again does not help.
#include <algorithm>
#include <cmath>

#include "search/verifier.h"

namespace reckon {
namespace {

// What the inner verifier remembers, and this one's own mistake.
class Mistake final : public VerifierMemory {
 public:
  Mistake(std::shared_ptr<const VerifierMemory> inner, std::size_t bytes, bool flipped)
      : inner_(std::move(inner)), bytes_(bytes), flipped_(flipped) {}
  const std::shared_ptr<const VerifierMemory>& inner() const { return inner_; }
  std::size_t bytes() const { return bytes_; }
  bool flipped() const { return flipped_; }
  std::vector<JudgeVerdict> verdicts() const override {
    std::vector<JudgeVerdict> verdicts = inner_ ? inner_->verdicts() : std::vector<JudgeVerdict>();
    for (JudgeVerdict& verdict : verdicts) verdict.score = flipped_ ? 1 - verdict.score : verdict.score;
    return verdicts;
  }

 private:
  std::shared_ptr<const VerifierMemory> inner_;
  std::size_t bytes_;
  bool flipped_;
};

const Mistake* mistake_of(const std::shared_ptr<const VerifierMemory>& memory) {
  return static_cast<const Mistake*>(memory.get());  // a request has one verifier
}

class Noisy final : public Verifier {
 public:
  Noisy(const Parameters& parameters, std::shared_ptr<const Verifier> inner)
      : false_accepts_(parameters.number("fp")),
        false_rejects_(parameters.number("fn")),
        threshold_(parameters.number("threshold")),
        inner_(std::move(inner)) {}

  awaitable<std::vector<double>> score(std::span<Path> paths, const Problem& problem, SearchSpace& space) const override {
    std::vector<std::shared_ptr<const VerifierMemory>> own;
    for (Path& path : paths) {
      own.push_back(path.memory);
      path.memory = path.memory ? mistake_of(own.back())->inner() : nullptr;
    }
    std::vector<double> scores = co_await inner_->score(paths, problem, space);
    for (std::size_t i = 0; i < paths.size(); ++i) {
      const Mistake* before = mistake_of(own[i]);
      const bool known = before != nullptr && before->bytes() == paths[i].text.size();
      const bool flipped = known ? before->flipped() : draw(scores[i], space);
      paths[i].memory = std::make_shared<Mistake>(paths[i].memory, paths[i].text.size(), flipped);
      if (flipped) scores[i] = flipped_score(scores[i]);
    }
    co_return scores;
  }
  void require(const Problem& problem) const override { inner_->require(problem); }
  std::int64_t statistics() const override { return inner_->statistics(); }
  double tokens_per_token() const override { return inner_->tokens_per_token(); }
  const TokenCost* token_cost() const override { return inner_->token_cost(); }

 private:
  // On the other side of the threshold, as far from it as before in its part of the range: 1 - score where both parts are alike.
  double flipped_score(double score) const {
    if (threshold_ <= 0 || threshold_ >= 1) return 1 - score;
    if (score < threshold_) return 1 - score * (1 - threshold_) / threshold_;
    return std::min(threshold_ * (1 - score) / (1 - threshold_), std::nextafter(threshold_, 0.0));
  }
  // What cannot go either way is not drawn: without noise, all draws of a strategy stay as they are.
  bool draw(double score, SearchSpace& space) const {
    const double chance = score >= threshold_ ? false_rejects_ : false_accepts_;
    if (chance <= 0 || chance >= 1) return chance >= 1;
    const double probabilities[] = {1 - chance, chance};
    return space.choose(probabilities) == 1;
  }

  double false_accepts_;
  double false_rejects_;
  double threshold_;
  std::shared_ptr<const Verifier> inner_;
};

std::shared_ptr<const Verifier> make_noisy_verifier(const Parameters& parameters, const VerifierResources& resources) {
  return std::make_shared<Noisy>(parameters, make_nested_verifier(parameters.text("of"), resources));
}

}  // namespace

VerifierEntry noisy_entry() {
  return {.name = "noisy",
          .summary = "another verifier, some of whose verdicts are flipped",
          .source = "Stroebl et al. 2024, arXiv:2411.17501",
          .parameters = {{"fp", 0.1, "chance that a path it rejects is accepted", 0, 1},
                         {"fn", 0.0, "chance that a path it accepts is rejected", 0, 1},
                         {"threshold", 0.5, "it accepts a path of this score or above", 0, 1},
                         {"of", std::string("exact"), "the verifier; its own parameters are separated by ':'"}},
          .make = make_noisy_verifier};
}

}  // namespace reckon
