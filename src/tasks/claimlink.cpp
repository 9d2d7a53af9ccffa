// Claims in a long text and the sentences that support them: an invented paper about a hidden table of scores, with claims about
// the table, sentences that report its cells, and others that look like either. Source: shape of claim-evidence extraction from
// papers; texts, levels and measures are ours. An answer has "C7 <- E8,E10" for each claim, by the numbers of the sentences;
// nothing after the arrow for a claim without support. Instance::words holds the sentences; numbers: claim and evidence in turn,
// the evidence 0 for a claim without any.
#include <algorithm>
#include <array>
#include <cmath>

#include "search/answers/extract.h"
#include "tasks/claim_links.h"
#include "tasks/generation.h"
#include "tasks/wording.h"
#include "tasks/working_lines.h"
#include "tasks/written.h"

namespace reckon {
namespace {

constexpr int kClaimlinkVersion = 1;

struct PaperLevel {
  int sentences, claims;
  int full_sentences, full_claims;
  int gap;  // mean distance from a claim to its evidence
  int full_gap;
  std::size_t wordings;  // of a sentence that reports a cell, and of a claim
};
constexpr std::array<PaperLevel, 5> kClaimlinkLevels{{{8, 1, 60, 4, 2, 4, 1},
                                                      {12, 2, 100, 8, 2, 10, 2},
                                                      {20, 3, 180, 12, 4, 20, 3},
                                                      {30, 4, 280, 16, 6, 40, 4},
                                                      {45, 5, 400, 20, 9, 80, 4}}};

// "M" a method, "N" and "O" others, "D" a set of data, "#" a score.
constexpr std::array<std::string_view, 4> kReports{"M reaches # on D.", "On D, M scores #.", "The score of M on D is #.",
                                                   "M ends its run on D with #."};
constexpr std::array<std::string_view, 4> kOpenings{"We find that ", "Our results show that ", "It follows that ", "In short, "};
constexpr std::array<std::string_view, 3> kClaims{"M passes # on D.", "M is better than N on D.",
                                                  "M is the best of M, N and O on D."};
constexpr std::array<std::string_view, 10> kOthers{"Earlier work gave # for M on another set.",
                                                   "M may do better on D with more data.",
                                                   "We wonder whether M passes # on D.",
                                                   "D was collected for this study.",
                                                   "M has been described before.",
                                                   "A run of M on D took # minutes.",
                                                   "It might be that M is better than N on D.",
                                                   "All runs were repeated three times.",
                                                   "Training used # percent of D.",
                                                   "Nothing was tuned on D."};

struct Paper {
  std::vector<std::string> sentences;  // numbered from 1
  ClaimLinks links;

  std::string key() const { return "claimlink|" + joined(sentences); }
};

class ClaimWriter {
 public:
  ClaimWriter(SplitMix64& rng, const PaperLevel& level, bool full)
      : rng_(rng),
        level_(level),
        count_(static_cast<std::size_t>(full ? level.full_sentences : level.sentences)),
        claims_(full ? level.full_claims : level.claims),
        gap_(full ? level.full_gap : level.gap) {
    methods_ = invented_names(rng, 4, names_);
    data_ = invented_names(rng, static_cast<std::size_t>(std::max(2, claims_ / 2 + 1)), names_);
    for (std::size_t d = 0; d < data_.size(); ++d) {
      std::vector<std::int64_t> scores;  // all different: one method is the best
      while (scores.size() < methods_.size()) {
        const std::int64_t score = rng.range(500, 990);
        if (std::ranges::find(scores, score) == scores.end()) scores.push_back(score);
      }
      scores_.push_back(std::move(scores));
      reported_.emplace_back(methods_.size(), 0);
    }
  }

  Paper write() {
    paper_.sentences.resize(count_);
    for (int i = 0; i < claims_; ++i) claim(rng_.below(5) == 0);
    for (std::string& sentence : paper_.sentences) {
      if (sentence.empty()) sentence = other();
    }
    for (const auto& [claim, cells] : used_) {
      paper_.links.claims.insert(claim);
      for (const auto& [data, method] : cells) {
        if (reported_[data][method] != 0) paper_.links.links.emplace(claim, reported_[data][method]);
      }
    }
    return std::move(paper_);
  }

