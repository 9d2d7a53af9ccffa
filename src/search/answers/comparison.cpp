#include "search/answers/comparison.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "search/answers/normal_form.h"
#include "search/answers/scalars.h"

namespace reckon::answers {
namespace {

using enum NodeKind;

bool all_equations(const Node& relation) {
  return std::ranges::all_of(relation.operators, [](const auto& op) { return op == "="; });
}

// "x = …", "f(x) = …": an equation whose left side only names the value.
bool is_assignment(Place place) {
  const Node& chain = place.node();
  if (chain.kind != relation || !all_equations(chain)) return false;
  const Node& left = place.child(0).node();
  if (left.kind == symbol) return true;
  const auto names = [&](NodeId id) { return place.expression->node(id).kind == symbol; };
  return left.kind == multiply && left.children.size() == 2 && std::ranges::all_of(left.children, names);
}

Place last_side(Place chain) { return chain.child(chain.node().children.size() - 1); }

// -1 and 1 for an infinity with its sign, 0 for anything else.
int infinity_sign(Place place) {
  if (place.node().kind == infinity) return 1;
  if (place.node().kind != multiply || place.node().children.size() != 2) return 0;
  const Node& factor = place.child(0).node();
  return factor.kind == number && factor.value == -1 && place.child(1).node().kind == infinity ? -1 : 0;
}

// An interval as written, or a pair in round brackets, which may be one.
struct Interval {
  Place low, high;
  bool open_low, open_high;
};
std::optional<Interval> as_interval(Place place) {
  const Node& node = place.node();
  const bool pair = node.kind == tuple && node.children.size() == 2;
  if (node.kind != interval && !pair) return std::nullopt;
  Interval result{place.child(0), place.child(1), pair || node.open_left, pair || node.open_right};
  result.open_low = result.open_low || infinity_sign(result.low) != 0;
  result.open_high = result.open_high || infinity_sign(result.high) != 0;
  return result;
}

// One link of a chain brought to `form op 0`, op one of "<", "<=", "=", "!=".
struct Link {
  Quotient form;
  std::string op;
};

class Comparison {
 public:
  Comparison(const EquivalenceOptions& options, Effort& effort) : options_(options), effort_(effort) {}

  bool equal(Place gold, Place answer) {
    effort_.charge(60);
    const NodeKind g = gold.node().kind;
    const NodeKind a = answer.node().kind;
    if (g == relation || a == relation) return relations(gold, answer);
    if (g == degree) return equal(gold.child(0), a == degree ? answer.child(0) : answer);
    if (a == degree) return equal(gold, answer.child(0));
    if (g == list || a == list) return lists(gold, answer);
    if (g == set_union || a == set_union) return unions(gold, answer);
    if (g == interval || a == interval) return intervals(gold, answer);
    if (g == tuple || a == tuple) return g == a && elementwise(gold, answer);
    if (g == set || a == set) return g == a && multisets(gold, answer);
    if (g == matrix || a == matrix) return matrices(gold, answer);
    const int gold_infinity = infinity_sign(gold);
    const int answer_infinity = infinity_sign(answer);
    if (gold_infinity != 0 || answer_infinity != 0) return gold_infinity == answer_infinity;
    return equal_scalars(gold, answer, options_, effort_);
  }

 private:
  // --- containers: R8, R9, R10, R14 ---

  bool elementwise(Place gold, Place answer) {
    const std::size_t size = gold.node().children.size();
    if (size != answer.node().children.size()) return false;
    for (std::size_t i = 0; i < size; ++i) {
      if (!equal(gold.child(i), answer.child(i))) return false;
    }
    return true;
  }

  bool matrices(Place gold, Place answer) {
    const Node& g = gold.node();
    const Node& a = answer.node();
    return g.kind == a.kind && g.columns == a.columns && g.name == a.name && elementwise(gold, answer);
  }

  bool multisets(const std::vector<Place>& gold, const std::vector<Place>& answer) {
    if (gold.size() != answer.size()) return false;
    std::vector<bool> used(answer.size(), false);
    for (const Place element : gold) {
      std::size_t i = 0;
      while (i < answer.size() && (used[i] || !equal(element, answer[i]))) ++i;
      if (i == answer.size()) return false;
      used[i] = true;
    }
    return true;
  }

  static std::vector<Place> children(Place place) {
    std::vector<Place> result;
    for (std::size_t i = 0; i < place.node().children.size(); ++i) result.push_back(place.child(i));
    return result;
  }

  bool multisets(Place gold, Place answer) { return multisets(children(gold), children(answer)); }

  // Values without brackets: as a set against sets and lists, in order against tuples, solutions against unions.
  bool lists(Place gold, Place answer) {
    const NodeKind g = gold.node().kind;
    const NodeKind a = answer.node().kind;
    if (g == tuple || a == tuple) return elementwise(gold, answer);
    const auto plural = [](NodeKind kind) { return kind == list || kind == set || kind == set_union; };
    return plural(g) && plural(a) && multisets(gold, answer);
  }

