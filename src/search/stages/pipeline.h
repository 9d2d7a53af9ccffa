// A pipeline: stages in an order that makes sense, made from a file or from a text.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "formats/stage_file.h"
#include "search/stages/stage.h"

namespace reckon {

class Pipeline {  // immutable; serves many problems at once
 public:
  // Throws Error, with the stage's place in front, for kinds and keys that there are not, values out of range, and orders that
  // make no sense: what is generated comes first, what one stage writes another reads, and one candidate is left at the end.
  explicit Pipeline(const std::vector<StageText>& texts);

  std::span<const std::unique_ptr<Stage>> stages() const { return stages_; }
  std::int64_t calls() const { return calls_; }  // texts that models write for one problem at most
  // Throws Error bad_argument, with its place, for a stage that asks more models than there are.
  void require_models(int there) const;
  // Whether a stage behind this one asks a model.
  bool questions_follow(std::size_t index) const;
  // Whether this stage or one behind it asks the verifier.
  bool scores_follow(std::size_t index) const;

 private:
  std::vector<std::unique_ptr<Stage>> stages_;
  std::vector<std::string> places_;  // of the stages, for errors
  std::vector<std::int64_t> calls_of_;
  std::int64_t calls_ = 0;
};

// "generate:n=8|rank:keep=4|fuse": stages separated by bars, their parameters by colons. Throws Error bad_argument.
std::vector<StageText> stages_in(std::string_view text, const std::string& where);

}  // namespace reckon
