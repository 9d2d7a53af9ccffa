#include "tune/quantize.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <utility>

#include "base/error.h"
#include "base/thread_pool.h"
#include "formats/gguf/gguf_writer.h"
#include "kernels/blocks/registry.h"
#include "tune/finite_weights.h"

namespace reckon {
namespace {

struct Loss {
  double error_squares = 0, squares = 0, largest_error = 0;

  void add(const Loss& other) {
    error_squares += other.error_squares;
    squares += other.squares;
    largest_error = std::max(largest_error, other.largest_error);
  }
};

// Sums run over rows in ascending order, whatever the threads do. A value that is not finite (F16 holds it) has no error.
Loss loss_of(std::span<const float> before, std::span<const float> after) {
  Loss loss;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const double error = std::fabs(double{before[i]} - after[i]);
    if (!std::isfinite(error)) continue;
    loss.error_squares += error * error;
    loss.squares += double{before[i]} * before[i];
    loss.largest_error = std::max(loss.largest_error, error);
  }
  return loss;
}

// One tensor on its way from one type to another, a chunk of rows per task.
class Conversion {
 public:
  Conversion(const TensorInfo& from, DType to, std::span<const float> importance, std::vector<std::byte>& bytes)
      : from_(from),
        to_(to),
        importance_(importance),
        columns_(from.dims[0]),
        from_stride_(row_bytes(from.type, columns_)),
        stride_(row_bytes(to, columns_)),
        rows_per_chunk_(std::max<std::int64_t>(1, kChunkElements / columns_)),
        bytes_(bytes) {
    bytes_.resize(static_cast<std::size_t>(stride_ * from.rows()));
  }

  Loss run(ThreadPool& threads) {
    const auto chunks = static_cast<int>((from_.rows() + rows_per_chunk_ - 1) / rows_per_chunk_);
    losses_.assign(static_cast<std::size_t>(chunks), {});
    faults_.assign(losses_.size(), "");
    threads.parallel_for(chunks, [this](int chunk) { convert(chunk); });
    const auto fault = std::ranges::find_if(faults_, [](const std::string& text) { return !text.empty(); });
    if (fault != faults_.end()) throw Error(ErrorCode::bad_argument, *fault, fmt::format("tensor '{}'", from_.name));
    Loss total;
    for (const Loss& loss : losses_) total.add(loss);
    return total;
  }

 private:
  static constexpr std::int64_t kChunkElements = 1 << 16;

  void convert(int chunk) noexcept {  // a loop body must not throw: what went wrong waits until all are done
    const std::int64_t first = chunk * rows_per_chunk_, end = std::min(from_.rows(), first + rows_per_chunk_);
    std::vector<float> before(static_cast<std::size_t>(columns_)), after(before.size());
    for (std::int64_t row = first; row < end; ++row) {
      try {
        const std::span<std::byte> stored = std::span(bytes_).subspan(at(row * stride_), at(stride_));
        dequantize_row(from_.type, from_.data.subspan(at(row * from_stride_), at(from_stride_)), before);
        quantize_row(to_, before, stored, importance_);
        dequantize_row(to_, stored, after);
        refuse_overflow(before, after);
      } catch (const Error& error) {
        faults_[at(chunk)] = fmt::format("row {}: {}", row, error.message());
        return;
      }
      losses_[at(chunk)].add(loss_of(before, after));
    }
  }

  void refuse_overflow(std::span<const float> before, std::span<const float> after) const {
    for (std::size_t i = 0; i < before.size(); ++i) {
      if (!std::isfinite(before[i]) || std::isfinite(after[i])) continue;
      throw Error(ErrorCode::bad_argument,
                  fmt::format("column {} holds {}, which is beyond the largest of {}", i, before[i], name_of(to_)));
    }
  }

  static std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }

  const TensorInfo& from_;
  DType to_;
  std::span<const float> importance_;
  std::int64_t columns_, from_stride_, stride_, rows_per_chunk_;
  std::vector<std::byte>& bytes_;
  std::vector<Loss> losses_;  // per chunk, as the next
  std::vector<std::string> faults_;
};

bool is_float(DType type) { return type == DType::f32 || type == DType::f16 || type == DType::bf16; }

