// The published problems of Corr2Cause (Jin et al. 2023, arXiv:2306.05836): comma-separated values with the columns "input" (a
// premise, a line end, "Hypothesis: …") and "label" (0 or 1); others are left alone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tasks/causal_graph.h"

namespace reckon {

struct CausalQuestion {
  std::string text;                 // premise and hypothesis as published
  std::vector<std::string> names;   // of the variables
  std::vector<Independence> facts;  // variables by their place in `names`
  CausalRelation relation = CausalRelation::parent;
  int i = 0;
  int j = 0;
  bool follows = false;
};

// Throws Error bad_file naming the record, for quotes that do not close, missing columns, more than six variables, or a sentence
// that is none of the published forms.
std::vector<CausalQuestion> parse_corr2cause(std::string_view text, const std::string& where);
// The same from a file of at most 64 MiB. Throws Error not_found.
std::vector<CausalQuestion> read_corr2cause(const std::string& path);

}  // namespace reckon
