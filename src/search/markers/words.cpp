// The English lists. Data only: a marker is lower case, its words separated by one space.
#include <array>

#include "search/markers/markers.h"

namespace reckon {
namespace {

constexpr auto kHedging = std::to_array<std::string_view>(
    {"maybe",    "perhaps",     "possibly",  "probably",     "presumably",  "seemingly", "apparently", "likely",
     "might be", "could be",    "may be",    "not sure",     "unsure",      "i guess",   "i suppose",  "i think",
     "i assume", "hard to say", "uncertain", "i'm not sure", "not certain", "it seems",  "roughly",    "or something"});

constexpr auto kThinking = std::to_array<std::string_view>(
    {"wait", "hmm", "hm", "let me", "let's see", "alternatively", "hold on", "actually", "oops", "double check", "let me think",
     "think again", "on second thought", "go back", "try again", "start over", "reconsider", "what if", "no wait"});

constexpr auto kDiscourse = std::to_array<std::string_view>(
    {"therefore",      "thus",      "hence",         "because",     "since",      "so that",       "consequently",
     "accordingly",    "first",     "second",        "third",       "next",       "then",          "finally",
     "in summary",     "to sum up", "in conclusion", "as a result", "it follows", "for example",   "for instance",
     "in other words", "that is",   "given that",    "furthermore", "moreover",   "in particular", "we conclude"});

}  // namespace

const MarkerLists& english_markers() {
  static constexpr MarkerLists lists{kHedging, kThinking, kDiscourse};
  return lists;
}

}  // namespace reckon
