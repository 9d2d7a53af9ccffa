#include "models/tensor_reader.h"

#include <fmt/format.h>

#include <string_view>

#include "base/error.h"
#include "kernels/blocks/registry.h"

namespace reckon {
namespace {

std::int64_t dim(const TensorInfo& tensor, std::size_t i) { return i < tensor.dims.size() ? tensor.dims[i] : 1; }

std::string shape(const TensorInfo& tensor) {  // as [outputs, inputs]: the file's order reversed
  return fmt::format("[{}]", fmt::join(tensor.dims.rbegin(), tensor.dims.rend(), ", "));
}

void require_codec(const GgufFile& file, const TensorInfo& tensor) {
  if (block_index(tensor.type) >= 0) return;
  std::vector<std::string_view> known;
  for (const BlockCodec& codec : block_codecs()) known.push_back(name_of(codec.type));
  throw Error(ErrorCode::unsupported,
              fmt::format("tensor '{}' is stored as {}, which nothing computes on; known are {}", tensor.name,
                          name_of(tensor.type), fmt::join(known, ", ")),
              file.name());
}

}  // namespace

WeightView read_matrix(const GgufFile& file, const std::string& name, std::int64_t rows, std::int64_t cols) {
  const TensorInfo& tensor = file.tensor(name);
  if (dim(tensor, 0) != cols || dim(tensor, 1) != rows || tensor.elements() != rows * cols) {
    throw Error(ErrorCode::bad_file,
                fmt::format("tensor '{}' has shape {}; the metadata promise [{}, {}]", name, shape(tensor), rows, cols),
                file.name());
  }
  require_codec(file, tensor);
  return WeightView{tensor.type, rows, cols, tensor.data.data()};
}

std::vector<WeightView> read_matrices(const GgufFile& file, const std::string& name, std::int64_t count, std::int64_t rows,
                                      std::int64_t cols) {
  const TensorInfo& tensor = file.tensor(name);
  if (dim(tensor, 0) != cols || dim(tensor, 1) != rows || dim(tensor, 2) != count || tensor.elements() != count * rows * cols) {
    throw Error(
        ErrorCode::bad_file,
        fmt::format("tensor '{}' has shape {}; the metadata promise [{}, {}, {}]", name, shape(tensor), count, rows, cols),
        file.name());
  }
  require_codec(file, tensor);
  const std::int64_t bytes = row_bytes(tensor.type, cols) * rows;
  std::vector<WeightView> matrices;
  for (std::int64_t i = 0; i < count; ++i) {
    matrices.push_back(WeightView{tensor.type, rows, cols, tensor.data.data() + i * bytes});
  }
  return matrices;
}

std::vector<float> read_vector(const GgufFile& file, const std::string& name, std::int64_t size) {
  const TensorInfo& tensor = file.tensor(name);
  if (dim(tensor, 0) != size || tensor.elements() != size) {
    throw Error(ErrorCode::bad_file,
                fmt::format("tensor '{}' has shape {}; the metadata promise [{}]", name, shape(tensor), size), file.name());
  }
  require_codec(file, tensor);
  std::vector<float> values(static_cast<std::size_t>(size));
  dequantize_row(tensor.type, tensor.data, values);
  return values;
}

}  // namespace reckon
