#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/huge_memory.h"
#include "base/mapped_file.h"
#include "formats/gguf/gguf_file.h"
#include "formats/gguf/gguf_writer.h"
#include "unit/formats/gguf_bytes.h"

namespace reckon {
namespace {

std::vector<std::byte> pattern(std::size_t size) {
  std::vector<std::byte> bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>(73 * i + 41);
  return bytes;
}

Metadata every_type() {
  Metadata metadata("every type");
  metadata.set("u8", std::uint8_t{200});
  metadata.set("i8", std::int8_t{-100});
  metadata.set("u16", std::uint16_t{60000});
  metadata.set("i16", std::int16_t{-30000});
  metadata.set("u32", std::uint32_t{4000000000});
  metadata.set("i32", std::int32_t{-2000000000});
  metadata.set("f32", 0.1f);
  metadata.set("bool", true);
  metadata.set("string", std::string("näive \0 text", 13));
  metadata.set("u64", std::uint64_t{0xfedcba9876543210});
  metadata.set("i64", std::int64_t{-0x7edcba9876543210});
  metadata.set("f64", 0.1);
  metadata.set("array.u8", MetadataArray{std::vector<std::uint8_t>{1, 255}});
  metadata.set("array.i8", MetadataArray{std::vector<std::int8_t>{1, -128}});
  metadata.set("array.u16", MetadataArray{std::vector<std::uint16_t>{1, 65535}});
  metadata.set("array.i16", MetadataArray{std::vector<std::int16_t>{1, -32768}});
  metadata.set("array.u32", MetadataArray{std::vector<std::uint32_t>{1, 0xffffffff}});
  metadata.set("array.i32", MetadataArray{std::vector<std::int32_t>{1, -5}});
  metadata.set("array.f32", MetadataArray{std::vector<float>{1.5f, -0.0f}});
  metadata.set("array.bool", MetadataArray{std::vector<bool>{true, false, true}});
  metadata.set("array.string", MetadataArray{StringArray({"", "a", "", "longer than sixteen bytes", ""})});
  metadata.set("array.u64", MetadataArray{std::vector<std::uint64_t>{~std::uint64_t{0}}});
  metadata.set("array.i64", MetadataArray{std::vector<std::int64_t>{-1}});
  metadata.set("array.f64", MetadataArray{std::vector<double>{0.1, 1e300}});
  metadata.set("array.empty", MetadataArray{std::vector<float>{}});
  metadata.set("array.nested", MetadataArray{std::vector<MetadataArray>{
                                   {std::vector<std::int32_t>{1, 2}},
                                   {StringArray({"x"})},
                                   {std::vector<MetadataArray>{{std::vector<bool>{false}}, {std::vector<MetadataArray>{}}}},
                               }});
  return metadata;
}

// A path that no other test run uses, removed at the end.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "reckon-gguf-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  std::string file(const std::string& name) const { return (path_ / name).string(); }
  std::ptrdiff_t files() const { return std::distance(std::filesystem::directory_iterator(path_), {}); }

