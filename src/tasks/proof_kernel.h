// Formulas, proof terms and the kernel of the task `prove`: intuitionistic propositional logic in natural deduction (Gentzen
// 1935; terms as by Howard 1969), and equations under named lemmas. Nothing else decides what is proved: tactics only build
// terms.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reckon {

// A formula, or a term in an equation. Heads "->", "/\", "\/", "false" and "=" are those of formulas; every other head is an
// atom, a constant or a function. One that begins with '?' is a variable of a lemma, and stands for any term or formula.
struct Formula {
  std::string head;
  std::vector<Formula> parts = {};
};
bool operator==(const Formula& a, const Formula& b);

Formula implies(Formula from, Formula to);
Formula equation(Formula left, Formula right);

std::string text_of(const Formula& formula);    // "(p -> q) -> p /\ r", "a * (b + c) = d"; variables without their '?'
std::size_t nodes_of(const Formula& formula);   // heads in it
std::string stored(const Formula& formula);     // "(-> p (-> q r))": what formula_from reads
Formula formula_from(std::string_view stored);  // throws Error internal for what `stored` did not write

using Substitution = std::vector<std::pair<std::string, Formula>>;  // variable, what it stands for
// Whether `formula` is `pattern` with something for its variables; adds to `substitution`, which must agree.
bool matches(const Formula& pattern, const Formula& formula, Substitution& substitution);
Formula instantiated(const Formula& pattern, const Substitution& substitution);
// Whether every variable of the pattern has a value.
bool covers(const Substitution& substitution, const Formula& pattern);

// The term at `place`, the number of a node counted before its parts; null for a place that is no term in an equation.
const Formula* term_at(const Formula& formula, std::size_t place);
// Places of terms, in order, that the pattern matches.
std::vector<std::size_t> places_of(const Formula& pattern, const Formula& formula);
Formula replaced_at(Formula formula, std::size_t place, const Formula& with);

struct Lemma {
  std::string name;
  Formula statement;  // with variables
};
const Lemma* find_lemma(std::span<const Lemma> lemmas, std::string_view name);

using Context = std::vector<std::pair<std::string, Formula>>;  // hypotheses by name; of two with one name, the later counts

struct ProofTerm {
  enum class Rule : std::uint8_t {
    open,         // not proved yet
    hypothesis,   // `name`
    lemma,        // `name` with `substitution`
    assume,       // of `formula` under `name`, parts[0]: an implication
    apply,        // parts[0], an implication, to parts[1]
    both,         // parts[0] and parts[1]
    first,        // of the conjunction parts[0]
    second,       //
    left,         // parts[0] or `formula`
    right,        // `formula` or parts[0]
    cases,        // of the disjunction parts[0]: parts[1] with its left, parts[2] with its right side under `name`
    absurd,       // `formula`, for parts[0] is false
    reflexivity,  // `formula` = `formula`
    rewrite,      // `formula`, because parts[1] proves it with the term at `place` exchanged by the equation parts[0]
  };
  Rule rule = Rule::open;
  std::string name = {};
  Formula formula = {};
  Substitution substitution = {};
  std::size_t place = 0;
  bool backwards = false;  // rewrite: the goal has the equation's right side
  std::vector<std::unique_ptr<ProofTerm>> parts = {};
};

// What the term proves under the hypotheses; nullopt when some step of it is not allowed, or open.
std::optional<Formula> conclusion_of(const ProofTerm& proof, Context& context, std::span<const Lemma> lemmas);

}  // namespace reckon
