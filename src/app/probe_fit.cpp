#include "app/probe_fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "base/error.h"
#include "base/rng.h"

namespace reckon {
namespace {

// Of each input: what is taken off it, and what it is multiplied with then.
struct Scaling {
  std::vector<float> mean;
  std::vector<float> factor;  // 0 for an input that is always the same
};

Scaling scaling_of(const ProbeExamples& examples) {
  const auto width = static_cast<std::size_t>(examples.width);
  const auto count = static_cast<double>(examples.kinds.size());
  Scaling scaling{std::vector<float>(width), std::vector<float>(width)};
  for (std::size_t i = 0; i < width; ++i) {
    double mean = 0, square = 0;
    for (std::size_t row = 0; row < examples.kinds.size(); ++row) mean += static_cast<double>(examples.row(row)[i]) / count;
    for (std::size_t row = 0; row < examples.kinds.size(); ++row) {
      const double off = static_cast<double>(examples.row(row)[i]) - mean;
      square += off * off / count;
    }
    scaling.mean[i] = static_cast<float>(mean);
    const bool varies = std::sqrt(square) > 1e-6 * std::abs(mean) + 1e-12;  // beyond what rounding makes
    scaling.factor[i] = varies ? static_cast<float>(1 / std::sqrt(square)) : 0.0F;
  }
  return scaling;
}

std::vector<float> scaled(const ProbeExamples& examples, const Scaling& scaling) {
  std::vector<float> inputs(examples.hidden.size());
  const std::size_t width = scaling.mean.size();
  for (std::size_t at = 0; at < inputs.size(); ++at) {
    inputs[at] = (examples.hidden[at] - scaling.mean[at % width]) * scaling.factor[at % width];
  }
  return inputs;
}

// Weights of a network as one list, each layer's matrix by inputs, [in][out], so that inner loops run over its outputs; then its
// biases. Beside them their gradient and what Adam remembers.
class Network {
 public:
  Network(std::vector<std::size_t> sizes, std::uint64_t seed) : sizes_(std::move(sizes)) {
    std::size_t total = 0;
    for (std::size_t layer = 0; layer < layers(); ++layer) {
      first_.push_back(total);
      total += (in(layer) + 1) * out(layer);
      values_.emplace_back(in(layer));
      errors_.emplace_back(out(layer));
    }
    values_.emplace_back(sizes_.back());
    for (std::vector<float>* list : {&weights_, &gradient_, &first_moment_, &second_moment_}) list->resize(total);
    draw_weights(seed);
  }

  // Adds the gradient of one example's cross-entropy times `share`.
  void learn(std::span<const float> input, Difficulty kind, float share) {
    forward(input);
    std::vector<float>& error = errors_.back();
    const KindProbabilities told = probabilities();
    for (std::size_t i = 0; i < kDifficulties; ++i) {
      error[i] = share * static_cast<float>(told[i] - (static_cast<std::size_t>(kind) == i ? 1.0 : 0.0));
    }
    for (std::size_t layer = layers(); layer-- > 0;) backward(layer);
  }

  // One step of Adam along the gradient, which is forgotten then.
  void step(float rate, float penalty) {
    ++steps_;
    const float mean_known = 1 - std::pow(kMeanKept, static_cast<float>(steps_));
    const float square_known = 1 - std::pow(kSquareKept, static_cast<float>(steps_));
    for (std::size_t layer = 0; layer < layers(); ++layer) {
      const std::size_t biases = first_[layer] + in(layer)*out(layer);
      for (std::size_t i = first_[layer]; i < biases; ++i) gradient_[i] += penalty * weights_[i];
    }
    for (std::size_t i = 0; i < weights_.size(); ++i) {
      first_moment_[i] = kMeanKept * first_moment_[i] + (1 - kMeanKept) * gradient_[i];
      second_moment_[i] = kSquareKept * second_moment_[i] + (1 - kSquareKept) * gradient_[i] * gradient_[i];
      weights_[i] -= rate * (first_moment_[i] / mean_known) / (std::sqrt(second_moment_[i] / square_known) + 1e-8F);
    }
    std::ranges::fill(gradient_, 0.0F);
  }

