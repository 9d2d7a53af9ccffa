#include "app/reward_readout.h"

#include <vector>

#include "base/error.h"
#include "models/classifier.h"

namespace reckon {
namespace {

constexpr const char* kPositive = "reckon.reward.positive";
constexpr const char* kNegative = "reckon.reward.negative";
constexpr const char* kNames = "reckon.reward.names";
constexpr const char* kTemperature = "reckon.reward.temperature";
constexpr const char* kDelimiter = "reckon.reward.delimiter";

// What a read-out may name: tokens of the vocabulary, or outputs of the head and the 0 behind them, written -1.
struct Watched {
  int count;
  bool head;
};

std::vector<Token> watched_at(const Metadata& metadata, const char* key, Watched watched) {
  std::vector<Token> places;
  for (const std::int64_t id : metadata.get_int_array(key)) {
    const bool nothing = watched.head && id == -1;
    if (!nothing && (id < 0 || id >= watched.count)) {
      const std::string is = watched.head ? "output " + std::to_string(id) + " is not in the head of "
                                          : "token " + std::to_string(id) + " is not in the vocabulary of ";
      metadata.fail(key, is + std::to_string(watched.count));
    }
    places.push_back(static_cast<Token>(nothing ? watched.count : id));
  }
  return places;
}

std::vector<RewardPair> pairs_in(const Metadata& metadata, Watched watched) {
  const std::vector<Token> positive = watched_at(metadata, kPositive, watched);
  const std::vector<Token> negative = watched_at(metadata, kNegative, watched);
  const StringArray& names = metadata.get_string_array(kNames);
  const std::vector<float> temperatures = metadata.get_float_array(kTemperature);
  const std::size_t count = positive.size();
  if (count == 0 || negative.size() != count || names.size() != count || temperatures.size() != count) {
    metadata.fail(kPositive, "expected as many tokens as in " + std::string(kNegative) + ", " + kNames + " and " + kTemperature +
                                 ", and at least one");
  }
  std::vector<RewardPair> pairs;
  for (std::size_t i = 0; i < count; ++i) {
    if (!(temperatures[i] > 0)) metadata.fail(kTemperature, "a temperature is not above 0");
    pairs.push_back(RewardPair{std::string(names[i]), positive[i], negative[i], temperatures[i]});
  }
  return pairs;
}

// Of a head without keys of ours. One output is a log-odds of its own, as sequence classifiers and outcome reward models have it.
// Of two, the second is the good one, as in Qwen2ForProcessRewardModel, unless the labels are yes and no, as of rerankers.
std::vector<RewardPair> usual_pairs(const Metadata& metadata, const std::string& path, int labels) {
  const std::string key = std::string(metadata.get_string("general.architecture")) + ".classifier.output_labels";
  if (labels == 1) return {RewardPair{"reward", 0, 1, 1.0}};
  if (labels == 2) {
    const bool first =
        metadata.contains(key) && metadata.get_string_array(key).size() == 2 && metadata.get_string_array(key)[0] == "yes";
    return {RewardPair{"reward", first ? 0 : 1, first ? 1 : 0, 1.0}};
  }
  throw Error(ErrorCode::bad_file,
              "its classifier head has " + std::to_string(labels) +
                  " outputs, and nothing says which is good; expected the keys " + kNames + ", " + kPositive + ", " + kNegative +
                  " and " + kTemperature,
              path);
}

}  // namespace

RewardReadout reward_readout(const Metadata& metadata, const std::string& path, const Tokenizer& tokenizer, int labels) {
  RewardReadout readout;
  readout.delimiter = metadata.get_string(kDelimiter, "\n");
  if (metadata.contains(kPositive)) {
    readout.pairs = pairs_in(metadata, {labels > 0 ? labels : tokenizer.vocabulary_size(), labels > 0});
    return readout;
  }
  if (labels == 0) {
    throw Error(ErrorCode::bad_file,
                std::string("is no reward model: it has neither the key ") + kPositive +
                    ", as training/ makes it, nor the tensor " + std::string(kClassifierOutput),
                path);
  }
  readout.pairs = usual_pairs(metadata, path, labels);
  return readout;
}

}  // namespace reckon