  // The parts of a union; sets among them are merged into their elements.
  static std::vector<Place> parts(Place place) {
    if (place.node().kind != set_union) return {place};
    std::vector<Place> result;
    for (const Place part : children(place)) {
      if (part.node().kind != set)
        result.push_back(part);
      else
        std::ranges::copy(children(part), std::back_inserter(result));
    }
    return result;
  }

  bool unions(Place gold, Place answer) {
    std::vector<Place> left = parts(gold);
    std::vector<Place> right = parts(answer);
    if (gold.node().kind == set) left = children(gold);
    if (answer.node().kind == set) right = children(answer);
    return multisets(left, right);
  }

  bool intervals(Place gold, Place answer) {
    const std::optional<Interval> g = as_interval(gold);
    const std::optional<Interval> a = as_interval(answer);
    if (!g || !a || g->open_low != a->open_low || g->open_high != a->open_high) return false;
    return equal(g->low, a->low) && equal(g->high, a->high);
  }

  // --- relations: R11, R12, R13 ---

  bool relations(Place gold, Place answer) {
    if (gold.node().kind == relation && answer.node().kind == relation) return same_relation(gold, answer);
    if (gold.node().kind == relation) {
      if (is_assignment(gold)) {
        const bool singleton = answer.node().kind == set && answer.node().children.size() == 1;
        return equal(last_side(gold), singleton ? answer.child(0) : answer);
      }
      return solution_set(gold, answer);
    }
    return all_equations(answer.node()) && equal(gold, last_side(answer));  // so an inequality never meets an interval
  }

  bool same_relation(Place gold, Place answer) {
    if (is_assignment(gold) && is_assignment(answer) &&
        gold.child(0).expression->text(gold.child(0).id) == answer.child(0).expression->text(answer.child(0).id)) {
      return equal(last_side(gold), last_side(answer));
    }
    const std::vector<Link> g = links(gold);
    const std::vector<Link> a = links(answer);
    if (g.size() != a.size()) return false;
    std::vector<bool> used(a.size(), false);
    for (const Link& link : g) {
      std::size_t i = 0;
      while (i < a.size() && (used[i] || !same_link(link, a[i]))) ++i;
      if (i == a.size()) return false;
      used[i] = true;
    }
    return true;
  }

  std::vector<Link> links(Place chain) {
    std::vector<Link> result;
    const Node& node = chain.node();
    for (std::size_t i = 0; i < node.operators.size(); ++i) {
      Quotient left = form(chain.child(i));
      Quotient right = form(chain.child(i + 1));
      std::string op = node.operators[i];
      if (op[0] == '>') {
        std::swap(left, right);
        op[0] = '<';
      }
      result.push_back({difference(left, right, effort_), std::move(op)});
    }
    return result;
  }

  Quotient form(Place place) { return normal_form(*place.expression, place.id, effort_); }

  bool same_link(const Link& a, const Link& b) {
    if (a.op != b.op) return false;
    if (a.form.top.empty() || b.form.top.empty()) return a.form.top.empty() && b.form.top.empty();
    const std::optional<Rational> scale = ratio(a.form, b.form, effort_);
    return scale && (*scale > 0 || a.op[0] != '<');
  }

  // R12: the gold inequalities, linear in one variable, against an interval.
  bool solution_set(Place gold, Place answer) {
    const std::optional<Interval> written = as_interval(answer);
    if (!written) return false;
    struct Bound {
      Quotient value;
      bool open;
    };
    std::optional<Bound> low, high;
    std::optional<Atom> variable;
    for (const Link& link : links(gold)) {
      const std::optional<Linear> linear = as_linear(link.form);
      if (!linear || link.op[0] != '<' || (variable && *variable != linear->variable)) return false;
      variable = linear->variable;
      std::optional<Bound>& bound = linear->slope > 0 ? high : low;  // slope * x + rest < 0
      if (bound) return false;
      bound = Bound{linear->root, link.op == "<"};
    }
    const auto matches = [&](const std::optional<Bound>& bound, Place end, bool open, int sign) {
      if (!bound) return infinity_sign(end) == sign;
      return infinity_sign(end) == 0 && open == bound->open && same_value(bound->value, form(end), effort_);
    };
    return matches(low, written->low, written->open_low, -1) && matches(high, written->high, written->open_high, 1);
  }

  struct Linear {
    Atom variable;
    Rational slope;
    Quotient root;
  };

  // slope * x + rest with a rational slope and a rest without variables; the root is -rest / slope.
  std::optional<Linear> as_linear(const Quotient& quotient) {
    if (!is_constant(quotient.bottom)) return std::nullopt;
    const Polynomial p = scaled(quotient.top, invert(constant_value(quotient.bottom)), effort_);
    std::optional<Linear> result;
    Polynomial rest;
    for (const auto& [monomial, coefficient] : p) {
      const bool varies = std::ranges::any_of(monomial, [](const Factor& factor) {
        return factor.atom.kind == AtomKind::variable || factor.atom.kind == AtomKind::opaque;
      });
      if (!varies) {
        rest.emplace(monomial, coefficient);
        continue;
      }
      const bool bare =
          monomial.size() == 1 && monomial[0].atom.kind == AtomKind::variable && monomial[0].exponent == SmallRatio{};
      if (!bare || result) return std::nullopt;
      result = Linear{monomial[0].atom, coefficient, {}};
    }
    if (result) result->root.top = scaled(rest, -invert(result->slope), effort_);
    return result;
  }

