#include "tasks/trial_claim.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "tasks/wording.h"
#include "tasks/written.h"

namespace reckon {
namespace {

using Evidence = std::vector<std::pair<std::size_t, std::size_t>>;

// Something that lines give: `over` is what it is a share of, 1 for whole numbers.
struct Quantity {
  std::string words;
  std::int64_t value = 0;
  std::int64_t over = 1;
  std::string unit = {};
  Evidence evidence = {};
  std::string found() const { return std::to_string(value) + (over == 1 ? "" : '/' + std::to_string(over)); }
};

std::string of_trial(std::size_t trial) { return trial == 0 ? " of the primary trial" : " of the secondary trial"; }
std::string of_arm(std::size_t arm, std::size_t trial) { return "arm " + std::to_string(arm + 1) + of_trial(trial); }

class Drawer {
 public:
  Drawer(SplitMix64& rng, std::span<const TrialRecord> trials) : rng_(rng), trials_(trials) {
    trial_ = rng.below(trials.size());
    arm_ = rng.below(2);
  }

  TrialClaim claim(std::string_view family, bool holds, bool deep) {
    if (family == "lookup") return about(lookup(), holds);
    if (family == "arithmetic") return about(arithmetic(deep), holds);
    if (family == "conversion") return conversion(holds);
    if (family == "comparison") return comparison(holds, deep);
    if (family == "quantifier") return quantifier(holds);
    if (family == "inclusion") return inclusion(holds);
    throw Error(ErrorCode::internal, "no such family of claims", std::string(family));
  }

 private:
  const TrialRecord& record() const { return trials_[trial_]; }
  const TrialArm& arm() const { return record().arms.at(arm_); }
  std::pair<std::size_t, std::size_t> line(TrialField field, std::size_t arm, std::size_t index = 0) const {
    return {trial_, record().line_of(field, arm, index)};
  }
  std::size_t any_event() { return rng_.below(record().event_names.size()); }
  std::string with_event(std::size_t event) const { return "patients with " + record().event_names[event]; }

  Quantity lookup() {
    const std::string here = of_arm(arm_, trial_);
    switch (rng_.below(5)) {
      case 0: return {"the number of patients treated in " + here, arm().patients, 1, "", {line(TrialField::patients, arm_)}};
      case 1:
        return {"the number of patients who responded in " + here, arm().responders, 1, "", {line(TrialField::response, arm_)}};
      case 2: return {"a single dose in " + here, arm().milligrams, 1, " mg", {line(TrialField::dose, arm_)}};
      default: {
        const std::size_t event = any_event();
        return {"the number of " + with_event(event) + " in " + here,
                arm().events[event],
                1,
                "",
                {line(TrialField::event, arm_, event)}};
      }
    }
  }
  Quantity arithmetic(bool deep) {
    const std::size_t event = any_event();
    const std::string here = of_arm(arm_, trial_);
    switch (rng_.below(deep ? 5 : 4)) {
      case 0: return both_arms(event);
      case 1: {
        const std::size_t other = (event + 1) % record().event_names.size();
        const bool more = arm().events[event] >= arm().events[other];
        const std::size_t high = more ? event : other;
        const std::size_t low = more ? other : event;
        return {"the number of " + with_event(high) + " less that of " + with_event(low) + " in " + here,
                arm().events[high] - arm().events[low],
                1,
                "",
                {line(TrialField::event, arm_, high), line(TrialField::event, arm_, low)}};
      }
      case 2:
        return {"the share of " + with_event(event) + " in " + here,
                100 * arm().events[event],
                arm().patients,
                " percent",
                {line(TrialField::event, arm_, event)}};
      case 3:
        return {"the whole amount taken by a patient of " + here,
                arm().milligrams * arm().per_day * arm().days,
                1,
                " mg",
                {line(TrialField::dose, arm_)}};
      default: {
        Quantity first = both_arms(event);
        const std::size_t other = (event + 1) % record().event_names.size();
        const Quantity second = both_arms(other);
        first.words = "the cases of " + record().event_names[event] + " and of " + record().event_names[other] + " in both arms" +
                      of_trial(trial_) + " together";
        first.value += second.value;
        first.evidence.insert(first.evidence.end(), second.evidence.begin(), second.evidence.end());
        return first;
      }
    }
  }
  Quantity both_arms(std::size_t event) const {
    return {"the number of " + with_event(event) + " in both arms" + of_trial(trial_) + " together",
            record().arms[0].events[event] + record().arms[1].events[event],
            1,
            "",
            {line(TrialField::event, 0, event), line(TrialField::event, 1, event)}};
  }

