// How sure it is, from the votes so far, that the leading answer is the one the model gives most often, or will still lead when
// all votes are counted. Source: Aggarwal et al. 2023, arXiv:2305.11860 (adaptive consistency). Pure functions; any thread.
#pragma once

#include <span>

namespace reckon {

// `votes` of each answer, most first, which need not be whole; `prior`: votes that every answer is taken to have had before the
// first, above 0.

// P(the leader is likelier than the second), with their shares of each other's votes from a Beta(v1 + prior, v2 + prior).
double leads_second(std::span<const double> votes, double prior);

// P(the leader is the likeliest of all answers seen and of one not seen), from a Dirichlet(v + prior).
double leads_all(std::span<const double> votes, double prior);

// P(the leader has more votes than the second after `left` more), where all of these go to one of the two: exact, of
// the Polya urn that a Beta(v1 + prior, v2 + prior) makes.
double stays_ahead(std::span<const double> votes, double prior, int left);

// Whether it has, whatever those `left` are for, of which each weighs 1 at most.
bool stays_for_certain(std::span<const double> votes, int left);

}  // namespace reckon
