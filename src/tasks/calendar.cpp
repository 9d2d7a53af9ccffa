// A meeting that suits everybody: free times of several people over some days, a duration, a buffer around it, limits of the
// hour, a time that is never possible. Starts lie on a grid of 5 minutes. Source: shape of BA-Calendar (inference-time scaling
// report of Balachandran et al. 2025, arXiv:2504.00294), whose difficulty is the share of slots that do not fit; generator ours.
// Working: the times when all are free, day by day, "Mon 14:00-15:00", then the first start. Instance::words holds the people's
// names; numbers: days, duration, buffer, not before, not after, blocked from, blocked to, earliest, then person, day, from, to
// per free time.
#include <algorithm>
#include <array>
#include <ranges>

#include "search/answers/extract.h"
#include "tasks/generation.h"
#include "tasks/wording.h"
#include "tasks/working_lines.h"

namespace reckon {
namespace {

constexpr int kCalendarVersion = 1;
constexpr std::array<std::string_view, 5> kDays{"Mon", "Tue", "Wed", "Thu", "Fri"};
constexpr std::int64_t kGrid = 5;                                // minutes
constexpr std::int64_t kDayBegins = 8 * 60, kDayEnds = 18 * 60;  // of the slots that are counted

struct CalendarLevel {
  int people_low, people_high, days;
  double loosest, tightest;  // constrainedness: share of slots that do not fit
};
constexpr std::array<CalendarLevel, 5> kCalendarLevels{
    {{2, 2, 1, 0.0, 0.5}, {2, 3, 1, 0.5, 0.7}, {3, 4, 2, 0.7, 0.85}, {4, 5, 3, 0.85, 0.95}, {6, 8, 5, 0.95, 0.99}}};

struct Span {
  std::int64_t from = 0;  // minutes of the day
  std::int64_t to = 0;
};
struct FreeTime {
  int person = 0;
  int day = 0;
  Span span;
};

struct CalendarProblem {
  std::vector<std::string> people;
  int days = 1;
  std::int64_t duration = 30, buffer = 0, not_before = 0, not_after = 24 * 60;
  Span blocked;           // from == to: nothing is
  bool earliest = false;  // only the first fitting start is right
  std::vector<FreeTime> free;

