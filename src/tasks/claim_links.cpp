#include "tasks/claim_links.h"

#include <algorithm>
#include <cstdlib>

#include "tasks/set_scores.h"

namespace reckon {
namespace {

std::set<std::int64_t> unsupported(const ClaimLinks& links) {
  std::set<std::int64_t> result = links.claims;
  for (const auto& [claim, evidence] : links.links) result.erase(claim);
  return result;
}

double mean_gap(const std::set<ClaimLink>& links, const std::set<ClaimLink>& among) {
  std::int64_t sum = 0, count = 0;
  for (const ClaimLink& link : links) {
    if (!among.contains(link)) continue;
    sum += std::abs(link.second - link.first);
    ++count;
  }
  return count == 0 ? 0 : static_cast<double>(sum) / static_cast<double>(count);
}

}  // namespace

LinkScores score_links(const ClaimLinks& gold, const ClaimLinks& given) {
  const std::size_t right = shared_count(gold.links, given.links);
  return {.claim_f1 = f1_of(gold.claims, given.claims),
          .link_precision = share_of(right, given.links.size()),
          .link_recall = share_of(right, gold.links.size()),
          .link_f1 = f1_of(gold.links, given.links),
          .unsupported_f1 = f1_of(unsupported(gold), unsupported(given)),
          .gold_gap = mean_gap(gold.links, gold.links),
          .recovered_gap = mean_gap(given.links, gold.links)};
}

double span_overlap(std::size_t a, std::size_t a_size, std::size_t b, std::size_t b_size) {
  const std::size_t begin = std::max(a, b);
  const std::size_t end = std::min(a + a_size, b + b_size);
  const std::size_t common = end > begin ? end - begin : 0;
  return share_of(common, a_size + b_size - common);
}

}  // namespace reckon
