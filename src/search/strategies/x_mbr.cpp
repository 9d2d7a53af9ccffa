// Cross-lingual minimum Bayes risk: candidates drawn from the problem as it is, evidence from the same problem in other languages
// or words; the candidate most like all of both answers. Source: Khairi et al. 2025, arXiv:2506.20544 (X-MBR, specs card B8):
// 5 candidates at temperature 0.7 and min-p 0.1, 3 samples of evidence.
// Departures: several other wordings are possible, and where no candidate has an answer, evidence may answer.
#include <algorithm>
#include <iterator>

#include "search/strategies/conversation.h"

namespace reckon {
namespace {

class XMbr final : public Strategy {
 public:
  explicit XMbr(const Parameters& parameters)
      : n_(static_cast<int>(parameters.integer("n"))),
        evidence_(static_cast<int>(parameters.integer("evidence"))),
        wordings_(pieces_of(parameters.text("prompts"), '|')),  // also ones without {problem}: a translation of one problem
        selector_("mbr:utility=" + parameters.text("utility")),
        greedy_first_(greedy_first(parameters)),
        step_(step_options(parameters)) {}

  // Candidates first and alone: evidence without them would decide nothing.
  awaitable<Outcome> solve(const Problem& problem, SearchSpace& space) const override {
    std::vector<PathRecord> records;
    {
      const std::vector<Path> candidates = co_await draw_paths(problem, space, n_, step_, greedy_first_);
      if (candidates.empty()) co_return outcome_in_order({}, {}, 0, /*ran_out=*/true);
      records = records_of(candidates, {}, problem);
    }
    bool ran_out = false;
    std::vector<Path> others = co_await opened(problem, space, ran_out);
    co_await space.advance(others, step_);
    for (const Path& path : others) {
      records.push_back(record_of(path, 0, problem));
      records.back().evidence = true;
    }
    const Selection selection = selected(records);
    co_return outcome_in_order(std::move(records), selection, selection.share, ran_out);
  }

 private:
  // Paths that will be evidence. A wording that has no room in the context is left out.
  awaitable<std::vector<Path>> opened(const Problem& problem, SearchSpace& space, bool& ran_out) const {
    std::vector<Path> paths;
    for (const std::string& wording : wordings_) {
      if (evidence_ == 0) break;
      const Problem asked = reworded(problem, wording);
      if (!fits(asked, space)) continue;
      const std::optional<Path> root = co_await space.open(asked);
      ran_out = !root;
      if (ran_out) break;
      std::ranges::move(space.fork(*root, evidence_), std::back_inserter(paths));
    }
    co_return paths;
  }

  Selection selected(std::vector<PathRecord>& records) const {
    const Selector selector = make_selector(selector_);
    Selection selection = selector.select(records);
    if (selection.chosen) return selection;
    for (PathRecord& record : records) record.evidence = false;
    return selector.select(records);
  }

  int n_;
  int evidence_;  // paths from each wording
  std::vector<std::string> wordings_;
  std::string selector_;
  bool greedy_first_;
  StepOptions step_;
};

std::unique_ptr<Strategy> make_x_mbr(const Parameters& parameters, std::shared_ptr<const Verifier>) {
  return std::make_unique<XMbr>(parameters);
}

}  // namespace

StrategyEntry x_mbr_entry() {
  std::vector<ParameterSpec> parameters = drawing_parameters(/*default_temperature=*/0.7, /*default_n=*/5);
  parameters.front().meaning = "candidates, drawn from the problem as it is";
  std::ranges::find(parameters, "min_p", &ParameterSpec::name)->default_value = 0.1;
  parameters.push_back(first_parameter());
  parameters.push_back({"evidence", std::int64_t{3}, "paths drawn from each other wording; they vote and cannot win", 0, 4096});
  parameters.push_back({"prompts", std::string("{problem} Answer in Chinese."),
                        "other wordings, separated by bars; {problem} stands for the problem's own text"});
  parameters.push_back({.name = "utility",
                        .default_value = std::string("chrf"),
                        .meaning = "likeness of two paths: character n-grams shared by the texts, or equality of answers",
                        .choices = {"chrf", "equality"}});
  return {.name = "x_mbr",
          .summary = "candidates from the problem, evidence from it in other languages or words; the one most like all wins",
          .source = "Khairi et al. 2025, arXiv:2506.20544",
          .parameters = std::move(parameters),
          .asks_further = true,
          .make = make_x_mbr};
}

}  // namespace reckon
