// Logits equal Hugging Face transformers in float32 (invariant 6), however a sequence is cut into batches and pages, and the
// bits never depend on that (invariant 1). References: make_references.py beside this file.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "golden/models/reference_values.h"
#include "golden/models/running.h"

namespace reckon {
namespace {

constexpr double kLogitTolerance = 1e-4;  // max |difference| / max |logit|
// With activations rounded to 8 bits, in blocks of 256: half a step is 0.4 % of a block's largest value. These models are as wide
// as a quarter of a block, so that few errors cancel; on real weights log-probabilities move by hundredths (docs/peers.md).
constexpr double kRoundedTolerance = 1e-1;
constexpr double kBf16Tolerance = 3e-2;          // half a step is 0.2 % of each value
constexpr std::string_view kPacked = "-packed";  // behind a model's name: the same with packed weights

// What rounding the activations for packed weights costs, by the type in a model's name.
double packed_tolerance(std::string_view file) {
  if (file.find("-q") != std::string_view::npos) return kRoundedTolerance;
  if (file.ends_with("-bf16")) return kBf16Tolerance;
  return kLogitTolerance;  // not rounded
}

std::string reference_golden(const std::string& name) { return std::string(RECKON_SOURCE_DIR) + "/tests/golden/models/" + name; }

struct Reference {
  explicit Reference(const std::string& name) : file(GgufFile::open(reference_golden(name + ".reference.gguf"))) {
    tokens = values<Token>(file, "tokens");
    logits = values<float>(file, "logits");
  }
  GgufFile file;
  std::vector<Token> tokens;
  std::vector<float> logits;  // [tokens, vocabulary]
};

double relative_error(const Logits& found, const std::vector<float>& expected) {
  double difference = 0;
  double largest = 0;
  std::size_t next = 0;
  for (const std::vector<float>& row : found) {
    for (const float value : row) {
      const double wanted = static_cast<double>(expected[next++]);
      difference = std::isfinite(value) ? std::max(difference, std::abs(static_cast<double>(value) - wanted)) : INFINITY;
      largest = std::max(largest, std::abs(wanted));
    }
  }
  EXPECT_EQ(next, expected.size());
  return difference / largest;
}

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

bool same_bits(const Logits& a, const Logits& b) {
  return std::ranges::equal(a, b, [](const auto& x, const auto& y) { return same_bits(x, y); });
}

class Transformers : public testing::TestWithParam<std::string> {
 protected:
  bool packed = GetParam().ends_with(kPacked);
  std::string file = GetParam().substr(0, GetParam().size() - (packed ? kPacked.size() : 0));
  std::shared_ptr<const Model> model = Model::load(reference_golden(file + ".gguf"), LoadOptions{.pack = packed, .threads = 2});
  Reference reference{file};
  double tolerance = packed ? packed_tolerance(file) : kLogitTolerance;

  Logits whole(RunOptions options) {
    Running running(model, options);
    BlockTable table = running.open();
    return running.feed(table, reference.tokens, reference.tokens.size());
  }
};

TEST_P(Transformers, LogitsAgreeWithTheWholeTextAtOnce) {
  const double error = relative_error(whole({}), reference.logits);

  EXPECT_LE(error, tolerance);
  EXPECT_EQ(error > kLogitTolerance, tolerance > kLogitTolerance) << "rounded activations show, and nothing else does";
  RecordProperty("relative_error", std::to_string(error));
}

TEST_P(Transformers, LogitsAgreeStepByStepInSmallPages) {
  Running running(model, {.slots_per_page = 4});
  BlockTable table = running.open();

  EXPECT_LE(relative_error(running.feed(table, reference.tokens, 1), reference.logits), tolerance);
}

TEST_P(Transformers, RoundedKeysAndValuesStayClose) {
  if (model->sizes().experts > 0) GTEST_SKIP() << "rounding sends rows to other experts, which say something else";
  const std::map<DType, double> bounds = {
      {DType::f16, 1e-2}, {DType::bf16, 3e-2}, {DType::i8, 3e-2}, {DType::f32, kLogitTolerance}};
  for (const KvType& type : kKvTypes) {
    const double error = relative_error(whole({.kv_type = type.type}), reference.logits);

    EXPECT_LE(error, std::max(bounds.at(type.type), tolerance)) << type.name;
    RecordProperty("relative_error_" + std::string(type.name), std::to_string(error));
  }
}

TEST_P(Transformers, RopeFrequenciesAgree) {
  const std::vector<float> expected = values<float>(reference.file, "rope_frequencies");
  const std::vector<double>& found = model->sizes().rope_frequencies;

  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i] / static_cast<double>(expected[i]), 1, 1e-6) << i;
  EXPECT_NEAR(model->sizes().rope_magnitude, reference.file.metadata().get_float("rope_magnitude"), 1e-6);
}

