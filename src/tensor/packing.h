// Weight matrices, repacked for the kernels that multiply them (kernels/cpu/pack.h). The packed form is as large as the file's,
// up to the last panel's missing rows and the last block's missing inputs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "tensor/view.h"

namespace reckon {

class ThreadPool;

// Bytes of the packed form, a multiple of 64; 0 for a type that is multiplied as it is stored.
std::int64_t packed_bytes(const WeightView& weight);

// Packs into `to` (packed_bytes(weight) bytes, zeroed, aligned to 64), spread over the pool, and returns `weight` with its panels
// set. Calls packed(bytes) for one part of weight.data after the other when it has been read, so that a caller can give its
// memory back while the rest still waits. They fit the instruction set in use now: CpuOps::linear refuses them under one with
// other panels. With `as`, values are rounded to that type on the way (any that quantize_row makes): `to` has the bytes of the
// packed form of such a weight, and the view returned is of that type, without the data of the file.
WeightView pack(const WeightView& weight, std::byte* to, ThreadPool& pool,
                const std::function<void(std::span<const std::byte>)>& packed = {}, std::optional<DType> as = {});

}  // namespace reckon
