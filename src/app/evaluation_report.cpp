#include "app/evaluation_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <span>

#include "app/code_version.h"
#include "app/evaluation_curves.h"
#include "app/pool_curves.h"
#include "app/traced_search.h"
#include "base/units.h"
#include "draw/search_drawing.h"
#include "text/markup.h"

namespace reckon {
namespace {

constexpr std::size_t kLongestCell = 80;    // characters of a name in a table
constexpr std::size_t kMostTrees = 8;       // in all
constexpr std::size_t kLargestTree = 2000;  // steps; larger ones are for `reckon tree`
constexpr std::size_t kLongestIdentifier = 200;

constexpr const char* kStyle =
    "body{font:15px/1.5 Helvetica,Arial,'DejaVu Sans',sans-serif;color:#374151;background:#fff;margin:0 auto;max-width:1180px;"
    "padding:24px 28px 60px}h1{font-size:24px;margin:0 0 4px;color:#111827}h2{font-size:18px;margin:34px 0 6px;color:#111827}"
    "p{margin:4px 0 10px;max-width:88ch}table{border-collapse:collapse;margin:8px 0 14px;font-variant-numeric:tabular-nums}"
    "th,td{padding:3px 12px 3px 0;text-align:right;white-space:nowrap;border-bottom:1px solid #e5e7eb}"
    "th{font-weight:600;color:#111827}th:first-child,td:first-child{text-align:left}"
    "figure{margin:8px 0;overflow-x:auto}figure "
    "svg{width:100%;height:auto}.panels{display:grid;grid-template-columns:repeat(auto-fit,minmax(520px,1fr));gap:8px}"
    ".first td,.first th{font-size:13px;padding-right:9px}details{margin:8px 0;border:1px solid #e5e7eb;"
    "border-radius:6px;padding:6px 12px}summary{cursor:pointer}.wide{overflow-x:auto}.small{color:#6b7280;font-size:13px}";

std::string share(double value) { return fmt::format("{:.1f} %", 100 * value); }
std::string share(const std::optional<double>& value) { return value ? share(*value) : "–"; }
std::string range(const ConfidenceInterval& interval) {
  return fmt::format("{:.1f} … {:.1f}", 100 * interval.low, 100 * interval.high);
}
std::string name(const std::string& text) { return escaped(text, kLongestCell); }

// A table whose cells are markup already.
class Table {
 public:
  explicit Table(std::vector<std::string> heading) { add("th", heading); }
  void row(const std::vector<std::string>& cells) { add("td", cells); }
  std::string html() const { return "<div class=\"wide\"><table>\n" + rows_ + "</table></div>\n"; }

