#include "unit/kernels/guarded.h"

#include <gtest/gtest.h>

#include <cstddef>

namespace reckon {
namespace {

TEST(GuardedDeathTest, NobodyReadsOrWritesBehindTheEnd) {
  Guarded<std::byte> bytes(5000);
  volatile std::byte* const end = bytes.data() + bytes.size();
  end[-1] = std::byte{1};
  EXPECT_DEATH(end[0] = std::byte{1}, "");
  EXPECT_DEATH((void)(end[0] == std::byte{1}), "");
}

}  // namespace
}  // namespace reckon
