#include "app/measurement_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <span>
#include <utility>

#include "app/code_version.h"
#include "app/database_schema.h"
#include "base/error.h"
#include "search/allocator.h"

namespace reckon {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t kMostRows = 1'000'000;
constexpr std::int64_t kMostCount = std::int64_t{1} << 40;
constexpr std::size_t kLongestLine = 65536;

constexpr const char* kStrategies =
    "CREATE TABLE strategies(model TEXT, task TEXT, verifier TEXT, strategy TEXT, budget TEXT, bin INTEGER, problems INTEGER,"
    " right INTEGER, tokens REAL)";
constexpr const char* kVerifiers =
    "CREATE TABLE verifiers(model TEXT, task TEXT, verifier TEXT, threshold REAL, completeness REAL, soundness REAL,"
    " paths INTEGER)";
constexpr const char* kAccuracies = "CREATE TABLE accuracies(model TEXT, task TEXT, right REAL, wrong REAL, problems INTEGER)";
constexpr const char* kBins = "CREATE TABLE bins(model TEXT, pilot INTEGER, edges TEXT, agree REAL, sure REAL, hard REAL)";
constexpr const char* kProbes =
    "CREATE TABLE probes(model TEXT, prompt TEXT, width INTEGER, units INTEGER, weights BLOB, problems INTEGER, accuracy REAL,"
    " largest_kind REAL)";
constexpr const char* kTasks = "CREATE TABLE tasks(model TEXT, task TEXT, parameters TEXT)";
constexpr std::int64_t kProbesSince = 2;  // format
constexpr std::int64_t kTasksSince = 3;
constexpr const char* kRuns =
    "CREATE TABLE runs(model TEXT, task TEXT, verifier TEXT, strategy TEXT, budget TEXT, command TEXT, begun TEXT, problems TEXT,"
    " build TEXT, probed INTEGER)";
// What a strategy took at most under a budget, of any problem: beside its rows in `strategies`, which earlier formats have too.
constexpr const char* kCosts =
    "CREATE TABLE costs(model TEXT, task TEXT, verifier TEXT, strategy TEXT, budget TEXT, tokens INTEGER, flops REAL, seconds "
    "REAL)";
constexpr std::int64_t kRunsSince = 4;  // and costs

DatabaseSchema measurement_schema() {
  return {.application = 0x52636b6d,  // "Rckm"
          .format = 4,
          .tables = {kStrategies, kVerifiers, kAccuracies, kBins, kProbes, kTasks, kRuns, kCosts},
          .added = {{kProbesSince, {kProbes}}, {kTasksSince, {kTasks}}, {kRunsSince, {kRuns, kCosts}}},
          .expected = "is no file of measurements; give one that 'reckon eval learn' has made"};
}

// Reads the rows of one table, refusing what was not written by this program.
class Rows {
 public:
  Rows(Database& database, const char* table, const char* columns, const std::string& model)
      : table_(table), asked_(database.prepare(fmt::format("SELECT {} FROM {} WHERE model=? ORDER BY rowid", columns, table))) {
    asked_.bind(1, std::string_view(model));
  }

  bool step() {
    if (!asked_.step()) return false;
    if (++rows_ > kMostRows) refuse(fmt::format("at most {} rows", kMostRows));
    return true;
  }
  std::string text(int column) const { return asked_.text(column); }
  double number(int column, double low, double high) const {
    const double value = asked_.number(column);
    if (!(value >= low && value <= high)) refuse(fmt::format("numbers from {:g} to {:g} in column {}", low, high, column + 1));
    return value;
  }
  std::int64_t count(int column, std::int64_t low = 0, std::int64_t high = kMostCount) const {
    const std::int64_t value = asked_.integer(column);
    if (value < low || value > high) refuse(fmt::format("whole numbers from {} to {} in column {}", low, high, column + 1));
    return value;
  }
  [[noreturn]] void refuse(const std::string& expected) const {
    throw Error(ErrorCode::bad_file,
                fmt::format("row {} of its table '{}' is not what was written: expected {}", rows_, table_, expected));
  }

