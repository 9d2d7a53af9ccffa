#include "formats/gguf/gguf_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/mapped_file.h"
#include "formats/gguf/parser.h"

namespace reckon {
namespace {

struct SplitPosition {
  std::uint64_t index = 0;  // 0-based, as stored
  std::uint64_t count = 1;
};

SplitPosition split_position(const Metadata& metadata) {
  SplitPosition split{metadata.get_uint("split.no", 0), metadata.get_uint("split.count", 1)};
  if (split.count <= 1) return {};
  if (split.count > 99999) metadata.fail("split.count", fmt::format("is {}; expected at most 99999", split.count));
  if (split.index >= split.count) {
    metadata.fail("split.no", fmt::format("is {}; expected less than split.count, {}", split.index, split.count));
  }
  return split;
}

std::string split_suffix(std::uint64_t index, std::uint64_t count) {
  return fmt::format("-{:05}-of-{:05}.gguf", index + 1, count);
}

std::string split_path(const std::string& path, SplitPosition position, std::uint64_t index) {
  const std::string suffix = split_suffix(position.index, position.count);
  if (!path.ends_with(suffix)) {
    throw Error(ErrorCode::bad_file,
                fmt::format("it is part {} of {} of a split model, so its name must end in '{}' for the others to be found",
                            position.index + 1, position.count, suffix),
                path);
  }
  return path.substr(0, path.size() - suffix.size()) + split_suffix(index, position.count);
}

}  // namespace

std::int64_t TensorInfo::elements() const noexcept { return dims.empty() ? 0 : dims[0] * rows(); }

std::int64_t TensorInfo::rows() const noexcept {
  std::int64_t product = 1;
  for (std::size_t i = 1; i < dims.size(); ++i) product *= dims[i];
  return product;
}

struct GgufFile::Contents {
  std::string name;
  std::vector<MappedFile> files;  // one per part, after open()
  HugeMemory memory;              // after take()
  std::uint64_t file_bytes = 0;
  gguf::Part part;  // the first part, with the tensors of all parts
  std::vector<std::size_t> by_name;

  void index_names();
};

void GgufFile::Contents::index_names() {
  by_name.resize(part.tensors.size());
  for (std::size_t i = 0; i < by_name.size(); ++i) by_name[i] = i;
  const auto name_at = [this](std::size_t i) { return std::string_view(part.tensors[i].name); };
  std::ranges::sort(by_name, {}, name_at);
  const auto twice = std::ranges::adjacent_find(by_name, {}, name_at);  // within one part the parser has refused it already
  if (twice != by_name.end()) {
    throw Error(ErrorCode::bad_file,
                fmt::format("tensor {} occurs in two parts of the split model", quote_bytes(name_at(*twice))), name);
  }
}

GgufFile GgufFile::open(const std::string& path) {
  auto contents = std::make_unique<Contents>();
  contents->name = path;
  const MappedFile& first = contents->files.emplace_back(path);
  contents->file_bytes = first.bytes().size();
  contents->part = gguf::parse_part(first.bytes(), path);

  const Metadata& metadata = contents->part.metadata;
  const SplitPosition position = split_position(metadata);
  if (position.index != 0) {
    throw Error(ErrorCode::bad_file,
                fmt::format("it is part {} of {} of a split model; open the first, '{}'", position.index + 1, position.count,
                            split_path(path, position, 0)),
                path);
  }
  for (std::uint64_t i = 1; i < position.count; ++i) {
    const MappedFile& file = contents->files.emplace_back(split_path(path, position, i));
    contents->file_bytes += file.bytes().size();
    gguf::Part part = gguf::parse_part(file.bytes(), file.path());
    const SplitPosition found = split_position(part.metadata);
    if (found.index != i || found.count != position.count) {
      throw Error(
          ErrorCode::bad_file,
          fmt::format("it says to be part {} of {}; expected part {} of {}", found.index + 1, found.count, i + 1, position.count),
          file.path());
    }
    std::ranges::move(part.tensors, std::back_inserter(contents->part.tensors));
  }
  const std::uint64_t expected = metadata.get_uint("split.tensors.count", contents->part.tensors.size());
  if (position.count > 1 && expected != contents->part.tensors.size()) {
    metadata.fail("split.tensors.count",
                  fmt::format("is {}, but all parts together hold {}", expected, contents->part.tensors.size()));
  }
  contents->index_names();
  return GgufFile(std::move(contents));
}

GgufFile GgufFile::parse(std::span<const std::byte> bytes, std::string name) {
  auto contents = std::make_unique<Contents>();
  contents->part = gguf::parse_part(bytes, name);
  contents->name = std::move(name);
  contents->file_bytes = bytes.size();
  if (const SplitPosition position = split_position(contents->part.metadata); position.count > 1) {
    throw Error(
        ErrorCode::unsupported,
        fmt::format("it is part {} of {} of a split model; only files on disk are joined", position.index + 1, position.count),
        contents->name);
  }
  contents->index_names();
  return GgufFile(std::move(contents));
}

GgufFile GgufFile::take(HugeMemory bytes, std::string name) {
  GgufFile file = parse({bytes.data(), bytes.size()}, std::move(name));
  file.contents_->memory = std::move(bytes);  // moving changes no address, so views stay valid
  return file;
}

GgufFile::GgufFile(std::unique_ptr<Contents> contents) noexcept : contents_(std::move(contents)) {}
GgufFile::GgufFile(GgufFile&&) noexcept = default;
GgufFile& GgufFile::operator=(GgufFile&&) noexcept = default;
GgufFile::~GgufFile() = default;

const std::string& GgufFile::name() const noexcept { return contents_->name; }
std::uint32_t GgufFile::version() const noexcept { return contents_->part.version; }
std::uint64_t GgufFile::alignment() const noexcept { return contents_->part.alignment; }
std::uint64_t GgufFile::file_bytes() const noexcept { return contents_->file_bytes; }
const Metadata& GgufFile::metadata() const noexcept { return contents_->part.metadata; }
std::span<const TensorInfo> GgufFile::tensors() const noexcept { return contents_->part.tensors; }

const TensorInfo* GgufFile::find_tensor(std::string_view name) const noexcept {
  const std::vector<TensorInfo>& tensors = contents_->part.tensors;
  const auto name_at = [&tensors](std::size_t i) { return std::string_view(tensors[i].name); };
  const auto found = std::ranges::lower_bound(contents_->by_name, name, {}, name_at);
  return found != contents_->by_name.end() && name_at(*found) == name ? &tensors[*found] : nullptr;
}

void GgufFile::release(std::span<const std::byte> data) const noexcept {
  for (const MappedFile& file : contents_->files) file.release(data);
  contents_->memory.release(data);
}

bool GgufFile::rereads() const noexcept { return contents_->memory.size() == 0; }

const TensorInfo& GgufFile::tensor(std::string_view name) const {
  const TensorInfo* found = find_tensor(name);
  if (found == nullptr) {
    throw Error(ErrorCode::bad_file,
                fmt::format("tensor {} is missing; the file holds {} tensors", quote_bytes(name), contents_->part.tensors.size()),
                contents_->name);
  }
  return *found;
}

}  // namespace reckon
