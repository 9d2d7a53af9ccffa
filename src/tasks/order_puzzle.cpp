#include "tasks/order_puzzle.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <numeric>

namespace reckon {
namespace {

constexpr int kMostPeople = 8;
constexpr std::array<std::string_view, kMostPeople> kOrdinals{"first", "second", "third",   "fourth",
                                                              "fifth", "sixth",  "seventh", "eighth"};
constexpr std::array<std::string_view, 7> kCounts{"no", "one", "two", "three", "four", "five", "six"};
using Places = std::array<int, kMostPeople>;  // where each stands; -1: not yet placed

bool holds_at(const OrderConstraint& c, const Places& place) {
  const int a = place[static_cast<std::size_t>(c.first)];
  const int b = place[static_cast<std::size_t>(c.second)];
  switch (c.kind) {
    case ConstraintKind::before: return a < b;
    case ConstraintKind::just_before: return a + 1 == b;
    case ConstraintKind::adjacent: return std::abs(a - b) == 1;
    case ConstraintKind::not_adjacent: return std::abs(a - b) != 1;
    case ConstraintKind::at: return a == c.value;
    case ConstraintKind::not_at: return a != c.value;
    case ConstraintKind::between: return std::abs(a - b) == c.value + 1;
    case ConstraintKind::either_at: return a == c.value / 16 || b == c.value % 16;
    case ConstraintKind::if_at: return a != c.value / 16 || b == c.value % 16;
  }
  return false;
}

bool about_one(ConstraintKind kind) { return kind == ConstraintKind::at || kind == ConstraintKind::not_at; }

Places places_of(const Order& order) {
  Places places{};
  for (std::size_t i = 0; i < order.size(); ++i) places[static_cast<std::size_t>(order[i])] = static_cast<int>(i);
  return places;
}

// Person after person onto free places; a constraint is tried as soon as all it speaks of are placed. Stops above `most` orders.
class Enumeration {
 public:
  Enumeration(int people, std::span<const OrderConstraint> constraints, std::size_t most) : people_(people), most_(most) {
    for (const OrderConstraint& c : constraints) {
      const int last = about_one(c.kind) ? c.first : std::max(c.first, c.second);
      due_[static_cast<std::size_t>(last)].push_back(c);
    }
  }
  std::vector<Places> run() {
    place(0, 0);
    return std::move(found_);
  }

 private:
  void place(int who, unsigned taken) {
    if (who == people_) {
      found_.push_back(places_);
      return;
    }
    for (int position = 0; position < people_ && found_.size() <= most_; ++position) {
      if (taken >> position & 1U) continue;
      places_[static_cast<std::size_t>(who)] = position;
      const auto& due = due_[static_cast<std::size_t>(who)];
      const bool sound = std::ranges::all_of(due, [&](const OrderConstraint& c) { return holds_at(c, places_); });
      if (sound) place(who + 1, taken | 1U << position);
    }
  }