  const EquivalenceOptions& options_;
  Effort& effort_;
};

Place root_of(const Expression& expression) { return {&expression, expression.root_id()}; }

// "Yes" is a word, although it also reads as a product of variables.
bool short_words(const std::string& text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return text.size() > 1 && std::ranges::all_of(text, letter);
}

// `expression` times `factor`, for the conversion of units.
Expression converted(const Expression& expression, const Rational& factor) {
  Expression result = expression;
  Effort effort;
  const Node& root = result.root();
  if (factor == 1) return result;
  if (root.kind == number)
    result.set_root(result.number(answers::multiply(root.value, factor, effort)));
  else
    result.set_root(result.compound(NodeKind::multiply, {result.number(factor), result.root_id()}));
  return result;
}

// --- canonical forms ---

CanonicalForm canonical_of(Place place, Effort& effort);

CanonicalForm joined(Place place, const char* open, const char* close, bool sorted, Effort& effort) {
  CanonicalForm result{"", true};
  std::vector<std::string> elements;
  for (std::size_t i = 0; i < place.node().children.size(); ++i) {
    CanonicalForm element = canonical_of(place.child(i), effort);
    result.settled = result.settled && element.settled;
    elements.push_back(std::move(element.text));
  }
  if (sorted) std::ranges::sort(elements);
  result.text = open;
  for (std::size_t i = 0; i < elements.size(); ++i) result.text += (i > 0 ? ", " : "") + elements[i];
  result.text += close;
  return result;
}

CanonicalForm canonical_scalar(Place place, Effort& effort) {
  if (const int sign = infinity_sign(place)) return {sign > 0 ? "inf" : "-inf", true};
  try {
    Effort part(effort.left() / 2);
    const Quotient form = normal_form(*place.expression, place.id, part);
    if (const std::optional<std::string> text = canonical_text(form, part)) return {*text, place.node().decimals < 0};
  } catch (const NotComparable&) {  // too large: the expression as written still names it
  }
  return {place.expression->text(place.id), false};
}

CanonicalForm canonical_of(Place place, Effort& effort) {
  const Node& node = place.node();
  switch (node.kind) {
    case tuple: {
      CanonicalForm form = joined(place, "(", ")", false, effort);
      form.settled = form.settled && node.children.size() != 2;  // a pair may be an interval
      return form;
    }
    case set: return {joined(place, "{", "}", true, effort).text, false};  // equals an unordered list
    case list: return {joined(place, "", "", true, effort).text, false};
    case interval: return {joined(place, node.open_left ? "(" : "[", node.open_right ? ")" : "]", false, effort).text, false};
    case set_union: return {joined(place, "union(", ")", true, effort).text, false};
    case matrix: {
      const std::string shape = node.name + "matrix" + std::to_string(node.columns) + "(";
      return joined(place, shape.c_str(), ")", false, effort);
    }
    case relation: return {place.expression->text(place.id), false};
    case degree: return canonical_of(place.child(0), effort);
    default: return canonical_scalar(place, effort);
  }
}

}  // namespace

bool equal_readings(const Reading& gold, const Reading& answer, const EquivalenceOptions& options, Effort& effort) {
  if (gold.word || answer.word) return folded(gold.text) == folded(answer.text);  // R1
  Comparison comparison(options, effort);
  const auto equal = [&](const Expression& g, const Expression& a) { return comparison.equal(root_of(g), root_of(a)); };
  if (gold.expression && answer.expression && equal(*gold.expression, *answer.expression)) return true;
  if (gold.unit && answer.unit) {  // R15
    if (gold.unit->dimensions != answer.unit->dimensions) return false;
    return equal(*gold.without_unit, converted(*answer.without_unit, answer.unit->scale / gold.unit->scale));
  }
  if (gold.expression && !gold.unit && answer.unit && equal(*gold.expression, *answer.without_unit)) return true;
  return short_words(gold.text) && short_words(answer.text) && folded(gold.text) == folded(answer.text);
}

CanonicalForm canonical_form(const Reading& reading, Effort& effort) {
  if (reading.word) return {folded(reading.text), false};  // equals the same letters where they were read as a product
  if (reading.unit) {
    CanonicalForm form = canonical_of(root_of(*reading.without_unit), effort);
    for (const auto& [dimension, exponent] : reading.unit->dimensions)
      form.text += " " + dimension + "^" + std::to_string(exponent);
    if (reading.unit->scale != 1) form.text += " * " + reading.unit->scale.str();
    return {std::move(form.text), false};
  }
  if (reading.expression) return canonical_of(root_of(*reading.expression), effort);
  return {folded(reading.text), true};
}

}  // namespace reckon::answers
