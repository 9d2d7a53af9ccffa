#include "formats/gguf/metadata.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"

namespace reckon {
namespace {

std::string metadata_message_of(auto&& action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::bad_file);
    return error.what();
  }
  return "no error";
}

TEST(MetadataTest, CountsMayHaveAnyIntegerWidth) {
  Metadata metadata("model.gguf");
  metadata.set("u16", std::uint16_t{7});
  metadata.set("i32", std::int32_t{7});
  metadata.set("u64", std::uint64_t{7});

  for (const char* key : {"u16", "i32", "u64"}) {
    EXPECT_EQ(metadata.get_uint(key), 7u);
    EXPECT_EQ(metadata.get_int(key), 7);
    EXPECT_EQ(metadata.get_float(key), 7.0);
  }
}

TEST(MetadataTest, DefaultsAreForMissingKeysOnly) {
  Metadata metadata("model.gguf");
  metadata.set("text", std::string("seven"));

  EXPECT_EQ(metadata.get_uint("missing", 5), 5u);
  EXPECT_EQ(metadata.get_string("missing", "none"), "none");
  EXPECT_EQ(metadata.get_float("missing", 0.5), 0.5);
  EXPECT_TRUE(metadata.get_bool("missing", true));
  EXPECT_EQ(metadata_message_of([&] { metadata.get_uint("text", 5); }),
            "model.gguf: key 'text': has type string; expected integer");
}

TEST(MetadataTest, ErrorsNameKeyFoundAndExpected) {
  Metadata metadata("model.gguf");
  metadata.set("negative", std::int32_t{-1});
  metadata.set("large", std::uint64_t{1} << 63);
  metadata.set("flag", true);
  metadata.set("words", MetadataArray{StringArray({"a"})});

  EXPECT_EQ(metadata_message_of([&] { metadata.get_uint("llama.block_count"); }),
            "model.gguf: key 'llama.block_count': is missing; expected integer");
  EXPECT_EQ(metadata_message_of([&] { metadata.get_uint("negative"); }),
            "model.gguf: key 'negative': is -1; expected no negative number");
  EXPECT_EQ(metadata_message_of([&] { metadata.get_int("large"); }),
            "model.gguf: key 'large': is 9223372036854775808; expected at most 2^63 - 1");
  EXPECT_EQ(metadata_message_of([&] { metadata.get_uint("flag"); }), "model.gguf: key 'flag': has type bool; expected integer");
  EXPECT_EQ(metadata_message_of([&] { metadata.get_bool("large"); }), "model.gguf: key 'large': has type u64; expected bool");
  EXPECT_EQ(metadata_message_of([&] { metadata.get_string("words"); }),
            "model.gguf: key 'words': has type array of string; expected string");
  EXPECT_EQ(metadata_message_of([&] { metadata.get_float_array("words"); }),
            "model.gguf: key 'words': has type array of string; expected array of numbers");
  EXPECT_EQ(metadata_message_of([&] { metadata.get_string_array("flag"); }),
            "model.gguf: key 'flag': has type bool; expected array of string");
}

TEST(MetadataTest, ArraysConvertFromAnyWidth) {
  Metadata metadata("model.gguf");
  metadata.set("bytes", MetadataArray{std::vector<std::uint8_t>{1, 200}});
  metadata.set("signed", MetadataArray{std::vector<std::int32_t>{1, -2}});
  metadata.set("doubles", MetadataArray{std::vector<double>{0.5}});
  metadata.set("flags", MetadataArray{std::vector<bool>{true, false}});

  EXPECT_EQ(metadata.get_uint_array("bytes"), (std::vector<std::uint64_t>{1, 200}));
  EXPECT_EQ(metadata.get_int_array("signed"), (std::vector<std::int64_t>{1, -2}));
  EXPECT_EQ(metadata.get_float_array("doubles"), std::vector<float>{0.5f});
  EXPECT_EQ(metadata.get_bool_array("flags"), (std::vector<bool>{true, false}));
  EXPECT_NE(metadata_message_of([&] { metadata.get_uint_array("signed"); }).find("element 1 is -2"), std::string::npos);
  EXPECT_NE(metadata_message_of([&] { metadata.get_uint_array("flags"); }).find("array of bool"), std::string::npos);
}

TEST(MetadataTest, PerLayerValuesAreOneNumberOrOneForEachLayer) {
  Metadata metadata("model.gguf");
  metadata.set("one", std::uint32_t{4});
  metadata.set("each", MetadataArray{std::vector<std::int32_t>{4, 8, 4}});

  EXPECT_EQ(metadata.get_uint_per_layer("one", 3), (std::vector<std::uint64_t>{4, 4, 4}));
  EXPECT_EQ(metadata.get_uint_per_layer("each", 3), (std::vector<std::uint64_t>{4, 8, 4}));
  EXPECT_NE(metadata_message_of([&] {
              metadata.get_uint_per_layer("each", 2);
            }).find("has 3 elements; expected one for each of 2 layers"),
            std::string::npos);
}

TEST(StringArrayTest, KeepsEmptyStringsAndZeroBytes) {
  const std::vector<std::string> words{"", "a", std::string("b\0c", 3), ""};

  const StringArray array(words);

  ASSERT_EQ(array.size(), words.size());
  for (std::size_t i = 0; i < words.size(); ++i) EXPECT_EQ(array[i], words[i]);
}

TEST(QuoteBytes, IsOnePrintableLineOfBoundedLength) {
  EXPECT_EQ(quote_bytes("blk.0"), "'blk.0'");
  EXPECT_EQ(quote_bytes("a\n\xff"), "'a\\x0a\\xff'");
  EXPECT_LT(quote_bytes(std::string(100000, '\x01')).size(), 400u);
}

}  // namespace
}  // namespace reckon
