#include "app/reward_readout.h"

#include <vector>

#include "base/error.h"

namespace reckon {
namespace {

constexpr const char* kPositive = "reckon.reward.positive";
constexpr const char* kNegative = "reckon.reward.negative";
constexpr const char* kNames = "reckon.reward.names";
constexpr const char* kTemperature = "reckon.reward.temperature";
constexpr const char* kDelimiter = "reckon.reward.delimiter";

std::vector<Token> tokens_at(const Metadata& metadata, const char* key, const Tokenizer& tokenizer) {
  std::vector<Token> tokens;
  for (const std::int64_t id : metadata.get_int_array(key)) {
    if (id < 0 || id >= tokenizer.vocabulary_size())
      metadata.fail(key, "token " + std::to_string(id) + " is not in the vocabulary");
    tokens.push_back(static_cast<Token>(id));
  }
  return tokens;
}

}  // namespace

RewardReadout reward_readout(const Metadata& metadata, const std::string& path, const Tokenizer& tokenizer) {
  if (!metadata.contains(kPositive)) {
    throw Error(ErrorCode::bad_file,
                std::string("is no reward model: it lacks the key ") + kPositive + "; expected one as training/ makes it", path);
  }
  RewardReadout readout;
  readout.delimiter = metadata.get_string(kDelimiter, "\n");
  const std::vector<Token> positive = tokens_at(metadata, kPositive, tokenizer);
  const std::vector<Token> negative = tokens_at(metadata, kNegative, tokenizer);
  const StringArray& names = metadata.get_string_array(kNames);
  const std::vector<float> temperatures = metadata.get_float_array(kTemperature);
  const std::size_t count = positive.size();
  if (count == 0 || negative.size() != count || names.size() != count || temperatures.size() != count) {
    metadata.fail(kPositive, "expected as many tokens as in " + std::string(kNegative) + ", " + kNames + " and " + kTemperature +
                                 ", and at least one");
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (!(temperatures[i] > 0)) metadata.fail(kTemperature, "a temperature is not above 0");
    readout.pairs.push_back(RewardPair{std::string(names[i]), positive[i], negative[i], temperatures[i]});
  }
  return readout;
}

}  // namespace reckon