  // That the quantity is exactly, more than or less than a number, which lies beside it where that is false.
  TrialClaim about(const Quantity& quantity, bool holds) {
    const std::int64_t whole = quantity.value / quantity.over;  // rounded down
    const std::int64_t step = rng_.range(1, std::max<std::int64_t>(2, whole / 5));
    std::uint64_t kind = quantity.over == 1 ? rng_.below(3) : 1 + rng_.below(2);
    if (whole == 0 && quantity.over == 1) kind = 0;  // below nothing there is no number to name
    TrialClaim claim{.holds = holds, .evidence = quantity.evidence, .found = quantity.found()};
    const auto say = [&](std::size_t wording, std::uint64_t comparator, std::int64_t number) {
      constexpr std::array<std::array<std::string_view, 3>, 2> kWords{
          {{" was exactly ", " was more than ", " was less than "},
           {" came to no more and no less than ", " exceeded ", " stayed below "}}};
      return quantity.words + std::string(kWords.at(wording).at(comparator)) + std::to_string(number) + quantity.unit;
    };
    if (kind == 0) {
      const std::int64_t wrong = rng_.below(2) == 0 && whole > step ? whole - step : whole + step;
      claim.statement = say(0, 0, holds ? whole : wrong);
      claim.paraphrase = say(1, 0, holds ? whole : wrong);
      claim.flipped = say(0, 0, holds ? wrong : whole);
      return claim;
    }
    // "More" is true of a number below, false of one above; what is said of neither is that they are equal.
    const bool below = (kind == 1) == holds;
    const std::int64_t beside = below ? std::max<std::int64_t>(whole - step, 0) : whole + step;
    claim.statement = say(0, kind, beside);
    claim.paraphrase = say(1, kind, beside);
    claim.flipped = say(0, 3 - kind, beside);
    return claim;
  }

  TrialClaim conversion(bool holds) {
    const std::string here = of_arm(arm_, trial_);
    TrialClaim claim{.holds = holds, .evidence = {line(TrialField::dose, arm_)}};
    const bool weeks = rng_.below(2) == 0;
    const auto text = [&](std::int64_t amount) {
      const std::string thousandths = std::to_string(1000 + amount % 1000).substr(1);
      return weeks ? std::to_string(amount / 7) + " weeks" : std::to_string(amount / 1000) + '.' + thousandths + " g";
    };
    const std::int64_t right = weeks ? arm().days : arm().milligrams;
    const std::int64_t wrong = right + (weeks ? 7 : 10) * rng_.range(1, 5);
    const std::string what = weeks ? "treatment in " + here + " lasted " : "a single dose in " + here + " was ";
    const std::string again = weeks ? "patients of " + here + " were treated for " : "patients of " + here + " took at a time ";
    claim.statement = what + text(holds ? right : wrong);
    claim.paraphrase = again + text(holds ? right : wrong);
    claim.flipped = what + text(holds ? wrong : right);
    claim.found = text(right);
    return claim;
  }

  // Of one thing in two places that differ in it.
  TrialClaim comparison(bool holds, bool deep) {
    const std::size_t event = any_event();
    std::array<Quantity, 2> sides;
    const bool between_trials = trials_.size() > 1;
    const std::uint64_t kind = rng_.below(deep ? 3 : 2);
    for (std::size_t i = 0; i < 2; ++i) {
      if (between_trials) {
        trial_ = i;
      } else {
        arm_ = i;
      }
      const std::string here = of_arm(arm_, trial_);
      const auto at = line(TrialField::event, arm_, event);
      if (kind == 0) sides[i] = {"the number of " + with_event(event) + " in " + here, arm().events[event], 1, "", {at}};
      if (kind == 1)
        sides[i] = {"the share of " + with_event(event) + " in " + here, arm().events[event], arm().patients, "", {at}};
      if (kind == 2) sides[i] = both_arms(event);
    }
    const std::int64_t first = sides[0].value * sides[1].over;
    const std::int64_t second = sides[1].value * sides[0].over;
    TrialClaim claim{.holds = holds, .evidence = sides[0].evidence};
    claim.evidence.insert(claim.evidence.end(), sides[1].evidence.begin(), sides[1].evidence.end());
    claim.found = sides[0].found() + (first < second ? " < " : first > second ? " > " : " = ") + sides[1].found();
    if (first == second) {  // then nothing is higher: a claim of equality, and its opposite
      const std::string right = sides[0].words + " was the same as " + sides[1].words;
      const std::string wrong = sides[0].words + " was not the same as " + sides[1].words;
      claim.statement = holds ? right : wrong;
      claim.flipped = holds ? wrong : right;
      claim.paraphrase = sides[0].words + (holds ? " equalled " : " differed from ") + sides[1].words;
      return claim;
    }
    const bool higher = (first > second) == holds;
    claim.statement = sides[0].words + (higher ? " was higher than " : " was lower than ") + sides[1].words;
    claim.flipped = sides[0].words + (higher ? " was lower than " : " was higher than ") + sides[1].words;
    claim.paraphrase = sides[1].words + (higher ? " was lower than " : " was higher than ") + sides[0].words;
    return claim;
  }

