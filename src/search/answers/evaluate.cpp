#include "search/answers/evaluate.h"

#include <cstdlib>
#include <string>

#include "base/rng.h"

namespace reckon::answers {
namespace {

__extension__ using Wide = unsigned __int128;
constexpr std::uint64_t kPrime = (std::uint64_t{1} << 61) - 1;

std::uint64_t reduce(Wide value) {
  const auto low = static_cast<std::uint64_t>(value & kPrime);
  const auto high = static_cast<std::uint64_t>(value >> 61);
  const std::uint64_t total = low + high;
  return total >= kPrime ? total - kPrime : total;
}

std::uint64_t field_multiply(std::uint64_t a, std::uint64_t b) { return reduce(static_cast<Wide>(a) * b); }

std::uint64_t field_power(std::uint64_t base, std::uint64_t exponent) {
  std::uint64_t result = 1;
  for (; exponent > 0; exponent >>= 1) {
    if (exponent & 1) result = field_multiply(result, base);
    base = field_multiply(base, base);
  }
  return result;
}

std::uint64_t field_residue(const BigInt& value) {
  const BigInt residue = value % kPrime;
  return static_cast<std::uint64_t>(residue < 0 ? BigInt(residue + kPrime) : residue);
}

std::uint64_t random_word(const std::string& name, unsigned point) { return SplitMix64(fnv1a(name) + point).next(); }

}  // namespace

std::optional<Rational> rational_value(const Expression& expression, NodeId id, Effort& effort) {
  const Node& node = expression.node(id);
  if (node.kind == NodeKind::number) return node.value;
  const bool sums = node.kind == NodeKind::add;
  if (sums || node.kind == NodeKind::multiply) {
    Rational total = sums ? 0 : 1;
    for (const NodeId child : node.children) {
      const std::optional<Rational> value = rational_value(expression, child, effort);
      if (!value) return std::nullopt;
      total = sums ? add(total, *value, effort) : multiply(total, *value, effort);
    }
    return total;
  }
  if (node.kind == NodeKind::power) {
    const std::optional<Rational> base = rational_value(expression, node.children[0], effort);
    const std::optional<Rational> exponent = base ? rational_value(expression, node.children[1], effort) : std::nullopt;
    if (!exponent || !is_integer(*exponent)) return std::nullopt;
    const std::optional<std::int64_t> small = small_integer(*exponent);
    if (!small) throw NotComparable{"exponent too large", true};
    return power(*base, *small, effort);
  }
  if (node.kind == NodeKind::function && node.name == "factorial") {
    const std::optional<Rational> n = rational_value(expression, node.children[0], effort);
    if (n && is_integer(*n)) return Rational(factorial(numerator(*n), effort));
  }
  return std::nullopt;
}

std::optional<std::uint64_t> field_value(const Expression& expression, NodeId id, unsigned point, Effort& effort) {
  const Node& node = expression.node(id);
  effort.charge(4);
  switch (node.kind) {
    case NodeKind::number: {
      const std::uint64_t bottom = field_residue(denominator(node.value));
      if (bottom == 0) return std::nullopt;
      return field_multiply(field_residue(numerator(node.value)), field_power(bottom, kPrime - 2));
    }
    case NodeKind::symbol:
      if (node.name == "i") return std::nullopt;  // pi and e are as good as variables: no rational relation binds them here
      return random_word(node.name, point) % kPrime;
    case NodeKind::add:
    case NodeKind::multiply: {
      std::uint64_t total = node.kind == NodeKind::add ? 0 : 1;
      for (const NodeId child : node.children) {
        const std::optional<std::uint64_t> value = field_value(expression, child, point, effort);
        if (!value) return std::nullopt;
        total = node.kind == NodeKind::add ? reduce(static_cast<Wide>(total) + *value) : field_multiply(total, *value);
      }
      return total;
    }
    case NodeKind::power: {
      const std::optional<std::uint64_t> base = field_value(expression, node.children[0], point, effort);
      const std::optional<Rational> exponent = base ? rational_value(expression, node.children[1], effort) : std::nullopt;
      const std::optional<std::int64_t> small = exponent ? small_integer(*exponent) : std::nullopt;
      if (!small || (*small < 0 && *base == 0)) return std::nullopt;
      const std::uint64_t magnitude = field_power(*base, static_cast<std::uint64_t>(std::abs(*small)));
      return *small < 0 ? field_power(magnitude, kPrime - 2) : magnitude;
    }
    default: return std::nullopt;
  }
}

}  // namespace reckon::answers
