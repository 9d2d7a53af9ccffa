// Block codecs against the published Python package's, on the rows of blocks.txt (make_references.py).
#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "base/rng.h"
#include "kernels/blocks/registry.h"

namespace reckon {
namespace {

struct Reference {
  std::string direction, type, first, second;
};

std::vector<Reference> references(const std::string& direction) {
  std::ifstream file(RECKON_SOURCE_DIR "/tests/golden/kernels/blocks.txt");
  std::vector<Reference> found;
  for (Reference row; file >> row.direction >> row.type >> row.first >> row.second;) {
    if (row.direction == direction) found.push_back(row);
  }
  return found;
}

std::vector<std::byte> from_hex(const std::string& text) {
  std::vector<std::byte> bytes;
  for (std::size_t i = 0; i < text.size(); i += 2)
    bytes.push_back(static_cast<std::byte>(std::stoi(text.substr(i, 2), nullptr, 16)));
  return bytes;
}

TEST(BlockReferences, AreDecodedToTheSameBits) {
  std::set<DType> seen;
  for (const Reference& row : references("decode")) {
    const DTypeInfo& info = *find_dtype(std::string_view(row.type));
    const std::vector<std::byte> bytes = from_hex(row.first);
    std::vector<float> values(bytes.size() / static_cast<std::size_t>(info.block_bytes) *
                              static_cast<std::size_t>(info.block_elements));

    dequantize_row(info.type, bytes, values);

    const std::uint64_t hash = fnv1a({reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)});
    EXPECT_EQ(hash, std::stoull(row.second, nullptr, 16)) << row.type << ' ' << row.first;
    seen.insert(info.type);
  }
  EXPECT_EQ(seen.size(), block_codecs().size()) << "every codec has rows";
}

TEST(BlockReferences, AreEncodedToTheSameBytes) {
  int rows = 0;
  for (const Reference& row : references("encode")) {
    const DType type = find_dtype(std::string_view(row.type))->type;
    const std::vector<std::byte> given = from_hex(row.first), want = from_hex(row.second);
    std::vector<float> values(given.size() / sizeof(float));
    std::memcpy(values.data(), given.data(), given.size());
    std::vector<std::byte> bytes(want.size());

    quantize_row(type, values, bytes);

    EXPECT_EQ(bytes, want) << row.type << ' ' << row.first.substr(0, 64);
    ++rows;
  }
  EXPECT_EQ(rows, 7 * 7);
}

}  // namespace
}  // namespace reckon
