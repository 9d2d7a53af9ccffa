// Whatever is written is read back; whatever is damaged is read or refused, never worse.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/error.h"
#include "formats/gguf/gguf_file.h"
#include "formats/gguf/gguf_writer.h"

namespace reckon {
namespace {

// RapidCheck narrows a range in its first, small cases; here each case is to use the whole of it.
template <typename T>
T in_range(T low, T high) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<T>(low, high));
}

template <typename T>
MetadataArray some_numbers() {
  return {*rc::gen::arbitrary<std::vector<T>>()};
}

MetadataArray some_array(int depth) {
  switch (in_range(0, depth < 3 ? 6 : 5)) {
    case 0: return some_numbers<std::uint8_t>();
    case 1: return some_numbers<std::int64_t>();
    case 2: return some_numbers<std::uint16_t>();
    case 3: return some_numbers<bool>();
    case 4: return {StringArray(*rc::gen::arbitrary<std::vector<std::string>>())};
    default: break;
  }
  std::vector<MetadataArray> items(static_cast<std::size_t>(in_range(0, 4)));
  for (MetadataArray& item : items) item = some_array(depth + 1);
  return {std::move(items)};
}

MetadataValue some_value() {
  switch (in_range(0, 5)) {
    case 0: return *rc::gen::arbitrary<std::uint32_t>();
    case 1: return *rc::gen::arbitrary<bool>();
    case 2: return *rc::gen::arbitrary<std::string>();
    case 3: return *rc::gen::arbitrary<std::int8_t>();
    default: return some_array(1);
  }
}

struct Model {
  GgufWriter writer;
  Metadata metadata{"model"};
  std::vector<std::vector<std::byte>> contents;
};

// `contents` is filled before the writer views it.
void fill(Model& model) {
  const int keys = in_range(0, 5);
  for (int i = 0; i < keys; ++i) {
    const std::string key = "key." + std::to_string(i);
    const MetadataValue value = some_value();
    model.metadata.set(key, value);
    model.writer.set(key, value);
  }
  model.contents.resize(static_cast<std::size_t>(in_range(0, 4)));
  for (std::size_t i = 0; i < model.contents.size(); ++i) {
    const DTypeInfo& type = dtypes()[in_range<std::size_t>(0, dtypes().size())];
    const std::int64_t rows = in_range(1, 4);
    model.contents[i].assign(static_cast<std::size_t>(rows * type.block_bytes), static_cast<std::byte>(i + 1));
    model.writer.add_tensor("tensor." + std::to_string(i), type.type, {type.block_elements, rows}, model.contents[i]);
  }
}

TEST(GgufProperty, WhatIsWrittenIsReadBack) {
  EXPECT_TRUE(rc::check([] {
    Model model;
    fill(model);

    const std::vector<std::byte> bytes = model.writer.to_bytes();
    const GgufFile file = GgufFile::parse(bytes, "memory");

    RC_ASSERT(file.metadata().values() == model.metadata.values());
    RC_ASSERT(file.tensors().size() == model.contents.size());
    for (std::size_t i = 0; i < model.contents.size(); ++i) {
      RC_ASSERT(std::ranges::equal(file.tensors()[i].data, model.contents[i]));
    }
  }));
}

TEST(GgufProperty, DamageIsReadOrRefused) {
  EXPECT_TRUE(rc::check([] {
    Model model;
    fill(model);
    std::vector<std::byte> bytes = model.writer.to_bytes();
    for (int changes = in_range(1, 8); changes > 0; --changes) {
      bytes[in_range<std::size_t>(0, bytes.size())] = static_cast<std::byte>(*rc::gen::arbitrary<std::uint8_t>());
    }

    try {
      const GgufFile file = GgufFile::parse(bytes, "memory");
      for (const TensorInfo& tensor : file.tensors()) {
        RC_ASSERT(tensor.data.data() >= bytes.data());
        RC_ASSERT(tensor.data.data() + tensor.data.size() <= bytes.data() + bytes.size());
      }
    } catch (const Error& error) {
      RC_ASSERT(error.code() == ErrorCode::bad_file || error.code() == ErrorCode::unsupported);
    }
  }));
}

}  // namespace
}  // namespace reckon