 private:
  const char* table_;
  Statement asked_;
  std::int64_t rows_ = 0;
};

Budget budget_of(const std::string& text) { return text == to_string(Budget{}) ? Budget{} : parse_budget(text); }

MeasuredStrategy strategy_from(const Rows& row) {
  MeasuredStrategy one;
  one.task = row.text(0);
  one.verifier = row.text(1);
  one.strategy = row.text(2);
  traits_of(one.strategy);  // throws for one that this version does not have
  if (parse_allocation(one.strategy).strategy.empty()) row.refuse("strategies that choose no other");
  one.budget = budget_of(row.text(3));
  one.bin = static_cast<int>(row.count(4, kAllBins, 1000));
  one.problems = row.count(5);
  one.right = row.count(6, 0, one.problems);
  one.tokens = row.number(7, 0, 1e15);
  return one;
}

DifficultyBins bins_from(const Rows& row) {
  DifficultyBins bins;
  bins.pilot = static_cast<int>(row.count(0, 0, 4096));
  const Json edges = Json::parse(row.text(1), nullptr, /*allow_exceptions=*/false);
  if (!edges.is_array() || edges.size() > 1000) row.refuse("a JSON list of edges");
  for (const Json& edge : edges) {
    const bool rises = edge.is_number() && (bins.edges.empty() || edge.get<double>() > bins.edges.back());
    if (!rises) row.refuse("rising edges");
    bins.edges.push_back(edge.get<double>());
  }
  return bins;
}

DifficultyProbe probe_from(const Rows& row) {
  DifficultyProbe probe;
  probe.prompt = row.text(0);
  probe.width = row.count(1, 1, kMostProbeWidth);
  probe.units = row.count(2, 0, kMostProbeUnits);
  probe.problems = row.count(4);
  probe.accuracy = row.number(5, 0, 1);
  probe.largest_kind = row.number(6, 0, 1);
  return with_weights(std::move(probe), row.text(3));
}

void read_probe(Database& database, const std::string& model, Measurements& all) {
  Rows probes(database, "probes", "prompt, width, units, weights, problems, accuracy, largest_kind", model);
  while (probes.step()) all.probe = probe_from(probes);
}

void read_tasks(Database& database, const std::string& model, Measurements& all) {
  Rows tasks(database, "tasks", "task, parameters", model);
  while (tasks.step()) all.tasks.push_back({tasks.text(0), tasks.text(1)});
}

// What receipts repeat: one line of printable text.
std::string line_from(const Rows& row, int column) {
  std::string text = row.text(column);
  const bool plain =
      text.size() <= kLongestLine && std::ranges::none_of(text, [](unsigned char c) { return c < ' ' || c == 127; });
  if (!plain) row.refuse(fmt::format("one line of text in column {}", column + 1));
  return text;
}

void read_runs(Database& database, const std::string& model, Measurements& all) {
  Rows runs(database, "runs", "task, verifier, strategy, budget, command, begun, problems, build, probed", model);
  while (runs.step()) {
    all.runs.push_back({.task = line_from(runs, 0),
                        .verifier = line_from(runs, 1),
                        .strategy = line_from(runs, 2),
                        .budget = budget_of(runs.text(3)),
                        .command = line_from(runs, 4),
                        .begun = line_from(runs, 5),
                        .problems = line_from(runs, 6),
                        .build = line_from(runs, 7),
                        .probed = runs.count(8, 0, 1) == 1});
  }
}

void read_costs(Database& database, const std::string& model, Measurements& all) {
  Rows rows(database, "costs", "task, verifier, strategy, budget, tokens, flops, seconds", model);
  while (rows.step()) {
    const Costs most{.tokens = rows.count(4), .flops = rows.number(5, 0, 1e30), .seconds = rows.number(6, 0, 1e9)};
    for (MeasuredStrategy& one : all.strategies) {
      const bool same = one.task == rows.text(0) && one.verifier == rows.text(1) && one.strategy == rows.text(2);
      if (same && to_string(one.budget) == rows.text(3)) one.most = most;
    }
  }
}

void write_costs(Database& database, const std::string& model, std::span<const MeasuredStrategy> strategies) {
  Statement row = database.prepare("INSERT INTO costs VALUES(?,?,?,?,?,?,?,?)");
  for (const MeasuredStrategy& one : strategies) {
    if (!one.most || one.bin != kAllBins) continue;
    const std::string budget = to_string(one.budget);
    row.bind(1, std::string_view(model)).bind(2, std::string_view(one.task)).bind(3, std::string_view(one.verifier));
    row.bind(4, std::string_view(one.strategy)).bind(5, std::string_view(budget)).bind(6, one.most->tokens);
    row.bind(7, one.most->flops).bind(8, one.most->seconds).run();
  }
}

void write_runs(Database& database, const std::string& model, std::span<const MeasuredRun> runs) {
  Statement row = database.prepare("INSERT INTO runs VALUES(?,?,?,?,?,?,?,?,?,?)");
  for (const MeasuredRun& one : runs) {
    const std::string budget = to_string(one.budget);
    row.bind(1, std::string_view(model)).bind(2, std::string_view(one.task)).bind(3, std::string_view(one.verifier));
    row.bind(4, std::string_view(one.strategy)).bind(5, std::string_view(budget)).bind(6, std::string_view(one.command));
    row.bind(7, std::string_view(one.begun)).bind(8, std::string_view(one.problems)).bind(9, std::string_view(one.build));
    row.bind(10, std::int64_t{one.probed ? 1 : 0}).run();
  }
}

void write_probe(Database& database, const std::string& model, const DifficultyProbe& probe) {
  validate(probe);
  const std::string weights = weight_bytes(probe.weights);
  Statement row = database.prepare("INSERT INTO probes VALUES(?,?,?,?,CAST(? AS BLOB),?,?,?)");
  row.bind(1, std::string_view(model)).bind(2, std::string_view(probe.prompt)).bind(3, probe.width).bind(4, probe.units);
  row.bind(5, std::string_view(weights)).bind(6, probe.problems).bind(7, probe.accuracy).bind(8, probe.largest_kind).run();
}

Measurements read(Database& database, const std::string& model) {
  Measurements all;
  Rows strategies(database, "strategies", "task, verifier, strategy, budget, bin, problems, right, tokens", model);
  while (strategies.step()) all.strategies.push_back(strategy_from(strategies));
  Rows verifiers(database, "verifiers", "task, verifier, threshold, completeness, soundness, paths", model);
  while (verifiers.step()) {
    all.verifiers.push_back({verifiers.text(0), verifiers.text(1), verifiers.number(2, 0, 1), verifiers.number(3, 0, 1),
                             verifiers.number(4, 0, 1), verifiers.count(5)});
  }
  Rows accuracies(database, "accuracies", "task, right, wrong, problems", model);
  while (accuracies.step()) {
    all.accuracies.push_back(
        {accuracies.text(0), accuracies.number(1, 1e-6, 1e6), accuracies.number(2, 1e-6, 1e6), accuracies.count(3)});
  }
  Rows bins(database, "bins", "pilot, edges, agree, sure, hard", model);
  while (bins.step()) {
    all.bins = bins_from(bins);
    all.kinds = {.agree = bins.number(2, 0, 1), .sure = bins.number(3, 0, 1e6), .hard = bins.number(4, 0, 1)};
  }
  return all;
}

}  // namespace

