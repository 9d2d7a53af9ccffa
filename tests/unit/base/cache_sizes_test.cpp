#include "base/cache_sizes.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace reckon {
namespace {

// A folder of caches as Linux describes them.
class CacheSizesTest : public ::testing::Test {
 protected:
  // Named by the test: others run at the same time.
  CacheSizesTest()
      : folder_(::testing::TempDir() + "cache_sizes_" + ::testing::UnitTest::GetInstance()->current_test_info()->name()) {
    std::filesystem::remove_all(folder_);
  }
  ~CacheSizesTest() override { std::filesystem::remove_all(folder_); }

  void add(int index, const char* level, const char* type, const char* size, const char* processors) {
    const std::string cache = folder_ + "/index" + std::to_string(index);
    std::filesystem::create_directories(cache);
    std::ofstream(cache + "/level") << level << '\n';
    std::ofstream(cache + "/type") << type << '\n';
    std::ofstream(cache + "/size") << size << '\n';
    std::ofstream(cache + "/shared_cpu_list") << processors << '\n';
  }
  CacheSizes sizes() const { return cache_sizes_in(folder_); }

 private:
  std::string folder_;
};

TEST_F(CacheSizesTest, AreThoseOfDataCachesOfACore) {
  add(0, "1", "Data", "48K", "0");
  add(1, "1", "Instruction", "64K", "0");
  add(2, "2", "Unified", "2M", "0");
  add(3, "3", "Unified", "36M", "0-23");

  EXPECT_EQ(sizes().first, 48 << 10);
  EXPECT_EQ(sizes().second, 2 << 20);
}

TEST_F(CacheSizesTest, CountASharedCacheInEqualParts) {
  add(0, "1", "Data", "64K", "0,8");
  add(1, "2", "Unified", "4096K", "0-3");

  EXPECT_EQ(sizes().first, 32 << 10);
  EXPECT_EQ(sizes().second, 1 << 20);
}

TEST_F(CacheSizesTest, AreUsualOnesWhereTheSystemSaysNothingUseful) {
  const CacheSizes usual;
  EXPECT_EQ(sizes().first, usual.first);

  add(0, "1", "Data", "many", "0");
  add(1, "2", "Unified", "-5K", "0");
  EXPECT_EQ(sizes().first, usual.first);
  EXPECT_EQ(sizes().second, usual.second);

  add(1, "2", "Unified", "512K", "0-");
  EXPECT_EQ(sizes().second, 512 << 10);
}

TEST(CacheSizes, AreThoseOfThisMachine) {
  EXPECT_GE(cache_sizes().first, 4 << 10);
  EXPECT_GE(cache_sizes().second, 64 << 10);
}

}  // namespace
}  // namespace reckon