 private:
  using Cell = std::pair<std::size_t, std::size_t>;  // data, method

  std::string filled(std::string_view pattern, std::size_t data, const std::vector<std::size_t>& methods,
                     std::int64_t number) const {
    std::string text;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      const bool alone = i + 1 == pattern.size() || pattern[i + 1] < 'a' || pattern[i + 1] > 'z';
      const std::size_t which = std::string_view("MNO").find(pattern[i]);
      if (alone && which != std::string_view::npos) {
        text += methods_[methods.at(which)];
      } else if (alone && pattern[i] == 'D') {
        text += data_[data];
      } else if (pattern[i] == '#') {
        text += tenths_text(number);
      } else {
        text += pattern[i];
      }
    }
    return text;
  }

  // The free place nearest to `wanted`, counted from 1; 0 when all are taken.
  std::int64_t place_near(std::int64_t wanted) const {
    const auto count = static_cast<std::int64_t>(count_);
    for (std::int64_t away = 0; away < count; ++away) {
      for (const std::int64_t at : {wanted + away, wanted - away}) {
        if (at >= 1 && at <= count && paper_.sentences[static_cast<std::size_t>(at - 1)].empty()) return at;
      }
    }
    return 0;
  }
  // Geometric with mean gap_.
  std::int64_t draw_gap() {
    std::int64_t gap = 1;
    while (gap < 20 * gap_ && rng_.below(static_cast<std::uint64_t>(gap_)) != 0) ++gap;
    return gap;
  }