  // As DifficultyProbe::weights has them, for inputs that are not scaled.
  std::vector<float> exported(const Scaling& scaling) const {
    std::vector<float> list;
    for (std::size_t layer = 0; layer < layers(); ++layer) {
      const bool scales = layer == 0;
      const std::span<const float> matrix = std::span(weights_).subspan(first_[layer], in(layer)*out(layer));
      const std::span<const float> biases = std::span(weights_).subspan(first_[layer] + matrix.size(), out(layer));
      std::vector<float> last;
      for (std::size_t to = 0; to < out(layer); ++to) {
        double bias = static_cast<double>(biases[to]);
        for (std::size_t from = 0; from < in(layer); ++from) {
          const float weight = matrix[from * out(layer) + to] * (scales ? scaling.factor[from] : 1.0F);
          if (scales) bias -= static_cast<double>(weight) * static_cast<double>(scaling.mean[from]);
          list.push_back(weight);
        }
        last.push_back(static_cast<float>(bias));
      }
      list.insert(list.end(), last.begin(), last.end());
    }
    return list;
  }

 private:
  static constexpr float kMeanKept = 0.9F;  // Adam's own defaults
  static constexpr float kSquareKept = 0.999F;

  std::size_t layers() const { return sizes_.size() - 1; }
  std::size_t in(std::size_t layer) const { return sizes_[layer]; }
  std::size_t out(std::size_t layer) const { return sizes_[layer + 1]; }

  // Uniform with the variance 2 / inputs of He et al. 2015, arXiv:1502.01852, for layers behind which negatives are cut; a linear
  // probe begins at 0, where its loss has one minimum.
  void draw_weights(std::uint64_t seed) {
    if (layers() == 1) return;
    SplitMix64 random(seed);
    for (std::size_t layer = 0; layer < layers(); ++layer) {
      const double range = std::sqrt(6.0 / static_cast<double>(in(layer)));
      for (std::size_t i = 0; i < in(layer)*out(layer); ++i) {
        const double uniform = static_cast<double>(random.next() >> 11) * 0x1p-53;
        weights_[first_[layer] + i] = static_cast<float>((2 * uniform - 1) * range);
      }
    }
  }

  void forward(std::span<const float> input) {
    values_.front().assign(input.begin(), input.end());
    for (std::size_t layer = 0; layer < layers(); ++layer) {
      const float* matrix = weights_.data() + first_[layer];
      const float* biases = matrix + in(layer)*out(layer);
      std::vector<float>& to = values_[layer + 1];
      to.assign(biases, biases + out(layer));
      for (std::size_t from = 0; from < in(layer); ++from, matrix += out(layer)) {
        const float value = values_[layer][from];
        for (std::size_t i = 0; i < to.size(); ++i) to[i] += value * matrix[i];
      }
      if (layer + 1 == layers()) continue;
      for (float& value : to) value = std::max(value, 0.0F);
    }
  }

  KindProbabilities probabilities() const {
    KindProbabilities told{};
    const std::vector<float>& logits = values_.back();
    const auto largest = static_cast<double>(*std::ranges::max_element(logits));
    for (std::size_t i = 0; i < kDifficulties; ++i) told[i] = std::exp(static_cast<double>(logits[i]) - largest);
    const double total = std::accumulate(told.begin(), told.end(), 0.0);
    for (double& one : told) one /= total;
    return told;
  }

  // From the error at this layer's outputs to its gradient, and to the error at the layer before.
  void backward(std::size_t layer) {
    const std::vector<float>& error = errors_[layer];
    const float* matrix = weights_.data() + first_[layer];
    float* gradient = gradient_.data() + first_[layer];
    for (std::size_t from = 0; from < in(layer); ++from, matrix += out(layer), gradient += out(layer)) {
      const float value = values_[layer][from];
      for (std::size_t i = 0; i < error.size(); ++i) gradient[i] += value * error[i];
      if (layer == 0) continue;
      float sum = 0;
      for (std::size_t i = 0; i < error.size(); ++i) sum += matrix[i] * error[i];
      errors_[layer - 1][from] = value > 0 ? sum : 0.0F;
    }
    for (std::size_t i = 0; i < error.size(); ++i) gradient[i] += error[i];
  }