  TrialClaim quantifier(bool holds) {
    const auto [least, most] = std::ranges::minmax(arm().events);
    const std::string here = " listed for " + of_arm(arm_, trial_);
    TrialClaim claim{.holds = holds, .found = "least " + std::to_string(least) + ", most " + std::to_string(most)};
    for (std::size_t i = 0; i < arm().events.size(); ++i) claim.evidence.push_back(line(TrialField::event, arm_, i));
    const std::uint64_t kind = rng_.below(3);
    // All: least >= n. None: most <= n. One: most >= n. A number that makes it true, and one that makes it false.
    const std::int64_t step = rng_.range(1, 4);
    const std::int64_t right = kind == 0   ? std::max<std::int64_t>(1, least - step + 1)
                               : kind == 1 ? most + step - 1
                                           : std::max<std::int64_t>(1, most - step + 1);
    const std::int64_t wrong = kind == 0 ? least + step : kind == 1 ? std::max<std::int64_t>(0, most - step) : most + step;
    const auto say = [&](std::size_t wording, std::int64_t number) {
      const std::string n = std::to_string(number) + (number == 1 ? " patient" : " patients");
      constexpr std::array<std::array<std::string_view, 3>, 2> kWords{
          {{"every adverse event", "no adverse event", "at least one adverse event"},
           {"each adverse event", "not one adverse event", "some adverse event"}}};
      return std::string(kWords.at(wording).at(kind)) + here +
             (kind == 1 ? " was seen in more than " : " was seen in at least ") + n;
    };
    claim.statement = say(0, holds ? right : wrong);
    claim.paraphrase = say(1, holds ? right : wrong);
    claim.flipped = say(0, holds ? wrong : right);
    return claim;
  }

  // Who may take part; one value, everything else about the patient as it should be.
  TrialClaim inclusion(bool holds) {
    TrialClaim claim{.holds = holds};
    std::string patient;
    bool allowed = rng_.below(2) == 0;
    const std::uint64_t kind = rng_.below(3);
    if (kind == 0 || record().labs.empty() || record().exclusions.empty()) {
      const std::int64_t age = allowed              ? rng_.range(record().youngest, record().oldest)
                               : rng_.below(2) == 0 ? record().youngest - rng_.range(1, 5)
                                                    : record().oldest + rng_.range(1, 9);
      patient = "aged " + std::to_string(age);
      claim.evidence = {line(TrialField::age, 0)};
      claim.found = std::to_string(record().youngest) + " to " + std::to_string(record().oldest);
    } else if (kind == 1) {
      const std::size_t index = rng_.below(record().labs.size());
      const LabLimit& lab = record().labs[index];
      const std::int64_t tenths = lab.tenths + (allowed == lab.at_least ? 1 : -1) * rng_.range(1, lab.tenths / 4);
      patient = "with " + lab.name + " of " + tenths_text(tenths) + ' ' + lab.unit;
      claim.evidence = {line(TrialField::lab, 0, index)};
      claim.found = (lab.at_least ? "at least " : "at most ") + tenths_text(lab.tenths);
    } else {
      allowed = false;
      const std::size_t index = rng_.below(record().exclusions.size());
      patient = "with " + record().exclusions[index];
      claim.evidence = {line(TrialField::exclusion, 0, index)};
      claim.found = "excluded";
    }
    const bool says_allowed = allowed == holds;
    const std::string there = trial_ == 0 ? " in the primary trial" : " in the secondary trial";
    claim.statement = "a patient " + patient + (says_allowed ? " can take part" : " cannot take part") + there;
    claim.flipped = "a patient " + patient + (says_allowed ? " cannot take part" : " can take part") + there;
    claim.paraphrase = std::string("someone ") + patient + (says_allowed ? " is eligible" : " is not eligible") + there;
    return claim;
  }

  SplitMix64& rng_;
  std::span<const TrialRecord> trials_;
  std::size_t trial_ = 0;
  std::size_t arm_ = 0;
};

}  // namespace

TrialClaim draw_claim(SplitMix64& rng, std::span<const TrialRecord> trials, std::string_view family, bool holds, bool deep) {
  TrialClaim claim = Drawer(rng, trials).claim(family, holds, deep);
  claim.family = family;
  std::ranges::sort(claim.evidence);
  claim.evidence.erase(std::ranges::unique(claim.evidence).begin(), claim.evidence.end());
  return claim;
}

}  // namespace reckon
