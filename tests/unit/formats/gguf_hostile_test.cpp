// Files that lie: each must give one Error that says what, where and what was expected; never a crash or a large allocation.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "formats/gguf/gguf_file.h"
#include "formats/gguf/gguf_writer.h"
#include "unit/formats/gguf_bytes.h"

namespace reckon {
namespace {

using test::GgufBytes;
constexpr std::uint64_t kHuge = std::numeric_limits<std::uint64_t>::max();

std::string refusal(std::span<const std::byte> bytes) {
  try {
    GgufFile::parse(bytes, "model.gguf");
  } catch (const Error& error) {
    EXPECT_NE(error.code(), ErrorCode::internal);
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << "an error is one line";
    return error.what();
  }
  return "accepted";
}

struct HostileCase {
  const char* name;
  void (*make)(GgufBytes&);
  std::array<std::string_view, 3> expected;  // parts of the message
};

void array_of_depth(GgufBytes& bytes, int depth) {
  bytes.header(0, 1).key("deep", 9);
  for (int i = 1; i < depth; ++i) bytes.u32(9).u64(1);
  bytes.u32(0).u64(0);
}

// Constants and plain functions: a table of strings and std::functions takes g++ minutes under sanitizers.
constexpr auto kCases = std::to_array<HostileCase>({
    {"EmptyInput", [](GgufBytes&) {}, {"not a GGUF file", "it begins with ''"}},
    {"TextFile",
     [](GgufBytes& b) { b.raw("Once upon a time"); },
     {"magic (offset 0x0)", "begins with 'Once' (4f 6e 63 65)", "'GGUF' (47 47 55 46)"}},
    {"ZipFile", [](GgufBytes& b) { b.raw("PK\x03\x04 and more"); }, {"'PK\\x03\\x04'", "PyTorch checkpoint"}},
    {"SafetensorsFile", [](GgufBytes& b) { b.u64(90).raw("{\"w\":{}}"); }, {"safetensors"}},
    {"Version1",
     [](GgufBytes& b) { b.raw("GGUF").u32(1).u64(0).u64(0); },
     {"version (offset 0x4)", "version 1 is not read", "convert"}},
    {"Version4", [](GgufBytes& b) { b.raw("GGUF").u32(4).u64(0).u64(0); }, {"version 4 is unknown; known are 2 and 3"}},
    {"BigEndian", [](GgufBytes& b) { b.raw("GGUF").u32(0x03000000).u64(0).u64(0); }, {"big-endian", "convert"}},
    {"HugeTensorCount", [](GgufBytes& b) { b.header(kHuge, 0); }, {"tensor_count (offset 0x8)", "18446744073709551615"}},
    {"HugeKeyCount", [](GgufBytes& b) { b.header(0, kHuge); }, {"kv_count (offset 0x10)", "beyond any real file"}},
    {"TensorCountBeyondFile", [](GgufBytes& b) { b.header(1000, 0); }, {"tensor_count", "1000 cannot fit", "hold at most 0"}},
    {"KeyCountBeyondFile",
     [](GgufBytes& b) { b.header(0, 3).data(28); },
     {"kv_count", "3 cannot fit", "28 bytes hold at most 2"}},
    {"HugeKeyLength", [](GgufBytes& b) { b.header(0, 1).u64(kHuge).data(6); }, {"key 1 of 1 (offset 0x18)", "only 6 remain"}},
    {"EmptyKey", [](GgufBytes& b) { b.header(0, 1).key("", 0).data(9); }, {"key 1 of 1", "has 0 bytes; expected 1 to 65535"}},
    {"LongKey",
     [](GgufBytes& b) { b.header(0, 1).key(std::string(65536, 'k'), 0).data(1); },
     {"has 65536 bytes; expected 1 to 65535"}},
    {"DuplicateKey",
     [](GgufBytes& b) { b.header(0, 2).key("twice", 0).data(1).key("twice", 0).data(1); },
     {"key 'twice' (offset 0x2a)", "occurs twice"}},
    {"UnknownValueType",
     [](GgufBytes& b) { b.header(0, 1).key("odd", 13).u64(0); },
     {"key 'odd' (offset 0x23)", "value type 13 is unknown; known are 0..12"}},
    {"BoolOfTwo",
     [](GgufBytes& b) { b.header(0, 1).key("flag", 7).put(std::uint8_t{2}); },
     {"key 'flag'", "bool is 2; expected 0 or 1"}},
    {"BoolOfTwoInArray",
     [](GgufBytes& b) { b.header(0, 1).key("flags", 9).u32(7).u64(2).raw("\x01\x02"); },
     {"key 'flags'", "bool is 2"}},
    {"StringBeyondFile",
     [](GgufBytes& b) { b.header(0, 1).key("text", 8).u64(100).raw("short"); },
     {"key 'text' (offset 0x28)", "string of 100 bytes; only 5 remain"}},
    {"ArrayCountBeyondFile",
     [](GgufBytes& b) { b.header(0, 1).key("list", 9).u32(10).u64(3).data(23); },
     {"key 'list'", "count of 3", "23 bytes hold at most 2"}},
    {"ArrayCountOverflows",
     [](GgufBytes& b) { b.header(0, 1).key("list", 9).u32(10).u64(kHuge / 8 + 2).data(64); },
     {"key 'list'", "hold at most 8"}},
    {"HugeStringArray",
     [](GgufBytes& b) { b.header(0, 1).key("list", 9).u32(8).u64(std::uint64_t{1} << 60).data(64); },
     {"hold at most 8"}},
    {"HugeArrayOfArrays",
     [](GgufBytes& b) { b.header(0, 1).key("list", 9).u32(9).u64(std::uint64_t{1} << 60).data(64); },
     {"hold at most 5"}},
    {"UnknownElementType", [](GgufBytes& b) { b.header(0, 1).key("list", 9).u32(99).u64(0); }, {"value type 99 is unknown"}},
    {"DeepArray", [](GgufBytes& b) { array_of_depth(b, 9); }, {"key 'deep'", "nested deeper than 8 levels"}},
    {"AbsurdlyDeepArray", [](GgufBytes& b) { array_of_depth(b, 100000); }, {"key 'deep'", "nested deeper than 8 levels"}},
    {"AlignmentZero",
     [](GgufBytes& b) { b.header(0, 1).key("general.alignment", 4).u32(0); },
     {"'general.alignment'", "is 0; expected a power of two from 8"}},
    {"AlignmentNotAPowerOfTwo", [](GgufBytes& b) { b.header(0, 1).key("general.alignment", 4).u32(48); }, {"is 48"}},
    {"AlignmentOfWrongType",
     [](GgufBytes& b) { b.header(0, 1).key("general.alignment", 8).string("32"); },
     {"has type string; expected u32"}},
    {"HugeAlignment",
     [](GgufBytes& b) { b.header(0, 1).key("general.alignment", 4).u32(0xffffffff); },
     {"expected a power of two"}},
    {"EmptyTensorName",
     [](GgufBytes& b) { b.header(1, 0).tensor("", {4}, 0, 0).pad().data(16); },
     {"tensor 1 of 1", "has 0 bytes; expected 1 to 64"}},
    {"LongTensorName",
     [](GgufBytes& b) { b.header(1, 0).tensor(std::string(65, 'n'), {4}, 0, 0).pad().data(16); },
     {"has 65 bytes; expected 1 to 64"}},
    {"DuplicateTensor",
     [](GgufBytes& b) { b.header(2, 0).tensor("w", {8}, 0, 0).tensor("w", {8}, 0, 32).pad().data(64); },
     {"tensor 'w'", "the name occurs twice"}},
    {"NoDimensions",
     [](GgufBytes& b) { b.header(1, 0).tensor("w", {}, 0, 0).pad().data(16); },
     {"tensor 'w' (offset 0x21)", "0 dimensions; expected 1 to 4"}},
    {"FiveDimensions",
     [](GgufBytes& b) { b.header(1, 0).tensor("w", {1, 1, 1, 1, 1}, 0, 0).pad().data(16); },
     {"5 dimensions; expected 1 to 4"}},
    {"HugeDimensionCount", [](GgufBytes& b) { b.header(1, 0).string("w").u32(0xffffffff).data(64); }, {"4294967295 dimensions"}},
    {"ZeroDimension",
     [](GgufBytes& b) { b.header(1, 0).tensor("w", {4, 0}, 0, 0).pad().data(16); },
     {"tensor 'w' (offset 0x2d)", "a dimension is 0"}},
    {"NegativeDimension",
     [](GgufBytes& b) { b.header(1, 0).tensor("w", {kHuge}, 0, 0).pad().data(16); },
     {"more than 2^63 elements"}},
    {"ElementsOverflow",
     [](GgufBytes& b) { b.header(1, 0).tensor("w", {1u << 31, 1u << 31, 4}, 0, 0).pad().data(16); },
     {"dimension 4 makes more than 2^63 elements"}},
    {"BytesOverflow",
     [](GgufBytes& b) { b.header(1, 0).tensor("w", {1u << 31, 1u << 31}, 0, 0).pad().data(16); },
     {"more than 2^63 bytes"}},
    {"RowIsNoWholeBlock",
     [](GgufBytes& b) { b.header(1, 0).tensor("w", {40, 2}, 2, 0).pad().data(64); },
     {"rows of 40 elements; Q4_0 needs a multiple of 32"}},
    {"UnknownBlockType",
     [](GgufBytes& b) { b.header(1, 0).tensor("blk.3.attn_q.weight", {32}, 77, 0).pad().data(64); },
     {"model.gguf: tensor 'blk.3.attn_q.weight' (offset 0x3f): block type 77 is unknown; known are 0..42"}},
    {"WithdrawnBlockType",
     [](GgufBytes& b) { b.header(1, 0).tensor("w", {32}, 4, 0).pad().data(64); },
     {"block type 4 (Q4_2) was withdrawn", "convert the model again"}},
    {"MisalignedOffset",
     [](GgufBytes& b) { b.header(1, 0).tensor("w", {4}, 0, 8).pad().data(64); },
     {"tensor 'w'", "data offset 0x8 is not a multiple of the alignment 32"}},
    {"OffsetBeyondFile",
     [](GgufBytes& b) { b.header(1, 0).tensor("w", {4}, 0, 4096).pad().data(64); },
     {"16 bytes at data offset 0x1000 end beyond the file", "has 64 bytes"}},
    {"OffsetOverflows",
     [](GgufBytes& b) { b.header(1, 0).tensor("w", {4}, 0, kHuge - 31).pad().data(64); },
     {"end beyond the file"}},
    {"LastByteMissing",
     [](GgufBytes& b) { b.header(1, 0).tensor("w", {4}, 0, 0).pad().data(15); },
     {"16 bytes at data offset 0x0 end beyond the file", "has 15 bytes", "truncated"}},
    {"OverlappingTensors",
     [](GgufBytes& b) { b.header(2, 0).tensor("a", {16}, 0, 0).tensor("b", {8}, 0, 32).pad().data(64); },
     {"tensor 'b'", "overlaps tensor 'a' at 0x0 (64 bytes)"}},
    {"SameOffsetTwice",
     [](GgufBytes& b) { b.header(2, 0).tensor("a", {8}, 0, 0).tensor("b", {8}, 0, 0).pad().data(64); },
     {"overlaps tensor"}},
    {"ControlCharactersInAName",
     [](GgufBytes& b) { b.header(1, 0).tensor("w\n\x1b[31m", {4}, 99, 0).pad().data(16); },
     {"'w\\x0a\\x1b[31m'"}},
    {"SplitNumberBeyondCount",
     [](GgufBytes& b) { b.header(0, 2).key("split.no", 2).put(std::uint16_t{3}).key("split.count", 2).put(std::uint16_t{3}); },
     {"'split.no'", "is 3; expected less than split.count, 3"}},
});

class GgufHostile : public ::testing::TestWithParam<HostileCase> {};

TEST_P(GgufHostile, IsRefusedWithPlaceAndReason) {
  GgufBytes bytes;
  GetParam().make(bytes);

  const std::string message = refusal(bytes.bytes());

  EXPECT_TRUE(message.starts_with("model.gguf: ")) << message;
  for (const std::string_view part : GetParam().expected) EXPECT_NE(message.find(part), std::string::npos) << message;
}

INSTANTIATE_TEST_SUITE_P(Table, GgufHostile, ::testing::ValuesIn(kCases),
                         [](const ::testing::TestParamInfo<HostileCase>& row) { return std::string(row.param.name); });

std::vector<std::byte> small_file() {
  static const std::vector<std::byte> values(80);
  GgufWriter writer;
  writer.set("general.architecture", std::string("llama"));
  writer.set("tokens", MetadataArray{StringArray({"a", "", "bc"})});
  writer.set("nested", MetadataArray{std::vector<MetadataArray>{{std::vector<bool>{true}}, {std::vector<double>{1.0, 2.0}}}});
  writer.add_tensor("w", DType::f32, {4, 5}, values);
  writer.add_tensor("v", DType::q8_0, {32, 2}, std::span(values).first(68));
  return writer.to_bytes();
}

TEST(GgufTruncation, IsRefusedAtEveryByte) {
  const std::vector<std::byte> whole = small_file();
  ASSERT_EQ(refusal(whole), "accepted");
  const std::size_t end_of_tensors = 96 + 68;  // from the data start; what follows is padding
  const std::size_t data_start = whole.size() - 96 - 96;
  std::size_t last_offset = data_start - 1;  // the header ends with the offset of "v", 96: one byte and seven zeros
  while (whole[last_offset] == std::byte{0}) --last_offset;
  const std::size_t header_end = last_offset + 8;

  for (std::size_t size = 0; size < data_start + end_of_tensors; ++size) {
    const auto end = whole.begin() + static_cast<std::ptrdiff_t>(size);
    const std::string message = refusal(std::vector<std::byte>(whole.begin(), end));  // own block: ASan sees its end
    ASSERT_TRUE(message.starts_with("model.gguf: ")) << "cut at " << size << ": " << message;
    const bool in_data = message.find("end beyond the file") != std::string::npos;
    ASSERT_EQ(in_data, size >= header_end) << "cut at " << size << ", the parser read on: " << message;
  }
  EXPECT_EQ(refusal(std::span(whole).first(data_start + end_of_tensors)), "accepted") << "only padding is missing";
}

TEST(GgufMutation, EverySingleByteChangedIsReadOrRefused) {
  const std::vector<std::byte> whole = small_file();
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const int flip : {0x01, 0x80, 0xff}) {
      std::vector<std::byte> changed = whole;
      changed[at] ^= static_cast<std::byte>(flip);
      const std::string message = refusal(changed);
      ASSERT_TRUE(message == "accepted" || message.starts_with("model.gguf: ")) << message;
    }
  }
}

