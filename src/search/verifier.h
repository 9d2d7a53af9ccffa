// A verifier scores paths. Each is one file in verifiers/ that ends with its registry entry.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/parameters.h"
#include "models/cost.h"
#include "search/space.h"

namespace reckon {

class Verifier {  // immutable; may score for many problems at once
 public:
  virtual ~Verifier() = default;
  // One score in [0, 1] per path, open or ended, higher is better; it may note in Path::memory how far it has read. What it runs
  // is charged to the space's request; a path that could not be paid for gets 0. Throws what require() throws.
  virtual awaitable<std::vector<double>> score(std::span<Path> paths, const Problem& problem, SearchSpace& space) const = 0;
  // Throws Error when it cannot score paths of this problem: bad_argument where the problem lacks something (`exact` without a
  // checker), unsupported where the machine does. Reads neither prompt nor template, so it can be asked before a model is loaded.
  virtual void require(const Problem&) const {}
  // Over how many most likely tokens Path::statistics must be noted for it, 0 = not at all. A space is told, not a strategy.
  virtual std::int64_t statistics() const { return 0; }
  // Tokens it will run for each token of a path: so many are kept back from drawing, so that what was drawn can be scored.
  virtual double tokens_per_token() const { return 0; }
  // What one of those costs, so that operations are kept back as well; null = as much as one of the model that draws. Lives as
  // long as the verifier.
  virtual const TokenCost* token_cost() const { return nullptr; }
};

class RewardModel;  // search/reward_model.h

// What a verifier may ask for when it is made. Where a loader is empty the verifier can be validated but not used.
struct VerifierResources {
  // The reward model in a file, "" = the bundled one; the same object when asked again. Throws what loading a model throws.
  std::function<std::shared_ptr<RewardModel>(const std::string& file)> reward_model;
};

struct VerifierEntry {
  std::string_view name;
  std::string_view summary;
  std::string_view source;
  std::vector<ParameterSpec> parameters;
  std::shared_ptr<const Verifier> (*make)(const Parameters& parameters, const VerifierResources& resources);
};

std::span<const VerifierEntry> verifiers();
const VerifierEntry& find_verifier(std::string_view name);  // throws Error not_found with the nearest name
std::shared_ptr<const Verifier> make_verifier(std::string_view text, const VerifierResources& resources = {});
// The same inside a parameter's value, where ':' stands for ',': "prm:aggregate=min:readout=ok".
std::shared_ptr<const Verifier> make_nested_verifier(std::string_view text, const VerifierResources& resources = {});

}  // namespace reckon
