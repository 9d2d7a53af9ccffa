#include <array>

#include "search/registry.h"
#include "search/verifier.h"

namespace reckon {

VerifierEntry exact_entry();
VerifierEntry likelihood_entry();
VerifierEntry orm_entry();
VerifierEntry prm_entry();

std::span<const VerifierEntry> verifiers() {
  static const std::array table{exact_entry(), likelihood_entry(), orm_entry(), prm_entry()};
  return table;
}

const VerifierEntry& find_verifier(std::string_view name) {
  return find_entry(verifiers(), name, "verifier", "'reckon verifiers' lists all");
}

std::shared_ptr<const Verifier> make_verifier(std::string_view text, const VerifierResources& resources) {
  const NamedParameters given = parse_named_parameters(text, "--verifier");
  const VerifierEntry& entry = find_verifier(given.name);
  const Parameters parameters(entry.parameters, given.values, "verifier '" + given.name + "'");
  return entry.make(parameters, resources);
}

}  // namespace reckon