  // People are exchangeable.
  std::string key() const {
    std::vector<std::string> each(people.size());
    for (const FreeTime& f : free) {
      each[static_cast<std::size_t>(f.person)] +=
          std::to_string(f.day) + ':' + std::to_string(f.span.from) + '-' + std::to_string(f.span.to) + ',';
    }
    std::ranges::sort(each);
    std::string key = "calendar|" + joined(each, ";");
    for (const std::int64_t n : {duration, buffer, not_before, not_after, blocked.from, blocked.to, std::int64_t{earliest}}) {
      key += '|' + std::to_string(n);
    }
    return key;
  }
};

std::string clock_text(std::int64_t minutes) {
  return std::to_string(minutes / 60) + (minutes % 60 < 10 ? ":0" : ":") + std::to_string(minutes % 60);
}
std::string span_text(Span span) { return clock_text(span.from) + '-' + clock_text(span.to); }

// Where one free time of every person reaches over, day by day: these are the only places where a meeting with its buffer can
// lie.
std::vector<FreeTime> common_times(const CalendarProblem& problem) {
  std::vector<FreeTime> common;
  for (int day = 0; day < problem.days; ++day) {
    std::vector<Span> spans{{0, 24 * 60}};
    for (int person = 0; person < static_cast<int>(problem.people.size()); ++person) {
      std::vector<Span> next;
      for (const FreeTime& f : problem.free) {
        if (f.person != person || f.day != day) continue;
        for (const Span span : spans) {
          const Span both{std::max(span.from, f.span.from), std::min(span.to, f.span.to)};
          if (both.from < both.to) next.push_back(both);
        }
      }
      std::ranges::sort(next, {}, &Span::from);
      spans = std::move(next);
    }
    for (const Span span : spans) common.push_back({0, day, span});
  }
  return common;
}

struct Slot {
  int day = 0;
  std::int64_t start = 0;
  friend bool operator==(const Slot&, const Slot&) = default;
};

// The constraints one by one, for part marks: everyone free with the buffer, not before, not after, blocked.
std::array<bool, 4> kept(const CalendarProblem& problem, Slot slot) {
  const std::int64_t end = slot.start + problem.duration;
  const bool everyone = std::ranges::all_of(std::views::iota(0, static_cast<int>(problem.people.size())), [&](int person) {
    return std::ranges::any_of(problem.free, [&](const FreeTime& f) {
      return f.person == person && f.day == slot.day && f.span.from <= slot.start - problem.buffer &&
             f.span.to >= end + problem.buffer;
    });
  });
  const bool clear =
      problem.blocked.to <= slot.start || end <= problem.blocked.from || problem.blocked.from == problem.blocked.to;
  return {everyone, slot.start >= problem.not_before, end <= problem.not_after, clear};
}

bool fits(const CalendarProblem& problem, Slot slot) {
  return std::ranges::all_of(kept(problem, slot), [](bool constraint) { return constraint; });
}

std::vector<Slot> fitting(const CalendarProblem& problem) {
  std::vector<Slot> slots;
  for (int day = 0; day < problem.days; ++day) {
    for (std::int64_t start = 0; start + problem.duration <= 24 * 60; start += kGrid) {
      if (fits(problem, {day, start})) slots.push_back({day, start});
    }
  }
  return slots;
}

double constrainedness(const CalendarProblem& problem) {
  const auto starts_a_day = (kDayEnds - kDayBegins - problem.duration) / kGrid + 1;
  return 1 - static_cast<double>(fitting(problem).size()) / static_cast<double>(starts_a_day * problem.days);
}

CalendarProblem draw_calendar(SplitMix64& rng, const CalendarLevel& level) {
  CalendarProblem problem;
  std::vector<std::string> taken;
  problem.people = invented_names(rng, static_cast<std::size_t>(rng.range(level.people_low, level.people_high)), taken);
  problem.days = level.days;
  problem.duration = 15 * rng.range(1, 6);
  problem.buffer = 5 * rng.range(0, 3);
  if (rng.below(2) == 0) problem.not_before = 60 * rng.range(8, 10);
  if (rng.below(2) == 0) problem.not_after = 60 * rng.range(15, 18);
  if (rng.below(2) == 0) {
    problem.blocked.from = 30 * rng.range(22, 28);
    problem.blocked.to = problem.blocked.from + 30 * rng.range(1, 2);
  }
  problem.earliest = rng.below(2) == 0;
  for (int person = 0; person < static_cast<int>(problem.people.size()); ++person) {
    for (int day = 0; day < level.days; ++day) {
      std::int64_t at = kDayBegins + 30 * rng.range(0, 3);
      for (std::int64_t left = rng.range(1, 3); left > 0 && at + 60 <= kDayEnds; --left) {
        const std::int64_t to = std::min(kDayEnds, at + 30 * rng.range(2, 11));
        problem.free.push_back({person, day, {at, to}});
        at = to + 30 * rng.range(1, 3);
      }
    }
  }
  return problem;
}

std::string slot_text(const CalendarProblem& problem, Slot slot) {
  return std::string(kDays[static_cast<std::size_t>(slot.day)]) + ' ' + span_text({slot.start, slot.start + problem.duration});
}

std::string common_lines(const CalendarProblem& problem) {
  std::string lines;
  for (const FreeTime& f : common_times(problem)) {
    lines += std::string(kDays[static_cast<std::size_t>(f.day)]) + ' ' + span_text(f.span) + '\n';
  }
  return lines.empty() ? "never\n" : lines;
}

std::string answer_of(const CalendarProblem& problem) {
  const std::vector<Slot> slots = fitting(problem);
  return slots.empty() ? "none" : slot_text(problem, slots.front());
}

std::string prompt_of(const CalendarProblem& problem) {
  std::string text;
  for (std::size_t person = 0; person < problem.people.size(); ++person) {
    text += problem.people[person];
    int day = -1;
    for (const FreeTime& f : problem.free) {
      if (static_cast<std::size_t>(f.person) != person) continue;
      if (f.day != day) text.append(1, ' ').append(kDays[static_cast<std::size_t>(f.day)]);
      day = f.day;
      text += ' ' + span_text(f.span);
    }
    text += person + 1 < problem.people.size() ? "; " : ". ";
  }
  text += std::to_string(problem.duration) + " min";
  if (problem.buffer > 0) text += ", buffer " + std::to_string(problem.buffer);
  if (problem.not_before > 0) text += ", not before " + clock_text(problem.not_before);
  if (problem.not_after < 24 * 60) text += ", not after " + clock_text(problem.not_after);
  if (problem.blocked.from < problem.blocked.to) text += ", never " + span_text(problem.blocked);
  return text + (problem.earliest ? ", earliest." : ".");
}

CalendarProblem calendar_problem_of(const Instance& instance) {
  const std::vector<std::int64_t>& n = instance.numbers;
  CalendarProblem problem{.people = instance.words,
                          .days = static_cast<int>(n.at(0)),
                          .duration = n.at(1),
                          .buffer = n.at(2),
                          .not_before = n.at(3),
                          .not_after = n.at(4),
                          .blocked = {n.at(5), n.at(6)},
                          .earliest = n.at(7) != 0,
                          .free = {}};
  for (std::size_t i = 8; i + 3 < n.size(); i += 4) {
    problem.free.push_back({static_cast<int>(n[i]), static_cast<int>(n[i + 1]), {n[i + 2], n[i + 3]}});
  }
  return problem;
}

// "Mon 14:00-14:45", and nothing else.
std::optional<std::pair<Slot, std::int64_t>> read_slot(const CalendarProblem& problem, std::string_view text) {
  const auto day = std::ranges::find(kDays, text.substr(0, 3));
  if (day == kDays.end() || day - kDays.begin() >= problem.days || text.size() < 4 || text.size() > 24 || text[3] != ' ')
    return std::nullopt;
  if (text.find_first_not_of("0123456789:- ", 4) != std::string_view::npos) return std::nullopt;
  const auto numbers = numbers_in(text.substr(4), 4);
  if (!numbers || numbers->size() != 4) return std::nullopt;
  const auto& n = *numbers;
  // The dash before the third number reads as its sign.
  const std::int64_t start = n[0] * 60 + n[1];
  const std::int64_t end = std::abs(n[2]) * 60 + n[3];
  const bool clock = n[0] >= 0 && n[0] < 24 && n[1] >= 0 && n[1] < 60 && std::abs(n[2]) < 25 && n[3] >= 0 && n[3] < 60;
  if (!clock) return std::nullopt;
  return std::pair{Slot{static_cast<int>(day - kDays.begin()), start}, end};
}

class Calendar final : public GeneratedTask {
 public:
  explicit Calendar(const Parameters& parameters) : GeneratedTask(parameters), infeasible_(parameters.number("infeasible")) {}

