#include "base/mapped_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>

#include "base/error.h"

namespace reckon {
namespace {

class MappedFileTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_ =
        std::filesystem::temp_directory_path() / ("reckon_mapped_file_" + std::string(info->name()) + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& content) const {
    std::ofstream(folder_ / name, std::ios::binary) << content;
    return (folder_ / name).string();
  }
  static ErrorCode code_of_opening(const std::string& path) {
    try {
      const MappedFile file(path);
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find(path.c_str()), std::string::npos) << "the message must name the path";
      return error.code();
    }
    ADD_FAILURE() << path << " was mapped";
    return ErrorCode::internal;
  }

  std::filesystem::path folder_;
};

std::string content_of(const MappedFile& file) {
  std::string text(file.bytes().size(), '\0');
  std::memcpy(text.data(), file.bytes().data(), text.size());
  return text;
}

TEST_F(MappedFileTest, ShowsTheBytesOfTheFile) {
  const MappedFile file(write("some.bin", std::string("a\0b\xff", 4)));

  EXPECT_EQ(content_of(file), std::string("a\0b\xff", 4));
}

TEST_F(MappedFileTest, MovesTheMapping) {
  MappedFile first(write("first", "first"));
  MappedFile second(write("second", "second"));

  second = std::move(first);
  const MappedFile third(std::move(second));

  EXPECT_EQ(content_of(third), "first");
}

TEST_F(MappedFileTest, OutlivesTheNameOfTheFile) {
  const std::string path = write("gone", "still here");
  const MappedFile file(path);

  std::filesystem::remove(path);

  EXPECT_EQ(content_of(file), "still here");
}

TEST_F(MappedFileTest, SaysWhyAPathCannotBeMapped) {
  const std::string pipe = (folder_ / "pipe").string();
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);

  EXPECT_EQ(code_of_opening((folder_ / "missing").string()), ErrorCode::not_found);
  EXPECT_EQ(code_of_opening(write("file", "x") + "/below"), ErrorCode::not_found);
  EXPECT_EQ(code_of_opening(folder_.string()), ErrorCode::bad_file);
  EXPECT_EQ(code_of_opening(write("empty", "")), ErrorCode::bad_file);
  EXPECT_EQ(code_of_opening(pipe), ErrorCode::bad_file);
  EXPECT_EQ(code_of_opening(std::string("a\0b", 3)), ErrorCode::bad_file);
}

}  // namespace
}  // namespace reckon
