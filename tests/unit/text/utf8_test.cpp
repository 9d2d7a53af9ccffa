#include "text/utf8.h"

#include <gtest/gtest.h>

namespace reckon {
namespace {

TEST(Utf8, EveryCodePointIsReadBackAsItWasWritten) {
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c >= 0xD800 && c < 0xE000) continue;
    std::string bytes;
    append_utf8(bytes, c);
    const Utf8Char read = decode_utf8(bytes + "x");
    ASSERT_EQ(read.state, Utf8Char::State::whole) << static_cast<unsigned>(c);
    ASSERT_EQ(read.code_point, c);
    ASSERT_EQ(read.length, bytes.size());
    ASSERT_TRUE(is_valid_utf8(bytes));
  }
}

TEST(Utf8, ReplacesEachMaximalInvalidPart) {
  // The example of Unicode 15, table 3-8, and the usual offenders.
  EXPECT_EQ(replace_invalid_utf8("a\xF1\x80\x80\xE1\x80\xC2"
                                 "b\x80"
                                 "c\x80\xBF"
                                 "d"),
            "a\uFFFD\uFFFD\uFFFDb\uFFFDc\uFFFD\uFFFDd");
  EXPECT_EQ(replace_invalid_utf8("\xC0\xAF"), "\uFFFD\uFFFD");                      // overlong
  EXPECT_EQ(replace_invalid_utf8("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");            // a surrogate
  EXPECT_EQ(replace_invalid_utf8("\xF4\x90\x80\x80"), "\uFFFD\uFFFD\uFFFD\uFFFD");  // above U+10FFFF
  EXPECT_EQ(replace_invalid_utf8("\xE2\x82"), "\uFFFD");                            // cut off
}

TEST(Utf8, FindsAnInvalidByteBehindLongAscii) {
  for (std::size_t length = 0; length < 40; ++length) {
    EXPECT_TRUE(is_valid_utf8(std::string(length, 'a')));
    EXPECT_FALSE(is_valid_utf8(std::string(length, 'a') + "\xFF"));
  }
}

TEST(Utf8, OnlyACompletableCharacterIsHeldBack) {
  EXPECT_EQ(incomplete_suffix(""), 0u);
  EXPECT_EQ(incomplete_suffix("abc"), 0u);
  EXPECT_EQ(incomplete_suffix("a\xE2"), 1u);
  EXPECT_EQ(incomplete_suffix("a\xE2\x82"), 2u);
  EXPECT_EQ(incomplete_suffix("a\xE2\x82\xAC"), 0u);
  EXPECT_EQ(incomplete_suffix("\xF0\x9F\x98"), 3u);
  EXPECT_EQ(incomplete_suffix("\xF0\x80"), 0u);  // overlong: no continuation could mend it
  EXPECT_EQ(incomplete_suffix("\x80\x80\x80"), 0u);
  EXPECT_EQ(incomplete_suffix("\xFF"), 0u);
}

}  // namespace
}  // namespace reckon
