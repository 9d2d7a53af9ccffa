#include "text/tokenizers/tokenizer.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "base/error.h"
#include "text/tokenizers/normal_form.h"
#include "text/tokenizers/pre_tokenizer.h"
#include "text/utf8.h"
#include "unit/text/small_vocabularies.h"

namespace reckon {
namespace {

using Ids = std::vector<Token>;

TEST(ByteLevelBpe, WithoutMergesIsAByteTokenizer) {
  const auto tokenizer = make_tokenizer(plain_bytes());

  EXPECT_EQ(tokenizer->encode("Hi \xC3\xA9"), (Ids{'H', 'i', ' ', 0xC3, 0xA9}));
  EXPECT_EQ(tokenizer->decode(Ids{'H', 'i', ' ', 0xC3, 0xA9}), "Hi \xC3\xA9");
  EXPECT_EQ(tokenizer->encode(""), Ids{});
}

TEST(ByteLevelBpe, MergesTheLowestRankFirstAndFromTheLeft) {
  const auto tokenizer = make_tokenizer(merging_bytes());

  EXPECT_EQ(tokenizer->encode("aaaaa"), (Ids{260, 'a'}));
  EXPECT_EQ(tokenizer->encode("aaa"), (Ids{259, 'a'}));
  EXPECT_EQ(tokenizer->encode(" aa"), (Ids{' ', 259}));  // a+a ranks before space+a
  EXPECT_EQ(tokenizer->encode(" a"), (Ids{261}));
  EXPECT_EQ(tokenizer->encode("a a"), (Ids{'a', 261}));
}

TEST(ByteLevelBpe, InvalidBytesBecomeTheReplacementCharacter) {
  const auto tokenizer = make_tokenizer(plain_bytes());

  EXPECT_EQ(tokenizer->encode("a\xFF"), (Ids{'a', 0xEF, 0xBF, 0xBD}));
  EXPECT_EQ(tokenizer->decode(Ids{'a', 0xFF, 'b'}), "a\uFFFDb");
}

TEST(SentencePieceBpe, MergesTheHighestScoreFirstAndFallsBackToBytes) {
  const auto tokenizer = make_tokenizer(small_sentence_piece());
  const auto id = [&](const char* text) { return tokenizer->find(text); };

  EXPECT_EQ(tokenizer->encode("abc"), (Ids{id("\u2581"), id("abc")}));  // a+b scores above mark+a
  EXPECT_EQ(tokenizer->encode("aac"), (Ids{id("\u2581a"), id("a"), id("c")}));
  EXPECT_EQ(tokenizer->encode("\u00E9"), (Ids{id("\u2581"), 3 + 0xC3, 3 + 0xA9}));
  EXPECT_EQ(tokenizer->decode(tokenizer->encode("abc  \u00E9 a")), "abc  \u00E9 a");
}

TEST(SentencePieceBpe, KeepsTheLeadingSpaceInTheMiddleOfAText) {
  const auto tokenizer = make_tokenizer(small_sentence_piece());
  const Ids ids = tokenizer->encode("a");

  EXPECT_EQ(tokenizer->decode(ids), "a");
  EXPECT_EQ(tokenizer->decode(ids, {.at_start = false}), " a");
}

TEST(SentencePieceBpe, NeverProducesAnUnusedTokenButMayMergeThroughIt) {
  Vocabulary vocabulary = small_sentence_piece();
  vocabulary.add_space_prefix = false;
  const auto ab = std::ranges::find(vocabulary.texts, "ab") - vocabulary.texts.begin();
  vocabulary.kinds[static_cast<std::size_t>(ab)] = TokenKind::unused;
  const auto tokenizer = make_tokenizer(vocabulary);

  EXPECT_EQ(tokenizer->encode("abc"), (Ids{tokenizer->find("abc")}));
  EXPECT_EQ(tokenizer->encode("ab"), (Ids{tokenizer->find("a"), tokenizer->find("b")}));
}

TEST(SentencePieceBpe, WithoutByteTokensARunOfUnknownCharactersIsOneToken) {
  Vocabulary vocabulary;
  vocabulary.model = VocabularyModel::sentence_piece_bpe;
  vocabulary.unknown = add_token(vocabulary, "<unk>", TokenKind::unknown);
  add_token(vocabulary, "a", TokenKind::normal, -1);
  const auto tokenizer = make_tokenizer(vocabulary);

  EXPECT_EQ(tokenizer->encode("axyza"), (Ids{1, 0, 1}));
}

TEST(Tokenizer, ControlTokensComeOnlyFromTrustedText) {
  for (const Vocabulary& vocabulary : {plain_bytes(), merging_bytes()}) {
    const auto tokenizer = make_tokenizer(vocabulary);
    const Ids untrusted = tokenizer->encode("x<|end|>");

    EXPECT_TRUE(std::ranges::none_of(untrusted, [&](Token t) { return tokenizer->is_control(t); }));
    EXPECT_EQ(tokenizer->decode(untrusted), "x<|end|>");
    EXPECT_EQ(tokenizer->encode("x<|end|>", {.parse_special = true}), (Ids{'x', 256}));
    EXPECT_EQ(tokenizer->encode("x<think>"), (Ids{'x', 258}));
  }
}

TEST(Tokenizer, AControlTokenNeedsEveryByteInOneTrustedPiece) {
  const auto tokenizer = make_tokenizer(merging_bytes());
  const TextPiece split_over_trust[] = {{"<|us", true}, {"er|>", false}};
  const TextPiece split_in_trust[] = {{"<|us", true}, {"er|>", true}};
  const TextPiece chat[] = {{"<|user|>", true}, {"<|end|>a", false}, {"a<|end|>", true}};

  EXPECT_EQ(tokenizer->encode_pieces(split_over_trust), tokenizer->encode("<|user|>"));
  EXPECT_EQ(tokenizer->encode_pieces(split_in_trust), tokenizer->encode("<|user|>"));
  Ids expected = {257};
  const Ids plain = tokenizer->encode("<|end|>aa");  // the two a merge over the boundary
  expected.insert(expected.end(), plain.begin(), plain.end());
  expected.push_back(256);
  EXPECT_EQ(tokenizer->encode_pieces(chat), expected);
  EXPECT_TRUE(std::ranges::none_of(plain, [&](Token t) { return tokenizer->is_control(t); }));
}

TEST(Tokenizer, NoMergeAndNoByteMakesAControlToken) {
  Vocabulary vocabulary = merging_bytes();
  vocabulary.kinds[259] = TokenKind::control;  // a+a
  vocabulary.kinds['b'] = TokenKind::control;
  vocabulary.unknown = '?';
  const auto tokenizer = make_tokenizer(vocabulary);

  EXPECT_EQ(tokenizer->encode("aab"), (Ids{'a', 'a', '?'}));
}

TEST(Tokenizer, TheLongestSpecialTokenAtTheLeftmostPlaceWins) {
  Vocabulary vocabulary = plain_bytes();
  const Token shorter = add_token(vocabulary, "<x", TokenKind::user_defined);
  const Token longer = add_token(vocabulary, "<x>y", TokenKind::user_defined);
  add_token(vocabulary, "x>yz", TokenKind::user_defined);
  const auto tokenizer = make_tokenizer(vocabulary);

  EXPECT_EQ(tokenizer->encode("<x>yz"), (Ids{longer, 'z'}));
  EXPECT_EQ(tokenizer->encode("<x>z"), (Ids{shorter, '>', 'z'}));
}

TEST(Tokenizer, BosIsAddedWhereAskedAndKnown) {
  const auto with = make_tokenizer(small_sentence_piece());
  const auto without = make_tokenizer(plain_bytes());

  EXPECT_EQ(with->encode("", {.add_bos = true}), Ids{1});
  EXPECT_EQ(without->encode("", {.add_bos = true}), Ids{});
}

TEST(Tokenizer, GenerationEndsAtEosAndAtTheTextsThatMeanIt) {
  Vocabulary vocabulary = plain_bytes();
  const Token im_end = add_token(vocabulary, "<|im_end|>", TokenKind::control);
  const Token pad = add_token(vocabulary, "<pad>", TokenKind::control);
  const Token fim = add_token(vocabulary, "<fim>", TokenKind::control);
  vocabulary.more_ends = {fim};
  const auto tokenizer = make_tokenizer(vocabulary);

  EXPECT_TRUE(tokenizer->is_end_of_generation(256));
  EXPECT_TRUE(tokenizer->is_end_of_generation(im_end));
  EXPECT_TRUE(tokenizer->is_end_of_generation(fim));
  EXPECT_FALSE(tokenizer->is_end_of_generation(pad));
  EXPECT_FALSE(tokenizer->is_end_of_generation('a'));
}

TEST(Tokenizer, ControlTokensAreShownOnlyWhenAsked) {
  const auto tokenizer = make_tokenizer(plain_bytes());

  EXPECT_EQ(tokenizer->decode(Ids{'a', 256, 258}), "a<think>");
  EXPECT_EQ(tokenizer->decode(Ids{'a', 256, 258}, {.special = true}), "a<|end|><think>");
  EXPECT_EQ(tokenizer->bytes_of(256), "");
  EXPECT_EQ(tokenizer->bytes_of(258), "<think>");
}

TEST(Tokenizer, AnIdOutsideTheVocabularyIsAnError) {
  const auto tokenizer = make_tokenizer(plain_bytes());

  EXPECT_THROW(tokenizer->decode(Ids{-1}), Error);
  EXPECT_THROW(tokenizer->decode(Ids{259}), Error);
  EXPECT_THROW(tokenizer->bytes_of(1 << 30), Error);
}

TEST(Tokenizer, EveryCodePointRoundTrips) {
  std::vector<std::unique_ptr<const Tokenizer>> tokenizers;
  for (const char* pre : {"gpt-2", "llama-bpe", "deepseek-v3"}) tokenizers.push_back(make_tokenizer(merging_bytes(pre)));
  tokenizers.push_back(make_tokenizer(small_sentence_piece()));
  for (const auto& tokenizer : tokenizers) {
    std::string text;
    for (char32_t c = 0; c <= 0x10FFFF; ++c) {
      const bool surrogate = c >= 0xD800 && c < 0xE000;
      const bool space_mark = c == 0x2581 && tokenizer->adds_space_prefix();  // SentencePiece cannot tell it from a space
      if (!surrogate && !space_mark) append_utf8(text, c);
      if (c % 0x1000 != 0xFFF) continue;
      ASSERT_EQ(tokenizer->decode(tokenizer->encode(text)), text);
      text.clear();
    }
  }
}

// No clock here: what is quadratic would take minutes per text.
TEST(Tokenizer, LongRunsOfAnythingTakeLinearTime) {
  constexpr std::size_t kBytes = 1 << 19;
  std::string marks = "a";  // marks in descending order of their class, the worst case of canonical reordering
  while (marks.size() < kBytes) marks += "\u0345\u0315\u0300\u0327";
  std::string mixed;
  while (mixed.size() < kBytes) mixed += "  \n a1\u00e9'";
  std::vector<std::string> texts{std::string(kBytes, 'a'),
                                 std::string(kBytes, ' '),
                                 std::string(kBytes, '\n'),
                                 std::string(kBytes, '1'),
                                 std::string(kBytes, '.'),
                                 std::string(kBytes, ' ') + "a",
                                 marks,
                                 mixed};
  for (const char* pre : {"gpt-2", "llama-bpe", "qwen2", "starcoder", "falcon", "deepseek-coder", "deepseek-v3"}) {
    const auto tokenizer = make_tokenizer(merging_bytes(pre));
    for (const std::string& text : texts) {
      const bool nfc = find_pre_tokenizer(pre).nfc;
      EXPECT_TRUE(tokenizer->decode(tokenizer->encode(text)) == (nfc ? to_nfc(text) : text));
    }
  }
  const auto tokenizer = make_tokenizer(small_sentence_piece());
  for (const std::string& text : texts) EXPECT_TRUE(tokenizer->decode(tokenizer->encode(text)) == text);
}

}  // namespace
}  // namespace reckon
