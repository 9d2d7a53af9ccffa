// Lexical retrieval by BM25. Source: Robertson and Zaragoza 2009, doi:10.1561/1500000019, with k1 = 1.2 and b = 0.75:
//   score(d, q) = sum over words t of q, as often as they stand there, of
//       idf(t) * tf * (k1 + 1) / (tf + k1 * (1 - b + b * |d| / mean |d|))
//   idf(t) = log(1 + (N - n + 1/2) / (n + 1/2)), for n of N documents that hold t; it is never negative.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace reckon {

// Runs of letters (lower case; bytes beyond ASCII are letters) and runs of digits; every other visible character stands alone, so
// that formulas are alike by their signs too.
std::vector<std::string> search_words(std::string_view text);

class Bm25 {  // immutable
 public:
  explicit Bm25(std::span<const std::string> documents);

  // Indices of the documents most like the query, best first, equals in order of index; at most `most`, and none that shares no
  // word with it.
  std::vector<std::size_t> best(std::string_view query, std::size_t most) const;
  // The score of each document, as above.
  std::vector<double> scores(std::string_view query) const;

 private:
  struct Posting {
    std::size_t document;
    double count;
  };
  std::unordered_map<std::string, std::vector<Posting>> postings_;
  std::vector<double> lengths_;  // in words
  double mean_length_ = 0;
};

}  // namespace reckon
