// The machine-readable documents of the command line (docs/json.md): field names are a contract, additions are allowed.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <span>

#include "app/aggregation.h"
#include "app/benchmark.h"
#include "app/evaluation.h"
#include "app/pool_curves.h"
#include "app/run_comparison.h"
#include "app/solve.h"

namespace reckon {

using Json = nlohmann::ordered_json;

Json to_json(const Receipt& receipt);
Json to_json(const SolveResult& result);
// `pool` is what pool_curves makes of the same results.
Json to_json(const std::string& task, const StrategyScore& score, const std::optional<PoolCurves>& pool);
Json to_json(const StoredRun& run);
Json to_json(const RunComparison& comparison);
Json to_json(const BenchmarkReport& report);
Json to_json(const Aggregation& aggregation);

// {"name","summary","source","parameters":[{"name","kind","default","minimum","maximum","choices","meaning"}]}
Json entry_json(std::string_view name, std::string_view summary, std::string_view source,
                std::span<const ParameterSpec> parameters);

// A path of the outcome: {"id","parent","state","text","answer","score","step_scores","tokens","inherited_tokens",
// "inherited_steps","log_probability"}, "turns" where there are any, "correct" where somebody can tell.
Json path_json(const SolveResult& result, std::size_t index);

// The text of a document; invalid UTF-8 inside strings becomes U+FFFD instead of an exception.
std::string dump(const Json& document, int indent = -1);

}  // namespace reckon
