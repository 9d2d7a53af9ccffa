#include "base/units.h"

#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/error.h"

namespace reckon {
namespace {

std::string error_of(std::int64_t (*parse)(std::string_view, std::string_view), std::string_view text) {
  try {
    return "accepted as " + std::to_string(parse(text, "budget tokens"));
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_argument);
    return error.what();
  }
}

TEST(ParseCount, ReadsPlainSuffixedAndScientificNumbers) {
  EXPECT_EQ(parse_count("4096", "f"), 4096);
  EXPECT_EQ(parse_count("0", "f"), 0);
  EXPECT_EQ(parse_count("4k", "f"), 4000);
  EXPECT_EQ(parse_count("1.5M", "f"), 1'500'000);
  EXPECT_EQ(parse_count("1.1k", "f"), 1100);  // 1100.0000000000002 in doubles
  EXPECT_EQ(parse_count("2e9", "f"), 2'000'000'000);
  EXPECT_EQ(parse_count("9223372036854775807", "f"), INT64_MAX);  // exact although no double holds it
}

TEST(ParseCount, RefusesEverythingElseAndNamesTheField) {
  for (const std::string_view text :
       {"", "-1", "-0.0", "x", "4 k", "4kk", "1e30", "9223372036854775808", "nan", "inf", "0x10", "1.5", "1e-3", "1.0005k"}) {
    EXPECT_EQ(error_of(parse_count, text).find("budget tokens: '"), 0U) << error_of(parse_count, text);
  }
  EXPECT_LT(error_of(parse_count, std::string(1'000'000, '9')).size(), 250U);
}

TEST(ParseBytes, KnowsBinaryAndDecimalUnits) {
  EXPECT_EQ(parse_bytes("1073741824", "f"), 1 << 30);
  EXPECT_EQ(parse_bytes("512MiB", "f"), 512LL << 20);
  EXPECT_EQ(parse_bytes("1.5GiB", "f"), 3LL << 29);
  EXPECT_EQ(parse_bytes("4GB", "f"), 4'000'000'000);
  EXPECT_EQ(parse_bytes("16k", "f"), 16384);
  EXPECT_EQ(error_of(parse_bytes, "12 apples").find("budget tokens: '12 apples'"), 0U);
}

TEST(Format, KeepsThreeDigits) {
  EXPECT_EQ(format_count(0), "0");
  EXPECT_EQ(format_count(999), "999");
  EXPECT_EQ(format_count(12.345), "12.3");
  EXPECT_EQ(format_count(1'234'567), "1.23 M");
  EXPECT_EQ(format_count(999'999), "1.00 M");
  EXPECT_EQ(format_count(45.6e9), "45.6 G");
  EXPECT_EQ(format_count(45.6e9, "FLOP"), "45.6 GFLOP");
  EXPECT_EQ(format_count(0, "FLOP"), "0 FLOP");
  EXPECT_EQ(format_count(999, "B"), "999 B");
  EXPECT_EQ(format_bytes(1023), "1023 B");
  EXPECT_EQ(format_bytes(3 << 19), "1.5 MiB");
  EXPECT_EQ(format_bytes((1 << 20) - 1), "1.0 MiB");
  EXPECT_EQ(format_seconds(1.234), "1.23 s");
  EXPECT_EQ(format_seconds(0.045), "45 ms");
  EXPECT_EQ(format_seconds(12e-6), "12 us");
}

TEST(MonotonicSeconds, NeverDecrease) {
  double last = monotonic_seconds();
  for (int i = 0; i < 1000; ++i) {
    const double now = monotonic_seconds();
    EXPECT_GE(now, last);
    last = now;
  }
}

TEST(Counted, KnowsOneFromMany) {
  EXPECT_EQ(counted(1, "problem"), "1 problem");
  EXPECT_EQ(counted(0, "problem"), "0 problems");
  EXPECT_EQ(counted(12, "strategy", "strategies"), "12 strategies");
  EXPECT_EQ(counted(1, "strategy", "strategies"), "1 strategy");
}

}  // namespace
}  // namespace reckon