  int people_;
  std::size_t most_;
  std::array<std::vector<OrderConstraint>, kMostPeople> due_;
  Places places_{};
  std::vector<Places> found_;
};

constexpr std::size_t kAll = 1 << 20;

std::size_t count_up_to(int people, std::span<const OrderConstraint> constraints, std::size_t most) {
  return Enumeration(people, constraints, most).run().size();
}

// A constraint that is true of the order.
OrderConstraint draw_true(SplitMix64& rng, const Order& order) {
  const int people = static_cast<int>(order.size());
  const Places places = places_of(order);
  for (;;) {
    OrderConstraint c;
    c.kind = static_cast<ConstraintKind>(rng.below(9));
    c.first = static_cast<int>(rng.range(0, people - 1));
    c.second = static_cast<int>(rng.range(0, people - 2));
    if (c.second >= c.first) ++c.second;
    const auto position = [&] { return static_cast<int>(rng.range(0, people - 1)); };
    if (about_one(c.kind)) {
      c.value = position();
      c.second = c.first;
    } else if (c.kind == ConstraintKind::between) {
      c.value = static_cast<int>(rng.range(1, std::max(1, people - 3)));
    } else if (c.kind == ConstraintKind::either_at || c.kind == ConstraintKind::if_at) {
      c.value = position() * 16;
      c.value += position();
      if (c.kind == ConstraintKind::if_at && c.value / 16 == c.value % 16) continue;
    }
    if (holds_at(c, places)) return c;
  }
}

}  // namespace

char person_name(int who) { return static_cast<char>('F' + who); }
std::string_view ordinal(int position) { return kOrdinals[static_cast<std::size_t>(position)]; }

std::string sentence(const OrderConstraint& c) {
  const std::string a(1, person_name(c.first));
  const std::string b(1, person_name(c.second));
  const auto place = [](int position) { return std::string(ordinal(position)); };
  switch (c.kind) {
    case ConstraintKind::before: return a + " is somewhere before " + b;
    case ConstraintKind::just_before: return a + " is immediately before " + b;
    case ConstraintKind::adjacent: return a + " is next to " + b;
    case ConstraintKind::not_adjacent: return a + " is not next to " + b;
    case ConstraintKind::at: return a + " is " + place(c.value);
    case ConstraintKind::not_at: return a + " is not " + place(c.value);
    case ConstraintKind::between:
      return "Exactly " + std::string(kCounts[static_cast<std::size_t>(c.value)]) +
             (c.value == 1 ? " person is" : " people are") + " between " + a + " and " + b;
    case ConstraintKind::either_at:
      return a + " is " + place(c.value / 16) + " or " + b + " is " + place(c.value % 16) + ", or both";
    case ConstraintKind::if_at: return "If " + a + " is " + place(c.value / 16) + " then " + b + " is " + place(c.value % 16);
  }
  return "";
}

std::string order_text(const Order& order) {
  std::string text;
  for (const int who : order) text.append(text.empty() ? "" : " ").append(1, person_name(who));
  return text;
}

bool holds(const OrderConstraint& constraint, const Order& order) { return holds_at(constraint, places_of(order)); }

bool all_hold(std::span<const OrderConstraint> constraints, const Order& order) {
  const Places places = places_of(order);
  return std::ranges::all_of(constraints, [&](const OrderConstraint& c) { return holds_at(c, places); });
}

std::vector<Order> orders_left(int people, std::span<const OrderConstraint> constraints) {
  std::vector<Order> orders;
  for (const Places& places : Enumeration(people, constraints, kAll).run()) {
    Order order(static_cast<std::size_t>(people));
    for (int who = 0; who < people; ++who) order[static_cast<std::size_t>(places[static_cast<std::size_t>(who)])] = who;
    orders.push_back(std::move(order));
  }
  std::ranges::sort(orders);
  return orders;
}

std::vector<OrderConstraint> draw_constraints(SplitMix64& rng, int people, std::size_t fewest, std::size_t most) {
  for (;;) {
    Order truth(static_cast<std::size_t>(people));
    std::iota(truth.begin(), truth.end(), 0);
    shuffle(truth, rng);
    // All orders of many people are many: they are written down once some constraints hold. What those say twice is taken out
    // below.
    std::vector<OrderConstraint> constraints;
    while (static_cast<int>(constraints.size()) < people - 5) constraints.push_back(draw_true(rng, truth));
    std::vector<Places> models = Enumeration(people, constraints, kAll).run();
    std::size_t left = models.size();
    while (left > most) {
      const OrderConstraint next = draw_true(rng, truth);
      std::erase_if(models, [&](const Places& places) { return !holds_at(next, places); });
      if (models.size() == left) continue;  // it said nothing new
      left = models.size();
      constraints.push_back(next);
    }
    if (left < fewest) continue;
    for (std::size_t i = constraints.size(); i-- > 0;) {  // the later ones say more: try the early ones last
      std::vector<OrderConstraint> without = constraints;
      without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
      if (count_up_to(people, without, left) == left) constraints = std::move(without);
    }
    shuffle(constraints, rng);
    return constraints;
  }
}

}  // namespace reckon