  std::vector<std::size_t> sizes_;  // of the input, the layers in between, the output
  std::vector<std::size_t> first_;  // place of each layer's weights in the list
  std::vector<float> weights_, gradient_, first_moment_, second_moment_;
  std::vector<std::vector<float>> values_;  // of the input, and of each layer's outputs
  std::vector<std::vector<float>> errors_;  // of each layer's outputs
  std::int64_t steps_ = 0;
};

void require_fitting(const ProbeExamples& examples, const ProbeFitOptions& options) {
  const bool fits = !examples.kinds.empty() && examples.width >= 1 && examples.width <= kMostProbeWidth && options.units >= 0 &&
                    options.units <= kMostProbeUnits && options.batch >= 1 &&
                    examples.hidden.size() == examples.kinds.size() * static_cast<std::size_t>(examples.width);
  if (!fits) throw Error(ErrorCode::internal, "the examples of a probe do not fit each other, or its limits");
}

ProbeExamples some_of(const ProbeExamples& examples, std::span<const std::size_t> rows) {
  ProbeExamples some;
  some.width = examples.width;
  for (const std::size_t row : rows) {
    some.kinds.push_back(examples.kinds[row]);
    some.hidden.insert(some.hidden.end(), examples.row(row).begin(), examples.row(row).end());
  }
  return some;
}

}  // namespace

DifficultyProbe fit_probe(const ProbeExamples& examples, const ProbeFitOptions& options) {
  require_fitting(examples, options);
  const auto width = static_cast<std::size_t>(examples.width);
  const Scaling scaling = scaling_of(examples);
  const std::vector<float> inputs = scaled(examples, scaling);
  std::vector<std::size_t> sizes{width, kDifficulties};
  if (options.units > 0) sizes.insert(sizes.begin() + 1, static_cast<std::size_t>(options.units));
  Network network(std::move(sizes), options.seed);
  std::vector<std::size_t> order(examples.kinds.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  SplitMix64 random(options.seed + 1);
  const auto batch = static_cast<std::size_t>(options.batch);
  const double steps = options.epochs * std::ceil(static_cast<double>(order.size()) / static_cast<double>(batch));
  double done = 0;
  for (int epoch = 0; epoch < options.epochs; ++epoch) {
    shuffle(order, random);
    for (std::size_t first = 0; first < order.size(); first += batch, ++done) {
      const std::size_t end = std::min(first + batch, order.size());
      for (std::size_t i = first; i < end; ++i) {
        const std::span<const float> input = std::span(inputs).subspan(order[i] * width, width);
        network.learn(input, examples.kinds[order[i]], 1 / static_cast<float>(end - first));
      }
      network.step(static_cast<float>(options.rate * (1 - done / steps)), static_cast<float>(options.penalty));
    }
  }
  DifficultyProbe probe;
  probe.width = examples.width;
  probe.units = options.units;
  probe.weights = network.exported(scaling);
  probe.problems = std::ssize(examples.kinds);
  return probe;
}

std::vector<Difficulty> told_by_others(const ProbeExamples& examples, const ProbeFitOptions& options, int folds) {
  require_fitting(examples, options);
  std::vector<std::size_t> order(examples.kinds.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  SplitMix64 random(options.seed);
  shuffle(order, random);
  std::vector<Difficulty> told(order.size());
  for (std::size_t fold = 0; fold < static_cast<std::size_t>(folds); ++fold) {
    std::vector<std::size_t> others, own;
    for (std::size_t i = 0; i < order.size(); ++i)
      (i % static_cast<std::size_t>(folds) == fold ? own : others).push_back(order[i]);
    if (own.empty() || others.empty()) continue;
    const DifficultyProbe probe = fit_probe(some_of(examples, others), options);
    for (const std::size_t row : own) told[row] = likeliest(kind_probabilities(probe, examples.row(row)));
  }
  return told;
}

}  // namespace reckon
