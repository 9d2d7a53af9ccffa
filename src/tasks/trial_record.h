// Invented records of clinical trials for `trialnli`: two arms, who may take part, doses, results and adverse events, as
// structure and as numbered lines.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/rng.h"

namespace reckon {

struct LabLimit {
  std::string name, unit;
  bool at_least;
  std::int64_t tenths;  // the limit
};

struct TrialArm {
  std::string drug;
  std::int64_t milligrams, per_day, days;
  std::int64_t patients, responders;
  std::int64_t progression_tenths;   // months
  std::vector<std::int64_t> events;  // patients with each of the trial's adverse events
};

// What a line says; `index` is the limit, the exclusion or the event.
enum class TrialField : std::uint8_t { filler, age, lab, exclusion, dose, patients, response, progression, event };
struct TrialLine {
  TrialField field;
  std::size_t arm, index;
  std::string text;
};

struct TrialRecord {
  std::int64_t youngest, oldest;
  std::vector<LabLimit> labs = {};
  std::vector<std::string> exclusions = {};
  std::vector<std::string> event_names = {};
  std::array<TrialArm, 2> arms = {};
  std::vector<TrialLine> lines = {};               // numbered from 0
  std::array<std::size_t, 4> section_begins = {};  // eligibility, intervention, results, adverse events

  std::size_t line_of(TrialField field, std::size_t arm, std::size_t index) const;
};

struct TrialSize {
  int labs, exclusions, events;  // at most 4, 4 and 10
  int fillers;                   // lines of each section that say nothing that is asked for
};
// `event_names`: of another trial, to be shared; empty: new ones.
TrialRecord draw_trial(SplitMix64& rng, const TrialSize& size, std::vector<std::string> event_names);

// "ELIGIBILITY" and so on as headings, lines "P0: age 18 to 75 years".
std::string trial_text(const TrialRecord& record, char letter);

}  // namespace reckon