TEST_P(Transformers, BitsDoNotDependOnHowTheTextIsCut) {
  for (const KvType& type : kKvTypes) {
    const DType kv_type = type.type;
    for (const int slots : {4, 16}) {
      const Logits expected = whole({.kv_type = kv_type, .slots_per_page = slots});
      for (const std::size_t chunk : {1u, 3u, 16u, 17u}) {
        Running running(model, {.kv_type = kv_type, .slots_per_page = slots});
        BlockTable table = running.open();
        EXPECT_TRUE(same_bits(running.feed(table, reference.tokens, chunk), expected))
            << type.name << ", " << chunk << " tokens at a time, pages of " << slots;
      }
    }
  }
}

TEST_P(Transformers, BitsDoNotDependOnThreads) { EXPECT_TRUE(same_bits(whole({.threads = 2}), whole({.threads = 1}))); }

TEST_P(Transformers, BitsDoNotDependOnTheRestOfTheBatch) {
  const TokenSpan tokens = reference.tokens;
  const Logits expected = whole({});
  Running running(model, {.threads = 2});
  BlockTable mine = running.open();
  BlockTable late = running.open();
  BlockTable stranger = running.open();

  // The stranger reads the text backwards from its middle, so that nothing it computes is equal by chance.
  const std::vector<Token> other(tokens.rbegin() + 7, tokens.rend());
  auto first = running.step({{&stranger, TokenSpan(other).first(9)}, {&mine, tokens.first(21)}});
  auto second =
      running.step({{&mine, tokens.subspan(21, 1)}, {&late, tokens.first(30)}, {&stranger, TokenSpan(other).subspan(9, 1)}});
  auto third = running.step({{&late, tokens.subspan(30)}, {&mine, tokens.subspan(22)}});

  Logits mine_logits = std::move(first[1]);
  for (Logits* more : {&second[0], &third[1]}) mine_logits.insert(mine_logits.end(), more->begin(), more->end());
  Logits late_logits = std::move(second[1]);
  late_logits.insert(late_logits.end(), third[0].begin(), third[0].end());
  EXPECT_TRUE(same_bits(mine_logits, expected));
  EXPECT_TRUE(same_bits(late_logits, expected));
}

TEST_P(Transformers, ForksComputeWhatSeparateSequencesWould) {
  const TokenSpan tokens = reference.tokens;
  std::vector<Token> turned(tokens.begin(), tokens.begin() + 18);
  turned.insert(turned.end(), tokens.rbegin(), tokens.rbegin() + 12);
  for (const KvType& type : kKvTypes) {
    const RunOptions options{.kv_type = type.type};
    const Logits expected = whole(options);
    Running alone(model, options);
    BlockTable table = alone.open();
    const Logits expected_turned = alone.feed(table, turned, turned.size());

    Running running(model, options);
    BlockTable a = running.open();
    running.feed(a, tokens.first(18), 18);  // two slots into the second page
    BlockTable b = a.fork();
    const auto both = running.step({{&b, TokenSpan(turned).subspan(18)}, {&a, tokens.subspan(18)}});

    EXPECT_TRUE(same_bits(both[0], Logits(expected_turned.begin() + 18, expected_turned.end()))) << type.name;
    EXPECT_TRUE(same_bits(both[1], Logits(expected.begin() + 18, expected.end()))) << type.name;
    EXPECT_EQ(running.pool().in_use(), 1 + 2 + 1);  // one page shared; 40 and 30 tokens end in pages of their own
  }
}

TEST_P(Transformers, LogitsComeOnlyForRowsThatWantThem) {
  const Logits expected = whole({});
  Running running(model, {});
  BlockTable table = running.open();
  ASSERT_TRUE(table.reserve(5));
  std::vector<BatchRow> rows;
  for (std::int32_t i = 0; i < 5; ++i) rows.push_back({reference.tokens[static_cast<std::size_t>(i)], i, 0, i == 2 || i == 4});
  const BatchSequence sequence{table.pages()};

  running.forward().run({rows, {&sequence, 1}});

  ASSERT_EQ(running.forward().logits_count(), 2);
  EXPECT_TRUE(std::ranges::equal(running.forward().logits(0), expected[2]));
  EXPECT_TRUE(std::ranges::equal(running.forward().logits(1), expected[4]));
}

TEST(RoundedWeights, HalvesAsBf16ComeAsCloseAsBf16) {
  const std::shared_ptr<const Model> model =
      Model::load(reference_golden("qwen3-f16.gguf"), LoadOptions{.pack = true, .round_to_bf16 = true, .threads = 2});
  const Reference reference{"qwen3-f16"};
  Running running(model, {});
  BlockTable table = running.open();

  const double error = relative_error(running.feed(table, reference.tokens, reference.tokens.size()), reference.logits);

  EXPECT_LE(error, kBf16Tolerance);
  EXPECT_GT(error, kLogitTolerance) << "nothing was rounded";
}

std::vector<std::string> cases() {  // every model beside this file
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(reference_golden(""))) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".gguf") || name.ends_with(".reference.gguf")) continue;
    names.push_back(name.substr(0, name.size() - 5));
    names.push_back(names.back() + std::string(kPacked));
  }
  std::ranges::sort(names);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Golden, Transformers, testing::ValuesIn(cases()), [](const auto& instance) {
  std::string name = instance.param;
  std::ranges::replace(name, '-', '_');
  return name;
});

}  // namespace
}  // namespace reckon
