#include <array>

#include "search/registry.h"
#include "search/verifier.h"

namespace reckon {

VerifierEntry exact_entry();
VerifierEntry likelihood_entry();

std::span<const VerifierEntry> verifiers() {
  static const std::array table{exact_entry(), likelihood_entry()};
  return table;
}

const VerifierEntry& find_verifier(std::string_view name) {
  return find_entry(verifiers(), name, "verifier", "'reckon verifiers' lists all");
}

std::shared_ptr<const Verifier> make_verifier(std::string_view text) {
  const NamedParameters given = parse_named_parameters(text, "--verifier");
  const VerifierEntry& entry = find_verifier(given.name);
  return entry.make(Parameters(entry.parameters, given.values, "verifier '" + given.name + "'"));
}

}  // namespace reckon
