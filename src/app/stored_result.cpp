#include "app/stored_result.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <span>
#include <utility>

#include "base/error.h"

namespace reckon {
namespace {

using Json = nlohmann::ordered_json;

// Columns of results and of paths, by their place in the row.
enum ResultColumn {
  kRun,
  kProblem,
  kId,
  kLevel,
  kFamily,
  kPrompt,
  kStrategy,
  kSeed,
  kAnswer,
  kExtracted,
  kCorrect,
  kScore,
  kDetail,
  kCheckedBy,
  kConfidence,
  kStatus,
  kChosen,
  kLogEvidence,
  kPromptTokens,
  kCachedTokens,
  kGeneratedTokens,
  kDraftedTokens,
  kVerifiedTokens,
  kRecomputedTokens,
  kFlops,
  kVerifiedFlops,
  kBytes,
  kSeconds,
  kPeakKvBytes,
  kPathsDrawn,
  kPathsStored,
  kKlBound,
  kMargin,
  kSequentialTokens,
  kMeasures,
};

enum PathColumn {
  kPathRun,
  kPathProblem,
  kPathIndex,
  kPathId,
  kPathParent,
  kPathState,
  kPathText,
  kPathAnswer,
  kPathScore,
  kPathTokens,
  kPathInheritedTokens,
  kPathInheritedSteps,
  kPathLogProbability,
  kPathEvidence,
  kPathWeight,
  kPathCorrect,
  kPathStepEnds,
  kPathStepScores,
  kPathTurns,
  kPathModel,
  kPathMember,
  kPathVerdicts,
};

constexpr std::int64_t kMostModels = 1 << 16;  // of a search; who knows the models checks the number against them

[[noreturn]] void refuse(const std::string& column, const std::string& expected) {
  throw Error(ErrorCode::bad_file, fmt::format("column '{}' of a result is not what was written: expected {}", column, expected));
}

std::int64_t count_at(const Statement& row, int column, const char* name) {
  constexpr std::int64_t kMost = std::int64_t{1} << 53;  // sums of some of them must not overflow
  const std::int64_t value = row.integer(column);
  if (value < 0 || value > kMost) refuse(name, "a number from 0 to 2^53");
  return value;
}

bool flag_at(const Statement& row, int column, const char* name) {
  const std::int64_t value = row.integer(column);
  if (value != 0 && value != 1) refuse(name, "0 or 1");
  return value == 1;
}

double amount_at(const Statement& row, int column, const char* name) {
  const double value = row.number(column);
  if (!std::isfinite(value) || value < 0) refuse(name, "a finite number that is not negative");
  return value;
}

template <typename Enum, std::size_t N>
Enum named(const std::array<Enum, N>& all, const std::string& name, const char* column) {
  for (const Enum one : all) {
    if (name == name_of(one)) return one;
  }
  refuse(column, "one of the names of this version");
}

// JSON has no words for what is not finite.
Json number_json(double value) {
  if (std::isfinite(value)) return value;
  if (std::isnan(value)) return "nan";
  return value > 0 ? "inf" : "-inf";
}

double number_from(const Json& value, const char* column) {
  if (value.is_number()) return value.get<double>();
  if (value == "inf") return std::numeric_limits<double>::infinity();
  if (value == "-inf") return -std::numeric_limits<double>::infinity();
  if (value == "nan") return std::numeric_limits<double>::quiet_NaN();
  refuse(column, "numbers");
}

Json list_at(const Statement& row, int column, const char* name) {
  Json list = Json::parse(row.text(column), nullptr, /*allow_exceptions=*/false);
  if (!list.is_array()) refuse(name, "a JSON list");
  return list;
}

std::vector<std::size_t> step_ends_at(const Statement& row, std::size_t text_bytes) {
  std::vector<std::size_t> ends;
  for (const Json& end : list_at(row, kPathStepEnds, "step_ends")) {
    if (!end.is_number_unsigned() || end.get<std::size_t>() > text_bytes ||
        (!ends.empty() && end.get<std::size_t>() < ends.back())) {
      refuse("step_ends", "rising offsets into the text");
    }
    ends.push_back(end.get<std::size_t>());
  }
  return ends;
}

std::vector<Turn> turns_at(const Statement& row) {
  std::vector<Turn> turns;
  for (const Json& turn : list_at(row, kPathTurns, "turns")) {
    if (!turn.is_object() || !turn.value("role", Json()).is_string() || !turn.value("text", Json()).is_string()) {
      refuse("turns", "role and text of each");
    }
    turns.push_back({turn["role"].get<std::string>(), turn["text"].get<std::string>()});
  }
  return turns;
}

std::vector<JudgeVerdict> verdicts_at(const Statement& row) {
  std::vector<JudgeVerdict> verdicts;
  for (const Json& verdict : list_at(row, kPathVerdicts, "verdicts")) {
    if (!verdict.is_array() || verdict.size() != 2 || !verdict[0].is_number_unsigned())
      refuse("verdicts", "judge and score of each");
    verdicts.push_back({verdict[0].get<std::size_t>(), number_from(verdict[1], "verdicts")});
  }
  return verdicts;
}

std::vector<Measure> measures_at(const Statement& row) {
  std::vector<Measure> measures;
  for (const Json& one : list_at(row, kMeasures, "measures")) {
    if (!one.is_array() || one.size() != 2 || !one[0].is_string()) refuse("measures", "name and value of each");
    measures.push_back({one[0].get<std::string>(), number_from(one[1], "measures")});
    if (!std::isfinite(measures.back().value)) refuse("measures", "finite values");
  }
  return measures;
}

std::string text_of(const Json& list) { return list.dump(-1, ' ', false, Json::error_handler_t::replace); }

Ledger ledger_at(const Statement& row) {
  Ledger ledger;
  ledger.prompt_computed = count_at(row, kPromptTokens, "prompt_tokens");
  ledger.prompt_cached = count_at(row, kCachedTokens, "cached_tokens");
  ledger.generated = count_at(row, kGeneratedTokens, "generated_tokens");
  ledger.drafted = count_at(row, kDraftedTokens, "drafted_tokens");
  ledger.verified = count_at(row, kVerifiedTokens, "verified_tokens");
  ledger.recomputed = count_at(row, kRecomputedTokens, "recomputed_tokens");
  ledger.flops = amount_at(row, kFlops, "flops");
  ledger.verified_flops = amount_at(row, kVerifiedFlops, "verified_flops");
  ledger.bytes = amount_at(row, kBytes, "bytes");
  ledger.seconds = amount_at(row, kSeconds, "seconds");
  ledger.peak_kv_bytes = count_at(row, kPeakKvBytes, "peak_kv_bytes");
  return ledger;
}

void bind_ledger(Statement& insert, const Ledger& ledger) {
  const std::array counts{ledger.prompt_computed, ledger.prompt_cached, ledger.generated,
                          ledger.drafted,         ledger.verified,      ledger.recomputed};
  for (std::size_t i = 0; i < counts.size(); ++i) insert.bind(kPromptTokens + 1 + static_cast<int>(i), counts[i]);
  insert.bind(kFlops + 1, ledger.flops).bind(kVerifiedFlops + 1, ledger.verified_flops).bind(kBytes + 1, ledger.bytes);
  insert.bind(kSeconds + 1, ledger.seconds).bind(kPeakKvBytes + 1, ledger.peak_kv_bytes);
}

// A seed is any 64 bits; SQLite's integers have a sign.
std::int64_t as_signed(std::uint64_t value) { return static_cast<std::int64_t>(value); }

Outcome outcome_at(const Statement& row, std::vector<PathRecord> paths) {
  Outcome outcome;
  outcome.paths = std::move(paths);
  if (count_at(row, kPathsStored, "paths_stored") != static_cast<std::int64_t>(outcome.paths.size())) {
    refuse("paths_stored", fmt::format("{}, as many as there are", outcome.paths.size()));
  }
  outcome.answer = row.optional_text(kAnswer);
  outcome.confidence = amount_at(row, kConfidence, "confidence");
  constexpr std::array kStatuses{OutcomeStatus::answered, OutcomeStatus::budget_exhausted, OutcomeStatus::no_answer,
                                 OutcomeStatus::too_long};
  outcome.status = named(kStatuses, row.text(kStatus), "status");
  if (!row.is_null(kLogEvidence)) outcome.log_evidence = row.number(kLogEvidence);
  if (!row.is_null(kKlBound)) outcome.kl_bound = amount_at(row, kKlBound, "kl_bound");
  if (!row.is_null(kMargin)) outcome.margin = row.number(kMargin);
  outcome.sequential_tokens = count_at(row, kSequentialTokens, "sequential_tokens");
  if (row.is_null(kChosen)) return outcome;
  outcome.chosen = static_cast<std::size_t>(count_at(row, kChosen, "chosen"));
  if (*outcome.chosen >= outcome.paths.size()) refuse("chosen", "the index of a path");
  return outcome;
}

}  // namespace

const char* const kResultColumns =
    "(run INTEGER NOT NULL, problem INTEGER NOT NULL, id TEXT, level INTEGER, family TEXT, prompt TEXT, strategy TEXT,"
    " seed INTEGER, answer TEXT, extracted TEXT, correct INTEGER, score REAL, detail TEXT, checked_by TEXT, confidence REAL,"
    " status TEXT, chosen INTEGER, log_evidence REAL, prompt_tokens INTEGER, cached_tokens INTEGER, generated_tokens INTEGER,"
    " drafted_tokens INTEGER, verified_tokens INTEGER, recomputed_tokens INTEGER, flops REAL, verified_flops REAL, bytes REAL,"
    " seconds REAL, peak_kv_bytes INTEGER, paths_drawn INTEGER, paths_stored INTEGER, kl_bound REAL, margin REAL,"
    " sequential_tokens INTEGER, measures TEXT, PRIMARY KEY(run, problem)) WITHOUT ROWID";
const char* const kPathColumns =
    "(run INTEGER NOT NULL, problem INTEGER NOT NULL, path INTEGER NOT NULL, id INTEGER, parent INTEGER, state TEXT, text TEXT,"
    " answer TEXT, score REAL, tokens INTEGER, inherited_tokens INTEGER, inherited_steps INTEGER, log_probability REAL,"
    " evidence INTEGER, weight REAL, correct INTEGER, step_ends TEXT, step_scores TEXT, turns TEXT, model INTEGER,"
    " member INTEGER, verdicts TEXT, PRIMARY KEY(run, problem, path)) WITHOUT ROWID";

std::string placeholders(int count) {
  std::string text = "?";
  for (int i = 1; i < count; ++i) text += ",?";
  return text;
}

void bind_result(Statement& insert, std::int64_t run, const ProblemResult& result) {
  const SolveResult& solved = result.solved;
  const Outcome& outcome = solved.outcome;
  insert.bind(kRun + 1, run).bind(kProblem + 1, result.problem).bind(kId + 1, std::string_view(result.id));
  insert.bind(kLevel + 1, std::int64_t{result.level}).bind(kFamily + 1, std::string_view(result.family));
  insert.bind(kPrompt + 1, std::string_view(solved.problem)).bind(kStrategy + 1, std::string_view(solved.strategy));
  insert.bind(kSeed + 1, as_signed(solved.seed)).bind(kAnswer + 1, outcome.answer);
  insert.bind(kExtracted + 1, result.verdict.extracted).bind(kCorrect + 1, std::int64_t{result.right()});
  insert.bind(kScore + 1, result.verdict.score).bind(kDetail + 1, std::string_view(result.verdict.detail));
  insert.bind(kCheckedBy + 1, std::string_view(result.checked_by)).bind(kConfidence + 1, outcome.confidence);
  insert.bind(kStatus + 1, std::string_view(name_of(outcome.status)));
  if (outcome.chosen) insert.bind(kChosen + 1, static_cast<std::int64_t>(*outcome.chosen));
  if (outcome.log_evidence) insert.bind(kLogEvidence + 1, *outcome.log_evidence);
  bind_ledger(insert, solved.receipt.ledger);
  insert.bind(kPathsDrawn + 1, solved.receipt.paths).bind(kPathsStored + 1, static_cast<std::int64_t>(outcome.paths.size()));
  if (outcome.kl_bound) insert.bind(kKlBound + 1, *outcome.kl_bound);
  if (outcome.margin) insert.bind(kMargin + 1, *outcome.margin);
  insert.bind(kSequentialTokens + 1, outcome.sequential_tokens);
  Json measures = Json::array();
  for (const Measure& one : result.verdict.measures) measures.push_back(Json::array({one.name, number_json(one.value)}));
  insert.bind(kMeasures + 1, std::string_view(text_of(measures)));
}

void bind_path(Statement& insert, std::int64_t run, const ProblemResult& result, std::size_t path) {
  const PathRecord& record = result.solved.outcome.paths[path];
  const std::vector<bool>& correct = result.solved.selections.correct;
  Json scores = Json::array(), turns = Json::array(), verdicts = Json::array();
  for (const double score : record.step_scores) scores.push_back(number_json(score));
  for (const Turn& turn : record.turns) turns.push_back(Json{{"role", turn.role}, {"text", turn.text}});
  for (const JudgeVerdict& verdict : record.verdicts)
    verdicts.push_back(Json::array({verdict.judge, number_json(verdict.score)}));
  insert.bind(kPathRun + 1, run).bind(kPathProblem + 1, result.problem).bind(kPathIndex + 1, static_cast<std::int64_t>(path));
  insert.bind(kPathId + 1, as_signed(record.id)).bind(kPathParent + 1, as_signed(record.parent));
  insert.bind(kPathState + 1, std::string_view(name_of(record.state))).bind(kPathText + 1, std::string_view(record.text));
  insert.bind(kPathAnswer + 1, record.answer).bind(kPathScore + 1, record.score).bind(kPathTokens + 1, record.tokens);
  insert.bind(kPathInheritedTokens + 1, record.inherited_tokens);
  insert.bind(kPathInheritedSteps + 1, static_cast<std::int64_t>(record.inherited_steps));
  insert.bind(kPathLogProbability + 1, record.log_probability).bind(kPathEvidence + 1, std::int64_t{record.evidence});
  if (record.weight) insert.bind(kPathWeight + 1, *record.weight);
  insert.bind(kPathCorrect + 1, std::int64_t{path < correct.size() && correct[path]});
  insert.bind(kPathStepEnds + 1, std::string_view(Json(record.step_ends).dump()));
  insert.bind(kPathStepScores + 1, std::string_view(text_of(scores)));
  insert.bind(kPathTurns + 1, std::string_view(text_of(turns))).bind(kPathModel + 1, std::int64_t{record.model});
  if (record.member) insert.bind(kPathMember + 1, static_cast<std::int64_t>(*record.member));
  insert.bind(kPathVerdicts + 1, std::string_view(text_of(verdicts)));
}

ProblemResult result_from(const Statement& row, std::vector<PathRecord> paths, std::vector<bool> correct) {
  ProblemResult result;
  result.problem = count_at(row, kProblem, "problem");
  result.id = row.text(kId);
  result.level = static_cast<int>(std::min<std::int64_t>(count_at(row, kLevel, "level"), kHighestLevel));
  result.family = row.text(kFamily);
  result.verdict = Verdict{.extracted = row.optional_text(kExtracted),
                           .correct = flag_at(row, kCorrect, "correct"),
                           .score = amount_at(row, kScore, "score"),
                           .detail = row.text(kDetail),
                           .measures = measures_at(row)};
  result.checked_by = row.text(kCheckedBy);
  SolveResult& solved = result.solved;
  solved.problem = row.text(kPrompt);
  solved.strategy = row.text(kStrategy);
  solved.seed = static_cast<std::uint64_t>(row.integer(kSeed));
  solved.outcome = outcome_at(row, std::move(paths));
  solved.receipt = Receipt{ledger_at(row), count_at(row, kPathsDrawn, "paths_drawn")};
  solved.correct = flag_at(row, kCorrect, "correct");
  solved.selections = selections_of(solved.outcome, std::move(correct));
  return result;
}

PathRecord path_from(const Statement& row, bool& correct) {
  constexpr std::array kStates{PathState::open, PathState::finished, PathState::stopped, PathState::cut_off, PathState::pruned};
  PathRecord record;
  record.id = static_cast<std::uint64_t>(row.integer(kPathId));
  record.parent = static_cast<std::uint64_t>(row.integer(kPathParent));
  if (record.parent > record.id) refuse("parent", "the id of an earlier path");
  record.state = named(kStates, row.text(kPathState), "state");
  record.text = row.text(kPathText);
  record.answer = row.optional_text(kPathAnswer);
  record.score = row.number(kPathScore);
  record.tokens = count_at(row, kPathTokens, "tokens");
  record.inherited_tokens = count_at(row, kPathInheritedTokens, "inherited_tokens");
  record.log_probability = row.number(kPathLogProbability);
  record.evidence = flag_at(row, kPathEvidence, "evidence");
  if (!row.is_null(kPathWeight)) record.weight = row.number(kPathWeight);
  correct = flag_at(row, kPathCorrect, "correct");
  record.step_ends = step_ends_at(row, record.text.size());
  record.inherited_steps = static_cast<std::size_t>(count_at(row, kPathInheritedSteps, "inherited_steps"));
  if (record.inherited_steps > record.step_ends.size()) refuse("inherited_steps", "at most as many as the path has");
  for (const Json& score : list_at(row, kPathStepScores, "step_scores"))
    record.step_scores.push_back(number_from(score, "step_scores"));
  record.turns = turns_at(row);
  record.model = static_cast<int>(std::min<std::int64_t>(count_at(row, kPathModel, "model"), kMostModels));
  if (!row.is_null(kPathMember)) record.member = static_cast<std::size_t>(count_at(row, kPathMember, "member"));
  record.verdicts = verdicts_at(row);
  return record;
}

}  // namespace reckon
