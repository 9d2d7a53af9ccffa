#include "models/tensor_reader.h"

#include <fmt/format.h>

#include <cstring>

#include "base/error.h"
#include "kernels/half.h"

namespace reckon {
namespace {

std::int64_t dim(const TensorInfo& tensor, std::size_t i) { return i < tensor.dims.size() ? tensor.dims[i] : 1; }

std::string shape(const TensorInfo& tensor) {  // as [outputs, inputs]: the file's order reversed
  return fmt::format("[{}]", fmt::join(tensor.dims.rbegin(), tensor.dims.rend(), ", "));
}

template <typename T>
T value_at(const TensorInfo& tensor, std::size_t i) {
  T value;
  std::memcpy(&value, tensor.data.data() + i * sizeof(T), sizeof(T));
  return value;
}

float element(const GgufFile& file, const TensorInfo& tensor, std::size_t i) {
  if (tensor.type == DType::f32) return value_at<float>(tensor, i);
  if (tensor.type == DType::f16) return f16_to_f32(value_at<std::uint16_t>(tensor, i));
  if (tensor.type == DType::bf16) return bf16_to_f32(value_at<std::uint16_t>(tensor, i));
  throw Error(ErrorCode::unsupported,
              fmt::format("tensor '{}' is stored as {}; a vector is expected as F32, F16 or BF16", tensor.name, name_of(tensor.type)),
              file.name());
}

}  // namespace

WeightView read_matrix(const GgufFile& file, const std::string& name, std::int64_t rows, std::int64_t cols) {
  const TensorInfo& tensor = file.tensor(name);
  if (dim(tensor, 0) != cols || dim(tensor, 1) != rows || tensor.elements() != rows * cols) {
    throw Error(ErrorCode::bad_file,
                fmt::format("tensor '{}' has shape {}; the metadata promise [{}, {}]", name, shape(tensor), rows, cols), file.name());
  }
  return WeightView{tensor.type, rows, cols, tensor.data.data()};
}

std::vector<float> read_vector(const GgufFile& file, const std::string& name, std::int64_t size) {
  const TensorInfo& tensor = file.tensor(name);
  if (dim(tensor, 0) != size || tensor.elements() != size) {
    throw Error(ErrorCode::bad_file, fmt::format("tensor '{}' has shape {}; the metadata promise [{}]", name, shape(tensor), size),
                file.name());
  }
  std::vector<float> values(static_cast<std::size_t>(size));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = element(file, tensor, i);
  return values;
}

}  // namespace reckon
