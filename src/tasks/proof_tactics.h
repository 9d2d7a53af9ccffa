// Tactics: from a goal backwards to a proof term. What they build is worth nothing until the kernel has looked at it.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tasks/proof_kernel.h"

namespace reckon {

struct Goal {
  Context context;
  Formula conclusion;
  ProofTerm* hole;  // of the state's proof
};

// A proof under way. Every tactic works on the first goal:
//   intro h         a -> b: assumes a under the name h
//   exact h         a hypothesis, or a lemma, that is the goal
//   apply h         a hypothesis or lemma a -> … -> goal: leaves a, …
//   split           a /\ b: both
//   left, right     a \/ b: one of them
//   cases h         a \/ b: once with each, under the same name; a /\ b: h.1 and h.2; false: nothing is left
//   rw e, rw <- e   exchanges the first term that is the left (right) side of the equation e; rw e at 2: the second
//   refl            a = a
class ProofState {
 public:
  ProofState(Formula theorem, std::span<const Lemma> lemmas);  // `lemmas` outlive it

  // "" when the tactic was applied, else why it could not be; the state is as before then.
  std::string apply(std::string_view tactic);
  const std::vector<Goal>& goals() const { return goals_; }
  std::string text() const;  // "h1:p -> q, h2:p |- q ; |- r"; "done"
  // Whether no goal is left and the kernel accepts the term as a proof of the theorem.
  bool proved() const;

 private:
  std::string apply_to(Goal& goal, std::string_view name, std::span<const std::string> arguments);
  std::string intro(Goal& goal, std::string_view name);
  std::string exact(Goal& goal, std::string_view name);
  std::string apply_rule(Goal& goal, std::string_view name);
  std::string split(Goal& goal);
  std::string choose(Goal& goal, bool left);
  std::string cases(Goal& goal, std::string_view name);
  std::string rewrite(Goal& goal, std::span<const std::string> arguments);
  std::string reflexivity(Goal& goal);

  Formula theorem_;
  std::span<const Lemma> lemmas_;
  std::unique_ptr<ProofTerm> proof_;
  std::vector<Goal> goals_;  // the first one first
};

// The tactics of a script, between semicolons or line ends, without blank ones.
std::vector<std::string_view> tactics_in(std::string_view script);

}  // namespace reckon