  // A claim that the table bears out; without support, one of whose cells no sentence reports any.
  void claim(bool unsupported) {
    const std::size_t kind = rng_.below(kClaims.size());
    const std::size_t data = rng_.below(data_.size());
    std::vector<std::size_t> methods{0, 1, 2, 3};
    shuffle(methods, rng_);
    methods.resize(kind + 1);
    const auto& scores = scores_[data];
    std::ranges::sort(methods, [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
    const auto untouched = [&](std::size_t m) { return reported_[data][m] == 0 && !held_back_.contains({data, m}); };
    const bool is_free = std::ranges::all_of(methods, untouched);
    const bool is_reportable = std::ranges::none_of(methods, [&](std::size_t m) { return held_back_.contains({data, m}); });
    if (unsupported ? !is_free : !is_reportable) return;
    const std::int64_t at = place_near(rng_.range(1, static_cast<std::int64_t>(count_)));
    if (at == 0) return;
    const std::int64_t bound = (scores[methods.front()] - 1) / 10 * 10;
    std::string text(kOpenings.at(rng_.below(level_.wordings)));
    text += filled(kClaims.at(kind), data, methods, bound);
    paper_.sentences[static_cast<std::size_t>(at - 1)] = std::move(text);
    std::vector<Cell> cells;
    for (const std::size_t method : methods) {
      cells.emplace_back(data, method);
      if (unsupported) {
        held_back_.emplace(data, method);
      } else if (reported_[data][method] == 0) {
        report(data, method, rng_.below(2) == 0 ? at + draw_gap() : at - draw_gap());
      }
    }
    used_.emplace_back(at, std::move(cells));
  }
  void report(std::size_t data, std::size_t method, std::int64_t wanted) {
    const std::int64_t at = place_near(wanted);
    if (at == 0) return;
    reported_[data][method] = at;
    paper_.sentences[static_cast<std::size_t>(at - 1)] =
        filled(kReports.at(rng_.below(level_.wordings)), data, {method}, scores_[data][method]);
  }
  std::string other() {
    std::vector<std::size_t> methods{0, 1, 2, 3};
    shuffle(methods, rng_);
    const std::size_t data = rng_.below(data_.size());
    const std::int64_t number = scores_[data][methods[0]] + rng_.range(-9, 9);
    return filled(one_of(kOthers, rng_), data, methods, number);
  }

  SplitMix64& rng_;
  PaperLevel level_;
  std::size_t count_;
  int claims_, gap_;
  std::vector<std::string> names_, methods_, data_;
  std::vector<std::vector<std::int64_t>> scores_;    // [data, method], tenths
  std::vector<std::vector<std::int64_t>> reported_;  // [data, method]: by which sentence, 0 for none
  std::set<Cell> held_back_;                         // that no sentence may report
  std::vector<std::pair<std::int64_t, std::vector<Cell>>> used_;
  Paper paper_;
};

std::string links_text(const ClaimLinks& links) {
  std::string text;
  for (const std::int64_t claim : links.claims) {
    text += (text.empty() ? "C" : "; C") + std::to_string(claim) + " <-";
    bool first = true;
    for (const auto& [from, evidence] : links.links) {
      if (from != claim) continue;
      text += (first ? " E" : ",E") + std::to_string(evidence);
      first = false;
    }
  }
  return text;
}

ClaimLinks gold_links(const Instance& instance) {
  ClaimLinks links;
  for (std::size_t i = 0; i + 1 < instance.numbers.size(); i += 2) {
    links.claims.insert(instance.numbers[i]);
    if (instance.numbers[i + 1] != 0) links.links.emplace(instance.numbers[i], instance.numbers[i + 1]);
  }
  return links;
}

// The sentence that a number names, or that a stretch of text covers, and is covered by, for the larger part; 0 for none.
std::int64_t sentence_of(std::string_view item, const std::vector<std::string>& sentences) {
  std::string_view number = item;
  if (!number.empty() && (number.front() == 'C' || number.front() == 'E')) number.remove_prefix(1);
  if (const auto id = whole_number(number)) return *id >= 1 && *id <= std::ssize(sentences) ? *id : 0;
  while (!item.empty() && item.front() == '"') item.remove_prefix(1);
  while (!item.empty() && item.back() == '"') item.remove_suffix(1);
  if (item.size() < 4 || item.size() > 400) return 0;
  for (std::size_t i = 0; i < sentences.size(); ++i) {
    const std::size_t inside = std::string_view(sentences[i]).find(item);
    const std::size_t around = item.find(sentences[i]);
    const bool found = inside != std::string_view::npos || around != std::string_view::npos;
    if (!found) continue;
    const double overlap = inside != std::string_view::npos ? span_overlap(inside, item.size(), 0, sentences[i].size())
                                                            : span_overlap(around, sentences[i].size(), 0, item.size());
    if (overlap >= 0.5) return static_cast<std::int64_t>(i) + 1;
  }
  return 0;
}

// Where the first item of the text ends; what stands in quotes is one piece.
std::size_t end_of_item(std::string_view text, std::string_view separators) {
  bool quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '"') quoted = !quoted;
    if (!quoted && separators.find(text[at]) != std::string_view::npos) return at;
  }
  return text.size();
}

// Reads at most as many claims and links as there are sentences; what names no sentence counts as a wrong one.
ClaimLinks read_links(std::string_view answer, const std::vector<std::string>& sentences) {
  ClaimLinks links;
  std::int64_t nowhere = 0;
  const auto place = [&](std::string_view item) {
    const std::int64_t found = sentence_of(trimmed(item), sentences);
    return found != 0 ? found : --nowhere;
  };
  std::size_t left = 2 * sentences.size();
  while (!answer.empty() && left > 0) {
    const std::size_t end = end_of_item(answer, ";\n");
    std::string_view item = answer.substr(0, end);
    answer.remove_prefix(std::min(end + 1, answer.size()));
    if (trimmed(item).empty()) continue;
    const std::size_t arrow = std::min(item.find("<-"), item.size());
    const std::int64_t claim = place(item.substr(0, arrow));
    links.claims.insert(claim);
    --left;
    item.remove_prefix(std::min(arrow + 2, item.size()));
    while (!trimmed(item).empty() && left > 0) {
      const std::size_t comma = end_of_item(item, ",");
      links.links.emplace(claim, place(item.substr(0, comma)));
      item.remove_prefix(std::min(comma + 1, item.size()));
      --left;
    }
  }
  return links;
}

class ClaimLinkTask final : public GeneratedTask {
 public:
  explicit ClaimLinkTask(const Parameters& parameters) : GeneratedTask(parameters), full_(parameters.text("size") == "full") {}

