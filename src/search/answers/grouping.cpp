#include "search/answers/grouping.h"

#include <algorithm>
#include <exception>
#include <map>
#include <numeric>
#include <utility>

#include "search/answers/comparison.h"

namespace reckon {
namespace {

using namespace answers;

constexpr std::size_t kMaxPairwise = 64;  // distinct forms that are compared with each other: card 1.4

struct Form {  // one distinct canonical form
  Reading reading;
  CanonicalForm canonical;
  std::vector<std::size_t> members;
};

CanonicalForm safe_canonical(const Reading& reading) {
  try {
    Effort effort(300'000);
    if (!reading.limit) return canonical_form(reading, effort);
  } catch (const NotComparable&) {   // too large: the answer as written still names it
  } catch (const std::exception&) {  // arithmetic of the number library out of its range: likewise
  }
  return {reading.text, true};
}

bool safe_equal(const Reading& a, const Reading& b, Effort& total) {
  Effort effort(std::min<std::uint64_t>(total.left(), 300'000));
  const std::uint64_t before = effort.left();
  bool equal = false;
  try {
    equal = equal_readings(a, b, {}, effort);
  } catch (const NotComparable&) {   // what could not be compared is kept apart
  } catch (const std::exception&) {  // arithmetic of the number library out of its range: likewise
  }
  total.charge(before - effort.left());
  return equal;
}

std::vector<Form> distinct_forms(std::span<const std::string> answers) {
  std::vector<Form> forms;
  std::map<std::string_view, std::size_t> by_text;
  std::map<std::pair<bool, std::string>, std::size_t> by_canonical;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (is_blank(answers[i])) continue;
    const auto [text, fresh] = by_text.try_emplace(answers[i], 0);
    if (fresh) {
      Reading reading = read_answer(answers[i]);
      CanonicalForm canonical = safe_canonical(reading);
      const auto [form, new_form] = by_canonical.try_emplace({reading.comparable(), canonical.text}, forms.size());
      text->second = form->second;
      if (new_form)
        forms.push_back({std::move(reading), std::move(canonical), {}});
      else
        forms[form->second].canonical.settled &= canonical.settled;
    }
    forms[text->second].members.push_back(i);
  }
  return forms;
}

class UnionFind {
 public:
  explicit UnionFind(std::size_t size) : parent_(size) { std::iota(parent_.begin(), parent_.end(), std::size_t{0}); }
  std::size_t find(std::size_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void join(std::size_t a, std::size_t b) {
    a = find(a);
    b = find(b);
    parent_[std::max(a, b)] = std::min(a, b);  // the root is the form seen first
  }

 private:
  std::vector<std::size_t> parent_;
};

void join_equal_forms(const std::vector<Form>& forms, UnionFind& classes) {
  Effort total(10'000'000);  // for all pairs together
  const std::size_t limit = std::min(forms.size(), kMaxPairwise);
  for (std::size_t i = 0; i < limit; ++i) {
    for (std::size_t j = i + 1; j < limit; ++j) {
      const Form& a = forms[i];
      const Form& b = forms[j];
      const bool decided = a.canonical.settled && b.canonical.settled;
      if (decided || !a.reading.comparable() || !b.reading.comparable() || total.left() < 1000) continue;
      if (classes.find(i) == classes.find(j)) continue;
      if (safe_equal(a.reading, b.reading, total) || safe_equal(b.reading, a.reading, total)) classes.join(i, j);
    }
  }
}

}  // namespace

std::vector<AnswerGroup> group_answers(std::span<const std::string> answers) {
  std::vector<Form> forms = distinct_forms(answers);
  UnionFind classes(forms.size());
  join_equal_forms(forms, classes);
  std::vector<AnswerGroup> groups;
  std::map<std::size_t, std::size_t> group_of;
  for (std::size_t i = 0; i < forms.size(); ++i) {
    const auto [group, fresh] = group_of.try_emplace(classes.find(i), groups.size());
    if (fresh) {
      groups.push_back({answers[forms[i].members.front()], forms[i].canonical.text, forms[i].reading.comparable(), {}});
    }
    auto& members = groups[group->second].members;
    members.insert(members.end(), forms[i].members.begin(), forms[i].members.end());
  }
  for (AnswerGroup& group : groups) std::ranges::sort(group.members);
  return groups;
}

}  // namespace reckon