std::string default_measurements() {
  try {
    const auto file = std::filesystem::path(bundled_model_path()).replace_filename("reckon-measurements.db");
    return std::filesystem::exists(file) ? file.string() : "";
  } catch (const Error&) {  // no bundled model: then none of its measurements either
    return "";
  }
}

std::string model_fingerprint(const RuntimeOptions& options) {
  return options.synthetic.empty() ? hash_of_file(model_path_of(options)) : options.synthetic;
}

std::optional<Measurements> read_measurements(const std::string& file, const std::string& model) {
  if (!std::filesystem::exists(file)) {
    throw Error(ErrorCode::not_found, "no such file; 'reckon eval learn' makes one from stored evaluations", file);
  }
  Database database(file, DatabaseAccess::read);
  const std::int64_t format = require_schema(database, measurement_schema(), DatabaseAccess::read);
  try {
    Measurements all = read(database, model);
    if (format >= kProbesSince) read_probe(database, model, all);
    if (format >= kTasksSince) read_tasks(database, model, all);
    if (format >= kRunsSince) read_runs(database, model, all);
    if (format >= kRunsSince) read_costs(database, model, all);
    all.file = file;
    if (all.strategies.empty() && all.verifiers.empty() && !all.probe) return std::nullopt;
    return all;
  } catch (const Error& error) {  // what is wrong is known there, where it stands is known here
    throw Error(ErrorCode::bad_file, error.message(), file);
  }
}

