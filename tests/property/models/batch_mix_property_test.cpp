// Invariant 1 over 15,000 random batches: sequences and forks that begin, go on and start again at random, in pieces of random
// length, some rows with logits and some without, on one to three threads, give the bits of each sequence run alone and at once.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <string>

#include "golden/models/running.h"

namespace reckon {
namespace {

constexpr int kMixesPerCase = 1000;
constexpr std::size_t kTexts = 4;

struct Case {
  const char* model;
  bool pack;
  RunOptions options;
};

// One text on its way, with how far it has come.
struct Walk {
  std::size_t text = 0, done = 0;
  BlockTable table;
};

class BatchMix : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    const std::string path = std::string(RECKON_SOURCE_DIR) + "/tests/golden/models/" + GetParam().model + ".gguf";
    model = Model::load(path, LoadOptions{.pack = GetParam().pack, .threads = 1});
    // Into a second unit of the reduction of attention, where the context has room: that of qwen2-yarn.
    longest = std::min<std::size_t>(static_cast<std::size_t>(model->sizes().context_length), kUnitSlots + 6);
    const auto vocabulary = static_cast<std::uint32_t>(model->sizes().vocabulary);
    for (std::size_t i = 0; i < kTexts; ++i) {
      std::vector<Token>& text = texts.emplace_back();
      // The second half of the texts begins like the first, so that forks can turn from one to the other.
      if (i >= kTexts / 2) text.assign(texts[i - kTexts / 2].begin(), texts[i - kTexts / 2].begin() + 37);
      while (text.size() < longest) text.push_back(static_cast<Token>(random() % vocabulary));
      Running alone(model, GetParam().options);
      BlockTable table = alone.open();
      expected.push_back(alone.feed(table, text, text.size()));
    }
  }

  std::size_t below(std::size_t end) { return random() % end; }

  // Lets a walk begin again, turn into a fork of another, or stay as it is.
  void disturb(std::vector<Walk>& walks, Walk& walk, Running& running) {
    if (walk.done == longest || below(40) == 0) {
      walk = Walk{below(kTexts), 0, running.open()};
    } else if (below(20) == 0) {
      const Walk& other = walks[below(walks.size())];
      if (&other == &walk) return;
      const std::size_t twin = (other.text + kTexts / 2) % kTexts;
      walk = Walk{other.done <= 37 && below(2) == 0 ? twin : other.text, other.done, other.table.fork()};
    }
  }

  // Which rows of a piece want logits: all, none, the last, or some.
  std::vector<bool> wanted(std::size_t count) {
    std::vector<bool> wanted(count, false);
    const std::size_t kind = below(4);
    for (std::size_t i = 0; i < count; ++i)
      wanted[i] = kind == 0 || (kind == 1 && i + 1 == count) || (kind == 2 && below(2) == 0);
    return wanted;
  }

  void check(const Walk& walk, const Logits& logits) {
    for (std::size_t i = 0; i < logits.size(); ++i) {
      if (logits[i].empty()) continue;
      const std::vector<float>& wanted = expected[walk.text][walk.done + i];
      ASSERT_EQ(std::memcmp(logits[i].data(), wanted.data(), wanted.size() * sizeof(float)), 0)
          << "text " << walk.text << ", position " << walk.done + i;
    }
  }

  std::mt19937 random{11};
  std::size_t longest = 0;  // tokens of a text
  std::shared_ptr<const Model> model;
  std::vector<std::vector<Token>> texts;
  std::vector<Logits> expected;  // of each text and position
};

TEST_P(BatchMix, GivesTheBitsOfEachSequenceAlone) {
  for (int mixes = 0; mixes < kMixesPerCase;) {
    RunOptions options = GetParam().options;
    options.threads = 1 + static_cast<int>(below(3));
    if (below(2) == 0) options.worth_sharing = 0;  // else these small models are computed by one thread but for long pieces
    Running running(model, options);
    std::vector<Walk> walks;
    for (std::size_t i = 0, count = 1 + below(9); i < count; ++i) walks.push_back({below(kTexts), 0, running.open()});
    const std::size_t steps = 1 + below(100);
    for (std::size_t step = 0; step < steps && mixes < kMixesPerCase; ++step) {
      std::vector<Walk*> chosen;
      std::vector<Piece> pieces;
      for (Walk& walk : walks) {
        disturb(walks, walk, running);
        if (below(4) == 0 || walk.done == longest) continue;
        const std::size_t left = longest - walk.done;
        const std::size_t count = below(3) != 0 ? 1 : 1 + below(std::min<std::size_t>(left, 24));
        chosen.push_back(&walk);
        pieces.push_back({&walk.table, TokenSpan(texts[walk.text]).subspan(walk.done, count), wanted(count)});
      }
      if (pieces.empty()) continue;
      ++mixes;
      const std::vector<Logits> results = running.step(pieces);
      for (std::size_t i = 0; i < chosen.size(); ++i) {
        ASSERT_NO_FATAL_FAILURE(check(*chosen[i], results[i]));
        chosen[i]->done += results[i].size();
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Models, BatchMix,
    testing::Values(Case{"qwen3-q4_k", true, {DType::f16, 16, 1}}, Case{"qwen3-q4_k", true, {DType::f32, 4, 1}},
                    Case{"qwen2-q4_0", true, {DType::f16, 16, 1}}, Case{"qwen2-q4_0", false, {DType::f16, 2, 1}},
                    Case{"llama-q8_0", true, {DType::f16, 16, 1}}, Case{"llama-q8_0", false, {DType::f32, 16, 1}},
                    Case{"qwen3moe", true, {DType::f16, 16, 1}}, Case{"qwen3moe", false, {DType::f32, 4, 2}},
                    Case{"qwen3-f16", true, {DType::f16, 16, 1}}, Case{"qwen3-bf16", true, {DType::f16, 32, 1}},
                    Case{"llama3", true, {DType::f32, 16, 1}}, Case{"qwen2-yarn", true, {DType::f16, 64, 1}},
                    Case{"qwen2-yarn", true, {DType::bf16, 16, 1}}, Case{"qwen3-q4_k", true, {DType::i8, 16, 1}},
                    Case{"llama-q8_0", true, {DType::i8, 4, 1}}),
    [](const auto& instance) {
      const Case& one = instance.param;
      std::string name = std::string(one.model) + (one.pack ? "_packed_" : "_") + std::string(name_of(one.options.kv_type)) +
                         "_pages_of_" + std::to_string(one.options.slots_per_page);
      std::ranges::replace(name, '-', '_');
      return name;
    });

}  // namespace
}  // namespace reckon
