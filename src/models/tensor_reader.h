// Tensors of a file with the shape that the metadata promise, or an Error that names both shapes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "formats/gguf/gguf_file.h"
#include "tensor/view.h"

namespace reckon {

// A matrix [rows, cols] as a view into `file`. Throws Error bad_file, or unsupported for a type without kernels.
WeightView read_matrix(const GgufFile& file, const std::string& name, std::int64_t rows, std::int64_t cols);

// Matrices [rows, cols] that are stored as one tensor [count, rows, cols]. Throws as read_matrix.
std::vector<WeightView> read_matrices(const GgufFile& file, const std::string& name, std::int64_t count, std::int64_t rows,
                                      std::int64_t cols);

// A vector of `size` values, decoded to f32. Throws as read_matrix.
std::vector<float> read_vector(const GgufFile& file, const std::string& name, std::int64_t size);

}  // namespace reckon