TEST(GgufFileTest, AcceptsAVocabularyThatEndsBeforeTheAlignedDataStart) {
  GgufBytes bytes;
  bytes.header(0, 1).key("tokenizer.ggml.model", 8).string("llama");
  ASSERT_NE(bytes.size() % 32, 0u);

  EXPECT_EQ(refusal(bytes.bytes()), "accepted");
}

TEST(GgufFileTest, AcceptsTensorsInAnyOrderOfOffsets) {
  GgufBytes bytes;
  bytes.header(2, 0).tensor("late", {8}, 0, 32).tensor("early", {8}, 0, 0).pad().data(64);

  const GgufFile file = GgufFile::parse(bytes.bytes(), "memory");

  EXPECT_EQ(file.tensor("late").data.data() - file.tensor("early").data.data(), 32);
}

TEST(GgufFileTest, NamesTheMissingTensor) {
  GgufBytes bytes;
  bytes.header(0, 0);
  const GgufFile file = GgufFile::parse(bytes.bytes(), "model.gguf");

  EXPECT_EQ(file.find_tensor("output.weight"), nullptr);
  EXPECT_THROW(file.tensor("output.weight"), Error);
}

// A million one-byte lies must not cost more than a small multiple of the file: 2^20 empty nested arrays (12 MB).
TEST(GgufFileTest, MemoryStaysASmallMultipleOfTheFile) {
  GgufBytes bytes;
  bytes.header(0, 1).key("list", 9).u32(9).u64(1 << 20);
  for (int i = 0; i < 1 << 20; ++i) bytes.u32(0).u64(0);
  rusage before{};
  ::getrusage(RUSAGE_SELF, &before);

  const GgufFile file = GgufFile::parse(bytes.bytes(), "memory");

  rusage after{};
  ::getrusage(RUSAGE_SELF, &after);
  EXPECT_LT((after.ru_maxrss - before.ru_maxrss) * 1024L, static_cast<long>(10 * bytes.size()));
}

TEST(GgufFileTest, WhatIsNoFileGetsOneClearLine) {
  const auto message = [](const std::string& path) -> std::string {
    try {
      GgufFile::open(path);
    } catch (const Error& error) {
      return error.what();
    }
    return "accepted";
  };
  const std::string folder = std::filesystem::temp_directory_path().string();

  EXPECT_NE(message("no-such-model.gguf").find("no-such-model.gguf: no such file"), std::string::npos);
  EXPECT_NE(message(folder).find("is a directory"), std::string::npos);
}

}  // namespace
}  // namespace reckon