 private:
  std::filesystem::path path_;
};

std::string message_of(auto&& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(GgufRoundTrip, KeepsEveryValueTypeAndNestedArrays) {
  const Metadata written = every_type();

  const std::vector<std::byte> bytes = GgufWriter(written).to_bytes();
  const GgufFile file = GgufFile::parse(bytes, "memory");

  EXPECT_EQ(file.metadata().values(), written.values());
  EXPECT_EQ(file.version(), 3u);
  EXPECT_TRUE(file.tensors().empty());
}

TEST(GgufRoundTrip, KeepsATensorOfEveryType) {
  GgufWriter writer;
  writer.set("general.alignment", std::uint32_t{64});
  std::vector<std::vector<std::byte>> contents;
  for (const DTypeInfo& type : dtypes()) contents.push_back(pattern(static_cast<std::size_t>(type.block_bytes) * 2 * 3));
  for (std::size_t i = 0; i < contents.size(); ++i) {
    const DTypeInfo& type = dtypes()[i];
    writer.add_tensor("tensor." + std::string(type.name), type.type, {2 * type.block_elements, 3, 1, 1}, contents[i]);
  }

  const std::vector<std::byte> bytes = writer.to_bytes();
  const GgufFile file = GgufFile::parse(bytes, "memory");

  ASSERT_EQ(file.tensors().size(), dtypes().size());
  for (std::size_t i = 0; i < contents.size(); ++i) {
    const TensorInfo& tensor = file.tensor("tensor." + std::string(dtypes()[i].name));
    EXPECT_EQ(&tensor, &file.tensors()[i]);
    EXPECT_EQ(tensor.type, dtypes()[i].type);
    EXPECT_EQ(tensor.dims, (std::vector<std::int64_t>{2 * dtypes()[i].block_elements, 3, 1, 1}));
    EXPECT_EQ(tensor.rows(), 3);
    EXPECT_TRUE(std::ranges::equal(tensor.data, contents[i]));
    EXPECT_EQ((tensor.data.data() - bytes.data()) % 64, 0);
    EXPECT_GE(tensor.data.data(), bytes.data()) << "a view, not a copy";
  }
}

// The writer is checked against bytes put down by hand, so that it and the reader cannot be wrong together.
TEST(GgufRoundTrip, WritesTheBytesOfTheFormat) {
  const std::vector<std::byte> values = pattern(8);
  GgufWriter writer;
  writer.set("a.count", std::uint32_t{7});
  writer.set("a.flags", MetadataArray{std::vector<bool>{true, false}});
  writer.add_tensor("w", DType::f32, {2}, values);

  test::GgufBytes expected;
  expected.raw("GGUF").u32(3).u64(1).u64(2);
  expected.string("a.count").u32(4).u32(7);
  expected.string("a.flags").u32(9).u32(7).u64(2).raw(std::string("\x01\x00", 2));
  expected.string("w").u32(1).u64(2).u32(0).u64(0).pad();
  expected.raw({reinterpret_cast<const char*>(values.data()), 8}).pad();

  const std::vector<std::byte> bytes = writer.to_bytes();
  EXPECT_TRUE(std::ranges::equal(bytes, expected.bytes()));
}

TEST(GgufRoundTrip, ReadsVersion2AsVersion3) {
  test::GgufBytes bytes;
  bytes.raw("GGUF").u32(2).u64(0).u64(1).key("general.architecture", 8).string("llama");

  const GgufFile file = GgufFile::parse(bytes.bytes(), "memory");

  EXPECT_EQ(file.version(), 2u);
  EXPECT_EQ(file.metadata().get_string("general.architecture"), "llama");
}

TEST(GgufRoundTrip, FileOnDiskIsMappedAndSurvivesAMove) {
  const TemporaryFolder folder;
  const std::vector<std::byte> values = pattern(64);
  GgufWriter writer;
  writer.add_tensor("w", DType::f32, {4, 4}, values);
  writer.write(folder.file("model.gguf"));

  GgufFile opened = GgufFile::open(folder.file("model.gguf"));
  const std::byte* before = opened.tensor("w").data.data();
  const GgufFile moved = std::move(opened);

  EXPECT_EQ(moved.tensor("w").data.data(), before);
  EXPECT_TRUE(std::ranges::equal(moved.tensor("w").data, values));
  EXPECT_EQ(moved.file_bytes(), std::filesystem::file_size(folder.file("model.gguf")));
  EXPECT_EQ(folder.files(), 1) << "nothing is left beside it";
}

TEST(GgufWriterTest, RefusesWhatTheReaderWouldRefuse) {
  const std::vector<std::byte> values = pattern(36);
  GgufWriter writer;
  writer.add_tensor("w", DType::q4_0, {32, 2}, values);

  EXPECT_NE(message_of([&] { writer.add_tensor("w", DType::q4_0, {32, 2}, values); }).find("the name is taken"),
            std::string::npos);
  EXPECT_THROW(writer.add_tensor("", DType::q4_0, {32, 2}, values), Error);
  EXPECT_THROW(writer.add_tensor(std::string(65, 'n'), DType::q4_0, {32, 2}, values), Error);
  EXPECT_THROW(writer.add_tensor("v", DType::q4_0, {31, 2}, values), Error);
  EXPECT_THROW(writer.add_tensor("v", DType::q4_0, {32, 0}, values), Error);
  EXPECT_THROW(writer.add_tensor("v", DType::q4_0, {32, 1, 1, 1, 2}, values), Error);
  EXPECT_THROW(writer.add_tensor("v", DType::q4_0, {}, values), Error);
  EXPECT_THROW(writer.add_tensor("v", DType::q4_0, {32, std::int64_t{1} << 62}, values), Error);
  EXPECT_NE(message_of([&] { writer.add_tensor("v", DType::q4_0, {32, 3}, values); }).find("36 bytes were given"),
            std::string::npos);

  writer.set("general.alignment", std::uint32_t{24});
  EXPECT_NE(message_of([&] { writer.to_bytes(); }).find("power of two"), std::string::npos);
}

TEST(GgufWriterTest, NamesThePathItCannotWrite) {
  const std::string message = message_of([] { GgufWriter().write("/nonexistent-folder/model.gguf"); });

  EXPECT_NE(message.find("/nonexistent-folder/model.gguf: cannot be written"), std::string::npos) << message;
}

TEST(GgufWriterTest, AsksForDeclaredTensorsInOrderAndWritesTheSameFile) {
  const TemporaryFolder folder;
  const std::vector<std::vector<std::byte>> values = {pattern(64), pattern(18), pattern(8)};
  GgufWriter whole, streamed;
  whole.add_tensor("a", DType::f32, {16}, values[0]);
  whole.add_tensor("b", DType::q4_0, {32}, values[1]);
  whole.add_tensor("c", DType::f16, {4}, values[2]);
  streamed.declare_tensor("a", DType::f32, {16});
  streamed.declare_tensor("b", DType::q4_0, {32});
  streamed.declare_tensor("c", DType::f16, {4});
  std::vector<std::size_t> asked;

  whole.write(folder.file("whole.gguf"));
  streamed.write(folder.file("streamed.gguf"), [&](std::size_t i) -> std::span<const std::byte> {
    asked.push_back(i);
    return values[i];
  });

  const MappedFile first(folder.file("whole.gguf")), second(folder.file("streamed.gguf"));
  EXPECT_TRUE(std::ranges::equal(first.bytes(), second.bytes()));
  EXPECT_EQ(asked, (std::vector<std::size_t>{0, 1, 2}));
}

TEST(GgufWriterTest, LeavesNothingWhenASourceFails) {
  const TemporaryFolder folder;
  GgufWriter writer;
  writer.declare_tensor("a", DType::f32, {16});
  const std::vector<std::byte> short_of_it = pattern(60);

  EXPECT_THROW(writer.write(folder.file("m.gguf"), [](std::size_t) -> std::span<const std::byte> { throw 7; }), int);
  EXPECT_THROW(writer.write(folder.file("m.gguf"), [&](std::size_t) { return std::span(short_of_it); }), Error);

  EXPECT_EQ(folder.files(), 0);
}

// What has no name is gone with the program that writes it, however that ends.
TEST(GgufWriterTest, HasNoNameUntilItIsWhole) {
  const TemporaryFolder folder;
  const int nameless = ::open(folder.file("").c_str(), O_TMPFILE | O_WRONLY, 0600);
  if (nameless < 0) GTEST_SKIP() << "this file system knows no files without a name";
  ::close(nameless);
  GgufWriter writer;
  writer.declare_tensor("a", DType::f32, {16});
  const std::vector<std::byte> values = pattern(64);

  writer.write(folder.file("m.gguf"), [&](std::size_t) {
    EXPECT_EQ(folder.files(), 0);
    return std::span<const std::byte>(values);
  });

  EXPECT_EQ(folder.files(), 1);
}

TEST(GgufWriterTest, LeavesPipesAndOtherPeoplesFilesAlone) {
  const TemporaryFolder folder;
  const std::vector<std::byte> values = pattern(64);
  GgufWriter writer;
  writer.add_tensor("w", DType::f32, {4, 4}, values);
  ASSERT_EQ(::mkfifo(folder.file("pipe").c_str(), 0600), 0);
  std::ofstream(folder.file("m.gguf.part")) << "mine";

  EXPECT_THROW(writer.write(folder.file("pipe")), Error);
  writer.write(folder.file("m.gguf"));

  EXPECT_TRUE(std::filesystem::is_fifo(folder.file("pipe")));
  EXPECT_EQ(std::filesystem::file_size(folder.file("m.gguf.part")), 4U);
}

TEST(GgufWriterTest, LeavesWhatIsWriteProtectedAlone) {
  if (::geteuid() == 0) GTEST_SKIP() << "nothing is write-protected for root";
  const TemporaryFolder folder;
  std::ofstream(folder.file("m.gguf")) << "mine";
  std::filesystem::permissions(folder.file("m.gguf"), std::filesystem::perms::owner_read);

  EXPECT_THROW(GgufWriter().write(folder.file("m.gguf")), Error);

  EXPECT_EQ(std::filesystem::file_size(folder.file("m.gguf")), 4U);
}

TEST(GgufWriterTest, WritesWhereALinkLeads) {
  const TemporaryFolder folder;
  GgufWriter writer;
  const std::vector<std::byte> values = pattern(64);
  writer.add_tensor("w", DType::f32, {4, 4}, values);
  std::filesystem::create_symlink("target.gguf", folder.file("link.gguf"));

  writer.write(folder.file("link.gguf"));

  EXPECT_TRUE(std::filesystem::is_symlink(folder.file("link.gguf")));
  EXPECT_TRUE(std::ranges::equal(GgufFile::open(folder.file("target.gguf")).tensor("w").data, values));
}

// Three parts, each with one tensor; the metadata is in the first, as tools that split models do it.
class SplitModel : public ::testing::Test {
 protected:
  std::string part(int index, int count = 3) const {
    return folder_.file("model-0000" + std::to_string(index + 1) + "-of-0000" + std::to_string(count) + ".gguf");
  }
  void write_part(int index, const std::string& tensor, const std::string& path) const {
    GgufWriter writer;
    writer.set("split.no", static_cast<std::uint16_t>(index));
    writer.set("split.count", std::uint16_t{3});
    writer.set("split.tensors.count", std::int32_t{3});
    if (index == 0) writer.set("general.architecture", std::string("llama"));
    writer.add_tensor(tensor, DType::f32, {4}, values_);
    writer.write(path);
  }
  void SetUp() override {
    for (int i = 0; i < 3; ++i) write_part(i, kTensors[i], part(i));
  }

  static constexpr const char* kTensors[] = {"w0", "w1", "w2"};
  TemporaryFolder folder_;
  std::vector<std::byte> values_ = pattern(16);
};

TEST_F(SplitModel, OpensAsOne) {
  const GgufFile file = GgufFile::open(part(0));

  ASSERT_EQ(file.tensors().size(), 3u);
  for (const char* name : kTensors) EXPECT_TRUE(std::ranges::equal(file.tensor(name).data, values_));
  EXPECT_EQ(file.metadata().get_string("general.architecture"), "llama");
  EXPECT_EQ(file.file_bytes(), std::filesystem::file_size(part(0)) + 2 * std::filesystem::file_size(part(1)));
}

TEST_F(SplitModel, NamesTheFirstPartWhenAnotherIsOpened) {
  const std::string message = message_of([&] { GgufFile::open(part(1)); });

  EXPECT_NE(message.find("part 2 of 3 of a split model; open the first, '" + part(0) + "'"), std::string::npos) << message;
}

TEST_F(SplitModel, NamesTheMissingPart) {
  std::filesystem::remove(part(2));

  const std::string message = message_of([&] { GgufFile::open(part(0)); });

  EXPECT_NE(message.find(part(2) + ": no such file"), std::string::npos) << message;
}

TEST_F(SplitModel, RefusesATensorThatTwoPartsHold) {
  write_part(2, "w1", part(2));

  const std::string message = message_of([&] { GgufFile::open(part(0)); });

  EXPECT_NE(message.find("'w1' occurs in two parts"), std::string::npos) << message;
}

TEST_F(SplitModel, RefusesPartsInTheWrongPlace) {
  std::filesystem::rename(part(1), part(2));
  write_part(2, "w2", part(1));

  const std::string message = message_of([&] { GgufFile::open(part(0)); });

  EXPECT_NE(message.find("it says to be part 3 of 3; expected part 2 of 3"), std::string::npos) << message;
}

TEST_F(SplitModel, RefusesARenamedFirstPartAndPartsWithoutFiles) {
  std::filesystem::rename(part(0), folder_.file("model.gguf"));

  const std::string message = message_of([&] { GgufFile::open(folder_.file("model.gguf")); });
  EXPECT_NE(message.find("its name must end in '-00001-of-00003.gguf'"), std::string::npos) << message;

  test::GgufBytes bytes;
  bytes.header(0, 1).key("split.count", 2).put(std::uint16_t{3});
  EXPECT_NE(message_of([&] { GgufFile::parse(bytes.bytes(), "memory"); }).find("only files on disk are joined"),
            std::string::npos);
}

TEST(GgufWriter, WritesToMemoryWhatItWritesToDisk) {
  const std::vector<std::byte> first = pattern(40), second = pattern(4 * 40'000);
  GgufWriter writer(every_type());
  writer.add_tensor("first", DType::f32, {10}, first);
  writer.add_tensor("second", DType::f32, {10'000, 4}, second);

  const HugeMemory memory = writer.to_memory(
      [&](std::size_t i) { return i == 0 ? std::span<const std::byte>(first) : std::span<const std::byte>(second); });

  EXPECT_EQ(memory.size(), writer.file_bytes());
  EXPECT_TRUE(std::ranges::equal(std::span(memory.data(), memory.size()), writer.to_bytes()));
}

TEST(GgufFile, KeepsMemoryThatItTookAndReleasesIt) {
  const std::vector<std::byte> first = pattern(4 * 40'000), second = pattern(4 * 40'000);
  GgufWriter writer;
  writer.add_tensor("first", DType::f32, {40'000}, first);
  writer.add_tensor("second", DType::f32, {40'000}, second);
  HugeMemory memory = writer.to_memory(
      [&](std::size_t i) { return i == 0 ? std::span<const std::byte>(first) : std::span<const std::byte>(second); });

  const GgufFile file = GgufFile::take(std::move(memory), "taken");
  file.release(file.tensor("first").data);

  EXPECT_EQ(file.file_bytes(), writer.file_bytes());
  EXPECT_EQ(file.tensor("first").data[80'000], std::byte{0});
  EXPECT_TRUE(std::ranges::equal(file.tensor("second").data, second));
}

}  // namespace
}  // namespace reckon
