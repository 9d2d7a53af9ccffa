#include "tasks/trial_record.h"

#include <algorithm>
#include <string_view>

#include "base/error.h"
#include "tasks/wording.h"
#include "tasks/written.h"

namespace reckon {
namespace {

struct LabKind {
  const char* name;
  const char* unit;
  bool at_least;
  std::int64_t low, high;  // tenths
};
constexpr std::array<LabKind, 4> kLabs{{{"haemoglobin", "g/dL", true, 80, 110},
                                        {"creatinine", "mg/dL", false, 12, 25},
                                        {"platelets", "x10^9/L", true, 750, 1200},
                                        {"bilirubin", "mg/dL", false, 10, 30}}};
constexpr std::array<std::string_view, 4> kExclusions{"pregnancy", "active infection", "heart failure", "earlier chemotherapy"};
constexpr std::array<std::string_view, 10> kEvents{"nausea", "fever",     "rash",    "headache", "fatigue",
                                                   "cough",  "diarrhoea", "anaemia", "insomnia", "dizziness"};
constexpr std::array<std::array<std::string_view, 6>, 4> kFillers{{
    {"written consent given", "able to swallow tablets", "a confirmed diagnosis", "willing to keep a diary",
     "no other trial in the last 6 months", "a life expectancy of 12 weeks or more"},
    {"doses taken with water", "doses may be delayed by 3 days", "blood drawn before each visit", "premedication as usual",
     "visits every 4 weeks", "treatment stops at progression"},
    {"outcome read by two reviewers", "intention to treat", "follow-up of 12 months", "scans every 8 weeks",
     "no patient was lost", "analysis after 40 events"},
    {"graded by common criteria", "collected to 30 days after the last dose", "no death was due to treatment",
     "reported by the patients", "serious ones were reviewed", "coded by one reader"},
}};
constexpr std::array<std::string_view, 4> kHeadings{"ELIGIBILITY", "INTERVENTION", "RESULTS", "ADVERSE EVENTS"};

std::string arm_prefix(std::size_t arm) { return "arm " + std::to_string(arm + 1) + ": "; }

TrialArm draw_arm(SplitMix64& rng, std::size_t events, std::vector<std::string>& names) {
  TrialArm arm{.drug = invented_names(rng, 1, names).front(),
               .milligrams = 10 * rng.range(1, 30),
               .per_day = rng.range(1, 3),
               .days = 7 * rng.range(1, 8),
               .patients = rng.range(30, 150),
               .responders = 0,
               .progression_tenths = rng.range(20, 150),
               .events = {}};
  arm.responders = rng.range(3, arm.patients - 5);
  for (std::size_t i = 0; i < events; ++i) arm.events.push_back(rng.range(2, arm.patients / 2));
  return arm;
}

// Lines of one section, with fillers put among them at random.
void add_section(TrialRecord& record, SplitMix64& rng, std::size_t section, std::vector<TrialLine> lines, int fillers) {
  record.section_begins[section] = record.lines.size();
  for (int i = 0; i < fillers; ++i) {
    TrialLine filler{TrialField::filler, 0, 0, std::string(one_of(kFillers[section], rng))};
    lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(rng.below(lines.size() + 1)), std::move(filler));
  }
  record.lines.insert(record.lines.end(), lines.begin(), lines.end());
}

std::vector<TrialLine> eligibility(const TrialRecord& record) {
  std::vector<TrialLine> lines;
  lines.push_back(
      {TrialField::age, 0, 0, "age " + std::to_string(record.youngest) + " to " + std::to_string(record.oldest) + " years"});
  for (std::size_t i = 0; i < record.labs.size(); ++i) {
    const LabLimit& lab = record.labs[i];
    lines.push_back({TrialField::lab, 0, i,
                     lab.name + (lab.at_least ? " at least " : " at most ") + tenths_text(lab.tenths) + ' ' + lab.unit});
  }
  for (std::size_t i = 0; i < record.exclusions.size(); ++i) {
    lines.push_back({TrialField::exclusion, 0, i, "excluded: " + record.exclusions[i]});
  }
  return lines;
}

std::string dose_text(const TrialArm& arm) {
  constexpr std::array<const char*, 3> kTimes{" once", " twice", " three times"};
  return std::to_string(arm.milligrams) + " mg of " + arm.drug + kTimes.at(static_cast<std::size_t>(arm.per_day - 1)) +
         " daily for " + std::to_string(arm.days) + " days";
}

}  // namespace

std::size_t TrialRecord::line_of(TrialField field, std::size_t arm, std::size_t index) const {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].field == field && lines[i].arm == arm && lines[i].index == index) return i;
  }
  throw Error(ErrorCode::internal, "a trial has no such line");
}

TrialRecord draw_trial(SplitMix64& rng, const TrialSize& size, std::vector<std::string> event_names) {
  TrialRecord record{.youngest = rng.range(16, 40), .oldest = rng.range(60, 85), .event_names = std::move(event_names)};
  for (int i = 0; i < size.labs; ++i) {
    const LabKind& kind = kLabs.at(static_cast<std::size_t>(i));
    record.labs.push_back({kind.name, kind.unit, kind.at_least, rng.range(kind.low, kind.high)});
  }
  for (int i = 0; i < size.exclusions; ++i) record.exclusions.emplace_back(kExclusions.at(static_cast<std::size_t>(i)));
  if (record.event_names.empty()) {
    std::vector<std::string> all(kEvents.begin(), kEvents.end());
    shuffle(all, rng);
    record.event_names.assign(all.begin(), all.begin() + size.events);
  }
  std::vector<std::string> names;
  for (TrialArm& arm : record.arms) arm = draw_arm(rng, record.event_names.size(), names);

  std::vector<TrialLine> doses, results, events;
  for (std::size_t a = 0; a < record.arms.size(); ++a) {
    const TrialArm& arm = record.arms[a];
    doses.push_back({TrialField::dose, a, 0, arm_prefix(a) + dose_text(arm)});
    results.push_back({TrialField::patients, a, 0, arm_prefix(a) + std::to_string(arm.patients) + " patients treated"});
    results.push_back({TrialField::response, a, 0,
                       arm_prefix(a) + std::to_string(arm.responders) + " of " + std::to_string(arm.patients) + " responded"});
    results.push_back({TrialField::progression, a, 0,
                       arm_prefix(a) + "median time to progression " + tenths_text(arm.progression_tenths) + " months"});
    for (std::size_t i = 0; i < arm.events.size(); ++i) {
      events.push_back(
          {TrialField::event, a, i,
           arm_prefix(a) + record.event_names[i] + ' ' + std::to_string(arm.events[i]) + " of " + std::to_string(arm.patients)});
    }
  }
  add_section(record, rng, 0, eligibility(record), size.fillers);
  add_section(record, rng, 1, std::move(doses), size.fillers);
  add_section(record, rng, 2, std::move(results), size.fillers);
  add_section(record, rng, 3, std::move(events), size.fillers);
  return record;
}

std::string trial_text(const TrialRecord& record, char letter) {
  std::string text;
  for (std::size_t i = 0; i < record.lines.size(); ++i) {
    const auto section = std::ranges::find(record.section_begins, i);
    if (section != record.section_begins.end()) {
      text.append(kHeadings.at(static_cast<std::size_t>(section - record.section_begins.begin()))).append("\n");
    }
    text.append(1, letter).append(std::to_string(i)).append(": ").append(record.lines[i].text).append("\n");
  }
  return text;
}

}  // namespace reckon
