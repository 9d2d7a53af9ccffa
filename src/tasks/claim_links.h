// Scoring of links from claims to evidence, and of text spans against sentences: shape of the published measures for
// claim-evidence extraction from papers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <utility>

namespace reckon {

using ClaimLink = std::pair<std::int64_t, std::int64_t>;  // sentence of the claim, sentence of its evidence

struct ClaimLinks {
  std::set<std::int64_t> claims;  // with and without evidence
  std::set<ClaimLink> links;      // their claims are in `claims`
};

struct LinkScores {
  double claim_f1, link_precision, link_recall, link_f1;
  double unsupported_f1;           // over the claims without evidence; 1 where neither side has any
  double gold_gap, recovered_gap;  // mean sentences between claim and evidence, over gold links and over those found; 0 for none
};
LinkScores score_links(const ClaimLinks& gold, const ClaimLinks& given);

// Intersection over union of [a, a + a_size) and [b, b + b_size).
double span_overlap(std::size_t a, std::size_t a_size, std::size_t b, std::size_t b_size);

}  // namespace reckon