  Instance generate(Split split, int level, std::uint64_t index) const override {
    Instance instance = instance_at("claimlink", kClaimlinkVersion, split, level, index);
    SplitMix64 rng(fnv1a(instance.id));
    const PaperLevel& knobs = kClaimlinkLevels[static_cast<std::size_t>(level - 1)];
    const Paper paper = draw_in_split(
        rng, split, [&](SplitMix64& r) { return ClaimWriter(r, knobs, full_).write(); },
        [](const Paper& drawn) { return !drawn.links.claims.empty(); });
    instance.key = paper.key();
    instance.words = paper.sentences;
    for (const std::int64_t claim : paper.links.claims) {
      const std::size_t before = instance.numbers.size();
      for (const auto& [from, evidence] : paper.links.links) {
        if (from == claim) instance.numbers.insert(instance.numbers.end(), {claim, evidence});
      }
      if (instance.numbers.size() == before) instance.numbers.insert(instance.numbers.end(), {claim, 0});
    }
    for (std::size_t i = 0; i < paper.sentences.size(); ++i)
      instance.prompt += std::to_string(i + 1) + ": " + paper.sentences[i] + '\n';
    instance.prompt += "Claims and their evidence?";
    instance.gold = links_text(paper.links);
    instance.reference = worked_solution("", instance.gold);
    return instance;
  }

  std::optional<std::string> solve(const Instance& instance) const override {
    return worked_solution("", links_text(gold_links(instance)));
  }

  // Right when all claims and all links are; F1 of the links as part marks. The gaps tell whether only near evidence was found.
  Verdict check(const Instance& instance, std::string_view text) const override {
    return with_shares(judge(instance, text), {"claim F1", "link precision", "link recall", "link F1", "unsupported F1"});
  }
  Verdict judge(const Instance& instance, std::string_view text) const {
    const std::optional<std::string> answer = extract_answer(text);
    if (!answer) return unanswered();
    const LinkScores scores = score_links(
        gold_links(instance), read_links(std::string_view(*answer).substr(0, 64 * instance.words.size()), instance.words));
    const bool right = scores.claim_f1 == 1 && scores.link_f1 == 1;
    Verdict verdict = judged(*answer, right, right ? "right" : "some claims or links are missing or wrong",
                             0.5 * std::min(scores.claim_f1, scores.link_f1));
    verdict.measures = {{"claim F1", scores.claim_f1},
                        {"link precision", scores.link_precision},
                        {"link recall", scores.link_recall},
                        {"link F1", scores.link_f1},
                        {"unsupported F1", scores.unsupported_f1},
                        {"gold gap", scores.gold_gap},
                        {"recovered gap", scores.recovered_gap}};
    return verdict;
  }

 protected:
  std::string rules(const Instance&) const override {
    return "Find the sentences that claim something about the results as a fact, not as a guess, and for each claim those that "
           "report the scores which bear it out. The answer is C7 <- E8,E10 for claim 7 with evidence 8 and 10, with ; between "
           "claims; nothing after the arrow for a claim without evidence.";
  }

 private:
  bool full_;
};

}  // namespace

TaskEntry claimlink_entry() {
  return {.name = "claimlink",
          .summary = "claims in a long text, and the sentences that support them",
          .source = "shape of claim-evidence extraction from papers; texts and levels are ours",
          .parameters = generated_task_parameters("1+2", {{.name = "size",
                                                           .default_value = std::string("small"),
                                                           .meaning = "8 to 45 sentences, or 60 to 400",
                                                           .choices = {"small", "full"}}}),
          .make = [](const Parameters& parameters) -> std::unique_ptr<const Task> {
            return std::make_unique<ClaimLinkTask>(parameters);
          },
          .checks_steps = false};
}

}  // namespace reckon