void write_measurements(const std::string& file, const std::string& model, const Measurements& measurements) {
  Database database(file, DatabaseAccess::create);
  require_schema(database, measurement_schema(), DatabaseAccess::create);
  Transaction transaction(database);
  for (const char* table : {"strategies", "verifiers", "accuracies", "bins", "probes", "tasks", "runs", "costs"}) {
    database.prepare(fmt::format("DELETE FROM {} WHERE model=?", table)).bind(1, std::string_view(model)).run();
  }
  Statement strategy = database.prepare("INSERT INTO strategies VALUES(?,?,?,?,?,?,?,?,?)");
  for (const MeasuredStrategy& one : measurements.strategies) {
    const std::string budget = to_string(one.budget);
    strategy.bind(1, std::string_view(model)).bind(2, std::string_view(one.task)).bind(3, std::string_view(one.verifier));
    strategy.bind(4, std::string_view(one.strategy)).bind(5, std::string_view(budget)).bind(6, std::int64_t{one.bin});
    strategy.bind(7, one.problems).bind(8, one.right).bind(9, one.tokens).run();
  }
  Statement verifier = database.prepare("INSERT INTO verifiers VALUES(?,?,?,?,?,?,?)");
  for (const MeasuredVerifier& one : measurements.verifiers) {
    verifier.bind(1, std::string_view(model)).bind(2, std::string_view(one.task)).bind(3, std::string_view(one.verifier));
    verifier.bind(4, one.threshold).bind(5, one.completeness).bind(6, one.soundness).bind(7, one.paths).run();
  }
  Statement accuracy = database.prepare("INSERT INTO accuracies VALUES(?,?,?,?,?)");
  for (const MeasuredAccuracy& one : measurements.accuracies) {
    accuracy.bind(1, std::string_view(model)).bind(2, std::string_view(one.task)).bind(3, one.right).bind(4, one.wrong);
    accuracy.bind(5, one.problems).run();
  }
  Statement task = database.prepare("INSERT INTO tasks VALUES(?,?,?)");
  for (const MeasuredTask& one : measurements.tasks) {
    task.bind(1, std::string_view(model)).bind(2, std::string_view(one.task)).bind(3, std::string_view(one.parameters)).run();
  }
  const std::string edges = Json(measurements.bins.edges).dump();
  Statement bins = database.prepare("INSERT INTO bins VALUES(?,?,?,?,?,?)");
  bins.bind(1, std::string_view(model)).bind(2, std::int64_t{measurements.bins.pilot}).bind(3, std::string_view(edges));
  bins.bind(4, measurements.kinds.agree).bind(5, measurements.kinds.sure).bind(6, measurements.kinds.hard).run();
  if (measurements.probe) write_probe(database, model, *measurements.probe);
  write_runs(database, model, measurements.runs);
  write_costs(database, model, measurements.strategies);
  transaction.commit();
}

}  // namespace reckon
