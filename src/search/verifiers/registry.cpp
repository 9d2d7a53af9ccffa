#include <array>

#include "search/registry.h"
#include "search/verifier.h"

namespace reckon {

VerifierEntry exact_entry();
VerifierEntry likelihood_entry();
VerifierEntry orm_entry();
VerifierEntry prm_entry();
VerifierEntry judge_entry();
VerifierEntry self_certainty_entry();
VerifierEntry entropy_entry();
VerifierEntry confidence_entry();
VerifierEntry length_entry();
VerifierEntry markers_entry();
VerifierEntry tests_entry();
VerifierEntry sat_entry();
VerifierEntry smt_entry();
VerifierEntry noisy_entry();
VerifierEntry panel_entry();
VerifierEntry staged_entry();

std::span<const VerifierEntry> verifiers() {
  static const std::array table{exact_entry(),  likelihood_entry(),     orm_entry(),     prm_entry(),
                                judge_entry(),  self_certainty_entry(), entropy_entry(), confidence_entry(),
                                length_entry(), markers_entry(),        tests_entry(),   sat_entry(),
                                smt_entry(),    noisy_entry(),          panel_entry(),   staged_entry()};
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

std::shared_ptr<const Verifier> make_nested_verifier(std::string_view text, const VerifierResources& resources) {
  return make_verifier(unnested(text), resources);
}

}  // namespace reckon
