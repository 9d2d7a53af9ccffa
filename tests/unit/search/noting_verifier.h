// What a search asks its verifier tells what it does: which paths live at once, which text is scored, which beginning grows next.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "search/spaces/toy_space.h"
#include "search/verifier.h"

namespace reckon {

using Reward = std::function<double(std::string_view)>;  // of letters

class NotingVerifier final : public Verifier {  // for one search at a time
 public:
  struct Asked {
    std::string letters;
    PathState state;
    std::int64_t tokens;
  };

  explicit NotingVerifier(Reward reward) : reward_(std::move(reward)) {}

  awaitable<std::vector<double>> score(std::span<Path> paths, const Problem&, SearchSpace&) const override {
    std::vector<Asked>& call = calls_.emplace_back();
    std::vector<double> scores;
    for (const Path& path : paths) {
      call.push_back({std::string(toy_letters(path.text)), path.state, path.tokens});
      scores.push_back(reward_(call.back().letters));
    }
    co_return scores;
  }

  const std::vector<std::vector<Asked>>& calls() const { return calls_; }
  // The letters that every call but the first was about, without the last one: on the toy space with steps of a letter, and where
  // one beginning grows at a time, that beginning.
  std::vector<std::string> grown() const {
    std::vector<std::string> beginnings;
    for (std::size_t i = 1; i < calls_.size(); ++i) {
      const std::string& letters = calls_[i].front().letters;
      beginnings.push_back(letters.substr(0, letters.size() - 1));
    }
    return beginnings;
  }

 private:
  Reward reward_;
  mutable std::vector<std::vector<Asked>> calls_;
};

inline std::shared_ptr<const NotingVerifier> noting(Reward reward) {
  return std::make_shared<const NotingVerifier>(std::move(reward));
}

// Draws go through the alphabet in turn, whatever its probabilities: continuations of the same beginning that are drawn side by
// side differ, as many as there are letters.
inline ToySpaceOptions letters_in_turn() {
  ToySpaceOptions options;
  options.choose = [next = 0](std::span<const double> probabilities) mutable {
    return next++ % static_cast<int>(probabilities.size());
  };
  return options;
}

// All words of so many letters '0' and '1', in order.
inline std::vector<std::string> words_of_length(std::size_t length) {
  std::vector<std::string> words{""};
  for (std::size_t i = 0; i < length; ++i) {
    std::vector<std::string> longer;
    for (const std::string& word : words) {
      longer.push_back(word + '0');
      longer.push_back(word + '1');
    }
    words = std::move(longer);
  }
  return words;
}

inline std::string best_word(const Reward& reward, std::size_t length = 3) {
  return std::ranges::max(words_of_length(length), {}, [&](const std::string& word) { return reward(word); });
}

}  // namespace reckon