 private:
  void add(const char* tag, const std::vector<std::string>& cells) {
    rows_ += "<tr>";
    for (const std::string& cell : cells) rows_ += fmt::format("<{0}>{1}</{0}>", tag, cell);
    rows_ += "</tr>\n";
  }
  std::string rows_;
};

std::string section(const char* title, const std::string& text, const std::string& content) {
  return fmt::format("<h2>{}</h2>\n<p>{}</p>\n{}", title, text, content);
}

std::string strategies_table(const std::vector<StrategyScore>& scores) {
  Table table({"strategy", "n", "accuracy", "95 %", "against the first", "95 %", "p", "coverage", "tokens", "prompt", "generated",
               "verified", "FLOP", "seconds", "peak KV"});
  for (const StrategyScore& score : scores) {
    const auto n = static_cast<double>(std::max<std::int64_t>(score.problems, 1));
    const auto mean = [n](std::int64_t sum) { return fmt::format("{:.1f}", static_cast<double>(sum) / n); };
    const auto& over = score.over;
    table.row(
        {name(score.strategy), fmt::format("{}", score.problems), share(score.accuracy), range(score.interval),
         over ? fmt::format("{:+.1f}", 100 * over->difference.mean) : "–",
         over ? fmt::format("{:+.1f} … {:+.1f}", 100 * over->difference.interval.low, 100 * over->difference.interval.high) : "–",
         over ? fmt::format("{:.3g}", score.over_p) : "–", score.most_paths > 1 ? share(score.coverage) : "–",
         fmt::format("{:.1f}", score.tokens_mean), mean(score.spent.prompt_computed + score.spent.prompt_cached),
         mean(score.spent.generated), mean(score.spent.verified), format_count(score.flops_mean),
         format_seconds(score.seconds_mean), format_bytes(static_cast<std::int64_t>(score.peak_kv_bytes_mean))});
  }
  std::string unasked;
  for (const StrategyScore& score : scores) {
    if (score.too_long == 0) continue;
    unasked +=
        fmt::format("<p class=\"small\">{}: {} of {} problems are longer than the model's context; they count as wrong.</p>\n",
                    name(score.strategy), score.too_long, score.problems);
  }
  return section(
      "Strategies",
      "All strategies solve the same problems with the same seeds. Accuracy has its Wilson interval; the difference to the "
      "first strategy is paired, problem by problem, with a bootstrap interval over problems and the p-value of McNemar's "
      "exact test, adjusted for the number of comparisons (Holm). Costs are means per problem and count everything: prompt, "
      "drafts, verifiers.",
      "<div class=\"first\">" + table.html() + "</div>" + unasked);
}

std::string front_section(const EvaluationRequest& request, const Evaluation& evaluation,
                          const std::vector<StrategyScore>& scores) {
  std::string content = "<div class=\"panels\">\n";
  for (const PlotPanel& panel : panels_of(scores, request.grid)) {
    content += "<figure>" + accuracy_panels("", std::span(&panel, 1)) + "</figure>\n";
  }
  content += "</div>\n";
  Table table({"strategy", "tokens", "on the front", "FLOP", "on the front", "seconds", "on the front"});
  std::vector<std::vector<double>> shares;
  for (const CostAxis axis : kCostAxes) shares.push_back(frontier_shares_of(evaluation.cells, axis));
  for (std::size_t i = 0; i < scores.size(); ++i) {
    std::vector<std::string> cells{name(scores[i].strategy)};
    const std::string costs[] = {fmt::format("{:.1f}", scores[i].tokens_mean), format_count(scores[i].flops_mean),
                                 format_seconds(scores[i].seconds_mean)};
    for (std::size_t axis = 0; axis < shares.size(); ++axis) {
      cells.push_back(costs[axis]);
      cells.push_back(shares[axis].empty() ? "–" : fmt::format("{:.0f} %", 100 * shares[axis][i]));
    }
    table.row(cells);
  }
  return section(
      "Pareto front",
      "The dashed line joins what nothing beats at the same cost or less. The table says in which share of resamples of "
      "the problems a strategy is on that line.",
      content + table.html());
}

std::string equal_cost_section(const EvaluationRequest& request, const std::vector<StrategyScore>& scores) {
  std::string content;
  for (const CostAxis axis : kCostAxes) {
    const EqualCost equal = equal_cost(scores, request.grid, axis);
    if (equal.marks.size() < 2) continue;
    std::vector<std::string> heading{fmt::format("at most … {} a problem", axis == CostAxis::flops ? "FLOP" : name_of(axis))};
    for (const double mark : equal.marks) heading.push_back(cost_text(axis, mark));
    heading.emplace_back("area");
    Table table(heading);
    for (const EqualCost::Row& row : equal.rows) {
      std::vector<std::string> cells{name(row.line)};
      for (const auto& accuracy : row.accuracy) cells.push_back(share(accuracy));
      cells.push_back(row.area ? fmt::format("{:.3f}", *row.area) : "–");
      table.row(cells);
    }
    content += table.html();
  }
  if (content.empty()) return "";
  return section(
      "At equal cost",
      "The best accuracy of each line that costs no more than the mark, and the area under it over the logarithm of cost "
      "between the first and the last mark, in [0, 1].",
      content);
}

std::string families_section(const std::vector<StrategyScore>& scores) {
  std::set<std::string> families;
  for (const StrategyScore& score : scores) {
    for (const FamilyScore& family : score.families) families.insert(family.family);
  }
  if (families.size() < 2) return "";
  std::vector<std::string> heading{"strategy"};
  for (const std::string& family : families) heading.push_back(name(family));
  Table table(heading);
  for (const StrategyScore& score : scores) {
    std::vector<std::string> cells{name(score.strategy)};
    for (const std::string& family : families) {
      const auto one = std::ranges::find(score.families, family, &FamilyScore::family);
      cells.push_back(one == score.families.end() ? "–"
                                                  : fmt::format("{} <span class=\"small\">{} of {}</span>", share(one->accuracy),
                                                                range(one->interval), one->problems));
    }
    table.row(cells);
  }
  return section("Families of problems", "Accuracy with its 95 % Wilson interval, and the number of problems.", table.html());
}

std::string measures_section(const std::vector<StrategyScore>& scores) {
  Table table({"strategy", "measure", "value", "95 %", "problems", "always naming the class"});
  bool any = false;
  for (const StrategyScore& score : scores) {
    for (const MeasureScore& one : score.measures) {
      table.row({name(score.strategy), name(one.name), fmt::format("{:.3f}", one.value),
                 fmt::format("{:.3f} … {:.3f}", one.interval.low, one.interval.high), fmt::format("{}", one.problems),
                 one.baseline ? fmt::format("{:.3f}", *one.baseline) : "–"});
      any = true;
    }
  }
  if (!any) return "";
  return section(
      "Measures of the task",
      "What the task's checker says of the answers beside right and wrong: means over problems, and F1 of classes over all of "
      "them, with bootstrap intervals over problems.",
      table.html());
}

std::string pool_of(const StrategyScore& score, const PoolCurves& curves) {
  Table table({name(score.strategy), "coverage", "95 %", "majority", "weighted", "best"});
  for (const PoolCurves::At& at : curves.curve) {
    table.row({fmt::format("k = {}", at.k), share(at.pass), range(at.pass_interval), share(at.majority), share(at.weighted),
               share(at.best)});
  }
  std::string text = fmt::format("<p class=\"small\">All paths right: {}; a path right: {}; some path right: {}.",
                                 share(curves.worst), share(curves.mean), share(curves.best));
  if (curves.tokens_right) text += fmt::format(" A right path takes {:.1f} tokens.", *curves.tokens_right);
  if (curves.tokens_wrong) text += fmt::format(" A wrong path takes {:.1f} tokens.", *curves.tokens_wrong);
  if (const auto& law = curves.coverage_law) {
    const double far = kFarthestPrediction * law->to;
    text += fmt::format(" Coverage follows exp(−{:.3f} k<sup>−{:.3f}</sup>), R² {:.4f} over k = {:g} … {:g}: {} at k = {:g}.",
                        law->a, law->b, law->r_squared, law->from, law->to, share(law->at(far)), far);
    if (const auto& difficulty = curves.difficulty_law) {
      text += fmt::format(" Difficulty as Beta({:.3f}, {:.3f}) says {} there.", difficulty->alpha, difficulty->beta,
                          share(difficulty->coverage_at(far)));
    }
  }
  return table.html() + text + "</p>\n";
}

std::string pools_section(const Evaluation& evaluation, const std::vector<StrategyScore>& scores) {
  std::string content;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (scores[i].most_paths < 2) continue;
    if (const auto curves = pool_curves(evaluation.cells[i])) content += pool_of(scores[i], *curves);
    if (!scores[i].no_samples.empty()) {
      content += fmt::format("<p class=\"small\">{}: no curve over k: {}.</p>\n", name(scores[i].strategy),
                             escaped(scores[i].no_samples, kLongestIdentifier));
    }
  }
  if (content.empty()) return "";
  return section("Fewer paths, and more",
                 "What k of the independent paths that were drawn come to, without drawing again: the chance that one is right "
                 "(unbiased; interval by bootstrap over problems), and of majority, weighted majority and best score.",
                 content);
}

void calibration_row(Table& table, const std::string& what, const std::optional<VerifierReport>& report,
                     const std::string& area) {
  if (!report) return;
  table.row({what, fmt::format("{}", report->paths),
             share(static_cast<double>(report->right) / static_cast<double>(report->paths)),
             fmt::format("{:.3f}", report->calibration_error), fmt::format("{:.3f}", report->brier),
             fmt::format("{:.3f}", report->auroc), share(report->false_accepts.rate), share(report->false_rejects.rate), area});
}

std::string calibration_section(const std::vector<StrategyScore>& scores) {
  Table table({"", "n", "right", "calibration error", "Brier", "AUROC", "false accepts", "false rejects", "risk–coverage area"});
  for (const StrategyScore& score : scores) {
    calibration_row(table, name(score.strategy) + ": confidence", score.confidence,
                    fmt::format("{:.3f}", score.risk_coverage_area));
    calibration_row(table, name(score.strategy) + ": scores of paths", score.verifier, "–");
  }
  return section(
      "Confidence and scores",
      "How far the confidence in answers, and the verifier's scores of finished paths, say what is right: 15 bins of equal "
      "size; accepted means 0.5 or more.",
      table.html());
}

// Of each strategy that searches, the first problem it solved and the first it did not.
std::string trees_section(const Evaluation& evaluation, const std::vector<StrategyScore>& scores) {
  std::string content;
  std::size_t trees = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (scores[i].most_paths < 2) continue;
    for (const bool right : {true, false}) {
      const auto& results = evaluation.cells[i].results;
      const auto drawable = [right](const ProblemResult& result) {
        std::size_t steps = 0;
        for (const PathRecord& path : result.solved.outcome.paths) steps += path.step_ends.size() - path.inherited_steps + 1;
        return result.right() == right && steps > 1 && steps <= kLargestTree;
      };
      const auto found = std::ranges::find_if(results, drawable);
      if (found == results.end() || trees == kMostTrees) continue;
      content += fmt::format("<details{}><summary>{}: {}, {}</summary>\n<figure>{}</figure></details>\n",
                             trees == 0 ? " open" : "", name(scores[i].strategy), escaped(found->id, kLongestIdentifier),
                             right ? "right" : "wrong", search_svg(traced_search(found->id, found->solved)));
      ++trees;
    }
  }
  if (content.empty()) return "";
  return section("Searches", "The first problem that each strategy of several paths solved, and the first that it did not.",
                 content);
}

