// Cuts a text into the pieces within which BPE may merge: one or more regular expressions, applied one after the other, each to
// the pieces that the one before it left. What a pattern does not match is a piece too.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reckon {

// One row of the table of known pre-tokenizers.
struct PreTokenizerEntry {
  std::vector<std::string_view> names;     // values of tokenizer.ggml.pre
  std::vector<std::string_view> patterns;  // in order; \s and \S mean Unicode's White_Space
  bool nfc = false;                        // the text is brought to normal form C first
  bool ignore_merges = false;              // a piece that is a token is taken whole, whatever the merges say
  bool adds_bos = false;                   // where the file has no add_bos_token
};

// All rows, in the order they are listed to the user.
std::span<const PreTokenizerEntry> pre_tokenizers();

// The row of that name. Throws Error unsupported, listing the known names.
const PreTokenizerEntry& find_pre_tokenizer(std::string_view name);

class PreTokenizer {  // immutable; any thread
 public:
  // Throws Error internal for a pattern that does not compile.
  explicit PreTokenizer(std::span<const std::string_view> patterns);
  ~PreTokenizer();
  PreTokenizer(const PreTokenizer&) = delete;
  PreTokenizer& operator=(const PreTokenizer&) = delete;

  // Views into `text`, which must be valid UTF-8; together they are `text`. None is empty.
  std::vector<std::string_view> split(std::string_view text) const;

 private:
  struct Compiled;
  std::vector<Compiled> compiled_;
};

}  // namespace reckon