void check_input(const GgufFile& in, const std::vector<PlannedTensor>& plan, bool requantize) {
  for (std::size_t i = 0; i < plan.size(); ++i) {
    const TensorInfo& tensor = in.tensors()[i];
    if (tensor.type == plan[i].type || is_float(tensor.type)) continue;
    if (block_index(tensor.type) < 0) {
      throw Error(ErrorCode::unsupported,
                  fmt::format("tensor '{}' is stored as {}, which nothing decodes", tensor.name, name_of(tensor.type)),
                  in.name());
    }
    if (!requantize) {
      throw Error(
          ErrorCode::bad_argument,
          fmt::format("tensor '{}' is quantised already ({}); take an F32, F16 or BF16 file, or --requantize and lose twice",
                      tensor.name, name_of(tensor.type)),
          in.name());
    }
  }
}

void check_output(const GgufFile& in, const std::string& out) {
  std::error_code fault;
  if (std::filesystem::equivalent(in.name(), out, fault)) {
    throw Error(ErrorCode::bad_argument, "is the input too; give the result another name", out);
  }
  if (std::filesystem::is_directory(out, fault)) {
    throw Error(ErrorCode::bad_argument, "is a directory; expected the name of a file to write", out);
  }
}

Metadata metadata_of(const GgufFile& in, const QuantizeOptions& options) {
  Metadata metadata = in.metadata();
  for (const char* key : {"split.no", "split.count", "split.tensors.count"}) metadata.erase(key);
  metadata.set("general.file_type", file_type_of(options.types.type));
  metadata.set("general.quantization_version", std::uint32_t{2});  // of the block layouts, which have not changed since 2023
  if (options.importance != nullptr) {
    metadata.set("quantize.imatrix.dataset", options.calibration);
    metadata.set("quantize.imatrix.entries_count", static_cast<std::int32_t>(options.importance->inputs.size()));
  }
  return metadata;
}

std::span<const float> importance_of(const QuantizeOptions& options, const TensorInfo& tensor) {
  if (options.importance == nullptr) return {};
  const auto found = options.importance->inputs.find(tensor.name);
  if (found == options.importance->inputs.end() || std::cmp_not_equal(found->second.size(), tensor.dims[0])) return {};
  return found->second;
}

TensorReport convert_tensor(const TensorInfo& tensor, const PlannedTensor& planned, std::span<const float> importance,
                            ThreadPool& threads, std::vector<std::byte>& bytes) {
  TensorReport report{.name = tensor.name, .from = tensor.type, .to = planned.type, .note = planned.note};
  report.elements = tensor.elements();
  report.bytes_before = static_cast<std::int64_t>(tensor.data.size());
  if (tensor.type == planned.type) {
    bytes.assign(tensor.data.begin(), tensor.data.end());
    if (block_index(tensor.type) >= 0 && tensor.type != DType::f32) {
      report.note += fmt::format("{}has this type already: copied", report.note.empty() ? "" : "; ");
    }
  } else {
    const Loss loss = Conversion(tensor, planned.type, importance, bytes).run(threads);
    report.relative_rmse = loss.squares > 0 ? std::sqrt(loss.error_squares / loss.squares) : 0;
    report.largest_error = loss.largest_error;
    report.weighted = !importance.empty() && block_codecs()[static_cast<std::size_t>(block_index(planned.type))].weighs;
  }
  report.bytes = static_cast<std::int64_t>(bytes.size());
  return report;
}

}  // namespace

void check_quantizable(const GgufFile& in, const std::string& out, const QuantizeOptions& options) {
  const std::vector<PlannedTensor> plan = plan_types(in, options.types);
  check_output(in, out);
  check_input(in, plan, options.requantize);
  GgufWriter::check_place(out);
}

QuantizeReport quantize_file(const GgufFile& in, const std::string& out, const QuantizeOptions& options, ThreadPool& threads) {
  check_quantizable(in, out, options);
  refuse_non_finite(in, threads);
  const std::vector<PlannedTensor> plan = plan_types(in, options.types);
  GgufWriter writer(metadata_of(in, options));
  QuantizeReport report;
  for (std::size_t i = 0; i < plan.size(); ++i) {
    const TensorInfo& tensor = in.tensors()[i];
    writer.declare_tensor(tensor.name, plan[i].type, tensor.dims);
    report.elements += tensor.elements();
  }

  std::vector<std::byte> bytes;
  std::int64_t done = 0;
  writer.write(out, [&](std::size_t i) -> std::span<const std::byte> {
    const TensorInfo& tensor = in.tensors()[i];
    const TensorReport& made =
        report.tensors.emplace_back(convert_tensor(tensor, plan[i], importance_of(options, tensor), threads, bytes));
    in.release(tensor.data);
    report.bytes_before += made.bytes_before;
    report.bytes += made.bytes;
    done += made.elements;
    if (options.on_progress) options.on_progress(done, report.elements);
    return bytes;
  });
  return report;
}

}  // namespace reckon
