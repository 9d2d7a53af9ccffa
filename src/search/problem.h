// A problem as search sees it: what the model is given, and how answers are found in its text and checked.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/token.h"
#include "search/answers/extract.h"
#include "search/path.h"

namespace reckon {

// How the model at hand writes its thinking (specs card A2).
struct ThinkingForm {
  bool thinks = false;                        // its chat template knows of thinking: without an empty thought it begins with one
  bool opened = false;                        // the prompt itself opens the thinking
  std::string stop = "</think>\n";            // what ends thinking that is cut
  std::string empty = "<think>\n</think>\n";  // what stands in front of an answer without thinking
  // What to put behind the prompt so that the answer follows at once; "" where the model would not think.
  std::string none() const { return !thinks ? "" : opened ? "\n</think>\n\n" : empty; }
};

struct Problem {
  std::string text;           // as the user wrote it
  std::vector<Token> prompt;  // rendered with the chat template and tokenised; empty on toy spaces
  // A conversation that begins with a user's turn -> tokens up to the opened turn of the assistant. Empty where there is no chat
  // (plain prompts, toy spaces); throws Error bad_argument for what the template refuses.
  std::function<std::vector<Token>(std::span<const Turn>)> render;
  ThinkingForm thinking;
  AnswerForm answer_form;  // how to find the answer in a path's text
  int model = 0;           // which of the space's models is asked (SearchSpace::models)
  bool judging = false;    // it asks about paths of another problem: what it costs is charged as verified
  bool scoring = false;    // of those, a verifier's: what is kept back of a budget for scores pays for it
  // Where given, what is drawn for it is drawn by this number, whenever it is opened; else by how many were opened before it.
  std::optional<std::uint64_t> draw_key;
  bool wants_hidden = false;  // the path that is opened for it is to have Path::hidden
  std::string tests;          // of a program, for the verifier `tests`: blocks of code between blank lines; "" = none
  std::string constraints;    // formal ones on its answer, for the verifiers `sat` (DIMACS CNF) and `smt` (SMT-LIB); "" = none
  std::function<double(std::string_view)> check;  // a path's text -> score in [0, 1], 1 = right; empty if nobody can tell
};

// The same problem asked in other words: a conversation of one user's turn. Throws Error unsupported where there is no chat.
Problem asked_as(const Problem& problem, std::string text);

}  // namespace reckon
