// GGUF parser: an input is refused with an Error of one line, or what it yields can be used and written back unchanged.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "formats/gguf/gguf_file.h"
#include "formats/gguf/gguf_writer.h"

namespace {

using reckon::Error;
using reckon::ErrorCode;
using reckon::GgufFile;
using reckon::GgufWriter;
using reckon::TensorInfo;

void require(bool condition) {
  if (!condition) std::abort();
}

std::vector<std::byte> written_back(const GgufFile& file) {
  GgufWriter writer(file.metadata());
  for (const TensorInfo& tensor : file.tensors()) writer.add_tensor(tensor.name, tensor.type, tensor.dims, tensor.data);
  return writer.to_bytes();
}

void use(const GgufFile& file, std::span<const std::byte> bytes) {
  std::uint64_t sum = 0;
  for (const TensorInfo& tensor : file.tensors()) {
    require(&file.tensor(tensor.name) == &tensor);
    require(tensor.data.data() >= bytes.data() && tensor.data.data() + tensor.data.size() <= bytes.data() + bytes.size());
    const std::int64_t row = reckon::row_bytes(tensor.type, tensor.dims[0]);
    require(static_cast<std::uint64_t>(row * tensor.rows()) == tensor.data.size());
    sum += static_cast<std::uint64_t>(tensor.data.front()) + static_cast<std::uint64_t>(tensor.data.back());
  }
  require(sum <= 2 * 255 * file.tensors().size());
  // The alignment may ask for more padding than is sensible to write here; equal bytes, not equal values: NaN is no fault.
  if (file.alignment() > 4096) return;
  const std::vector<std::byte> once = written_back(file);
  require(written_back(GgufFile::parse(once, "once")) == once);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::byte> bytes = std::as_bytes(std::span(data, size));
  try {
    use(GgufFile::parse(bytes, "input"), bytes);
  } catch (const Error& error) {
    require(error.code() == ErrorCode::bad_file || error.code() == ErrorCode::unsupported);
    require(std::string_view(error.what()).find('\n') == std::string_view::npos);
  }
  return 0;
}
