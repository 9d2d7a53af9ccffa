// Fixed: what the strategy says is what is spent. The allocator that there is without one, by name.
#include "search/allocators/noting.h"

namespace reckon {
namespace {

std::unique_ptr<Strategy> make_fixed_allocator(const Parameters&, const AllocationRequest& request) {
  return noting(request, [](const SearchSpace&) { return std::string("as the strategy says"); });
}

}  // namespace

AllocatorEntry fixed_entry() {
  return {.name = "fixed",
          .summary = "spends what the strategy says",
          .source = "standard",
          .parameters = {},
          .make = make_fixed_allocator};
}

}  // namespace reckon