std::string heading(const EvaluationRequest& request, const Evaluation& evaluation, const std::string& model) {
  const std::int64_t problems = std::ssize(evaluation.cells.front().results);
  std::string text = fmt::format("{} of the {} split from number {}, seed {}; model {}; reckon {}", counted(problems, "problem"),
                                 name_of(request.split), request.offset, request.seed,
                                 escaped(std::filesystem::path(model).filename().string(), kLongestIdentifier), code_version());
  const std::string budget = to_string(request.budget);
  if (budget != to_string(Budget{})) text += "; budget of each problem " + budget;
  if (!request.verifier.empty()) text += "; verifier " + escaped(request.verifier, kLongestIdentifier);
  return fmt::format("<h1>{}</h1>\n<p>{}.</p>\n", escaped(request.task, kLongestIdentifier), text);
}

}  // namespace

std::string evaluation_report(const EvaluationRequest& request, const Evaluation& evaluation, const std::string& model) {
  const std::vector<StrategyScore> scores = evaluation.scores();
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
      "<title>{0}</title>\n<style>{1}</style>\n</head>\n<body>\n{2}{3}{4}{5}{6}{7}{8}{9}{10}</body>\n</html>\n",
      escaped(request.task, kLongestIdentifier), kStyle, heading(request, evaluation, model), strategies_table(scores),
      front_section(request, evaluation, scores), equal_cost_section(request, scores), families_section(scores),
      measures_section(scores), pools_section(evaluation, scores), calibration_section(scores),
      trees_section(evaluation, scores));
}

}  // namespace reckon