  Instance generate(Split split, int level, std::uint64_t index) const override {
    Instance instance = instance_at("calendar", kCalendarVersion, split, level, index);
    SplitMix64 rng(fnv1a(instance.id));
    const CalendarLevel& knobs = kCalendarLevels[static_cast<std::size_t>(level - 1)];
    const bool impossible = static_cast<double>(rng.below(1000)) < 1000 * infeasible_;
    const CalendarProblem problem = draw_in_split(
        rng, split, [&](SplitMix64& r) { return draw_calendar(r, knobs); },
        [&](const CalendarProblem& p) {
          const double tightness = constrainedness(p);
          return impossible ? tightness == 1 : tightness >= knobs.loosest && tightness <= knobs.tightest;
        });
    instance.family = impossible ? "impossible" : problem.earliest ? "earliest" : "any slot";
    instance.key = problem.key();
    instance.words = problem.people;
    instance.numbers = {problem.days,      problem.duration,     problem.buffer,     problem.not_before,
                        problem.not_after, problem.blocked.from, problem.blocked.to, problem.earliest ? 1 : 0};
    for (const FreeTime& f : problem.free)
      instance.numbers.insert(instance.numbers.end(), {f.person, f.day, f.span.from, f.span.to});
    instance.prompt = prompt_of(problem);
    instance.gold = answer_of(problem);
    instance.reference = worked_solution(common_lines(problem), instance.gold);
    return instance;
  }

  std::optional<std::string> solve(const Instance& instance) const override {
    const CalendarProblem problem = calendar_problem_of(instance);
    return worked_solution(common_lines(problem), answer_of(problem));
  }

  // Right when every constraint holds; part marks are the share of those that do.
  Verdict check(const Instance& instance, std::string_view text) const override {
    return with_shares(judge(instance, text), {"constraints kept"});
  }
  Verdict judge(const Instance& instance, std::string_view text) const {
    const std::optional<std::string> answer = extract_answer(text);
    if (!answer) return unanswered();
    const CalendarProblem problem = calendar_problem_of(instance);
    const std::vector<Slot> slots = fitting(problem);
    if (*answer == "none") return judged(*answer, slots.empty(), slots.empty() ? "right" : "a time exists");
    const auto read = read_slot(problem, *answer);
    if (!read) return judged(*answer, false, "not a day and a time, as in Mon 14:00-14:45");
    const auto& [slot, end] = *read;
    if (end != slot.start + problem.duration) return judged(*answer, false, "another duration");
    const std::array<bool, 4> constraints = kept(problem, slot);
    double passed = static_cast<double>(std::ranges::count(constraints, true));
    double all = 4;
    if (slot.start % kGrid != 0) all += 1;  // one more that is broken
    const bool first = !slots.empty() && slots.front() == slot;
    if (problem.earliest) {
      all += 1;
      passed += first ? 1 : 0;
    }
    Verdict verdict = judged(*answer, passed == all, passed == all ? "right" : "a constraint is broken", 0.1 * passed / all);
    verdict.measures = {{"constraints kept", passed / all}};
    return verdict;
  }

  std::vector<StepVerdict> check_steps(const Instance& instance, std::string_view text) const override {
    return lines_as_expected(working_lines(text), common_lines(calendar_problem_of(instance)));
  }

 protected:
  std::string rules(const Instance&) const override {
    return "Each person's free times are given. Find a time for a meeting of the given length such that everybody is free from "
           "buffer "
           "minutes before it to buffer minutes after it, on multiples of 5 minutes. 'earliest' asks for the first such time. "
           "The "
           "answer is day, start and end, as in Mon 14:00-14:45, or none.";
  }

 private:
  double infeasible_;
};

}  // namespace

TaskEntry calendar_entry() {
  return {
      .name = "calendar",
      .summary = "find a time for a meeting that suits everybody",
      .source = "shape of BA-Calendar, arXiv:2504.00294; generator and levels are ours",
      .parameters = generated_task_parameters("1+2", {{"infeasible", 0.1, "share of problems without a time", 0, 1}}),
      .make = [](const Parameters& parameters) -> std::unique_ptr<const Task> { return std::make_unique<Calendar>(parameters); }};
}

}  // namespace reckon
