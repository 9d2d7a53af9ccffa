// A verifier scores paths. Each is one file in verifiers/ that ends with its registry entry.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/parameters.h"
#include "search/space.h"

namespace reckon {

class Verifier {  // immutable; may score for many problems at once
 public:
  virtual ~Verifier() = default;
  // One score in [0, 1] per path, higher is better. What it runs is charged to the space's request.
  // Throws Error bad_argument when the problem lacks what it needs (`exact` without a checker).
  virtual awaitable<std::vector<double>> score(std::span<const Path> paths, const Problem& problem, SearchSpace& space) const = 0;
};

struct VerifierEntry {
  std::string_view name;
  std::string_view summary;
  std::string_view source;
  std::vector<ParameterSpec> parameters;
  bool needs_checker = false;  // useless on problems that nobody can check
  std::shared_ptr<const Verifier> (*make)(const Parameters& parameters);
};

std::span<const VerifierEntry> verifiers();
const VerifierEntry& find_verifier(std::string_view name);  // throws Error not_found with the nearest name
std::shared_ptr<const Verifier> make_verifier(std::string_view text);

}  // namespace reckon
