// Parts of a text that begin and end at words, chosen word by word: at every moment what may follow is what follows in the text,
// so whatever is chosen is a part of it. Specs card C11, by words instead of tokens.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace reckon {

class Spans {
 public:
  explicit Spans(std::string_view text);

  // What may come behind text(), each once, in order of appearance: a word, from the second on with what stands before it.
  std::vector<std::string> continuations() const;
  // Throws Error bad_argument when it is none of them.
  void take(std::string_view continuation);

  const std::string& text() const { return chosen_; }  // a part of the given text
  std::size_t words() const { return words_; }

 private:
  struct Word {
    std::size_t begin, end;  // in the text, without the punctuation around it
  };
  std::string_view continuation_to(std::size_t word) const;

  std::string text_;
  std::vector<Word> all_;
  std::vector<std::size_t> next_;  // of all occurrences of what was chosen, the words that follow; indices into all_
  std::string chosen_;
  std::size_t words_ = 0;
};

}  // namespace reckon
