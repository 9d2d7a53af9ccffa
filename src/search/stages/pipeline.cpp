#include "search/stages/pipeline.h"

#include <algorithm>

#include "base/error.h"

namespace reckon {
namespace {

struct Placed {
  const StageEntry* entry;
  const std::string* place;
};

[[noreturn]] void refuse(const Placed& stage, const std::string& message) {
  throw Error(ErrorCode::bad_argument, message, *stage.place);
}

std::string names(const std::vector<std::string_view>& kinds) {
  std::string text;
  for (const std::string_view kind : kinds) text += (text.empty() ? "'" : " or '") + std::string(kind) + "'";
  return text;
}

// What this one writes is read before it is written anew.
bool is_read(std::span<const Placed> order, std::size_t index) {
  const StageEntry& writer = *order[index].entry;
  for (std::size_t i = index + 1; i < order.size(); ++i) {
    const StageEntry& other = *order[i].entry;
    if (std::ranges::find(writer.read_by, other.name) != writer.read_by.end()) return true;
    if (writer.read_at_once || other.name == writer.name) return false;
  }
  return false;
}

void check_order(std::span<const Placed> order) {
  for (std::size_t i = 0; i < order.size(); ++i) {
    const StageEntry& entry = *order[i].entry;
    const bool begun = i > 0 && !order[i - 1].entry->opens;
    if (i == 0 && !entry.opens) refuse(order[i], "cannot be the first: nothing has been generated yet; begin with 'generate'");
    if (entry.opens && begun) refuse(order[i], "stands before all stages of other kinds, not behind them");
    if (!entry.read_by.empty() && !is_read(order, i)) {
      refuse(order[i], "nothing reads what it writes; " + names(entry.read_by) + " has to follow" +
                           (entry.read_at_once ? " at once" : " before the next of its kind"));
    }
    if (!entry.reads.empty() && (i == 0 || order[i - 1].entry->name != entry.reads)) {
      refuse(order[i], "'" + std::string(entry.reads) + "' has to stand right before it");
    }
  }
}

// The same error, with the stage's place in front.
template <typename Make>
auto at(const std::string& place, Make make) {
  try {
    return make();
  } catch (const Error& fault) {
    throw Error(ErrorCode::bad_argument, fault.message(), fault.context().empty() ? place : place + ": " + fault.context());
  }
}

std::unique_ptr<Stage> made(const StageText& text, const StageEntry& entry) {
  const Parameters parameters(entry.parameters, text.values, text.place);
  return at(text.place, [&] { return entry.make(parameters); });
}

}  // namespace

Pipeline::Pipeline(const std::vector<StageText>& texts) {
  std::vector<Placed> order;
  for (const StageText& text : texts) {
    const StageEntry* entry = at(text.place, [&] { return &find_stage(text.kind); });
    order.push_back({entry, &text.place});
    stages_.push_back(made(text, *entry));
    places_.push_back(text.place);
  }
  check_order(order);
  std::int64_t candidates = 0;
  for (const std::unique_ptr<Stage>& stage : stages_) {
    calls_of_.push_back(stage->calls(candidates));
    calls_ += calls_of_.back();
    candidates = stage->leaves(candidates);
  }
  if (candidates == 1) return;
  refuse(order.back(), "leaves up to " + std::to_string(candidates) +
                           " candidates, and an answer is one; end with 'select', with 'fuse', or with keep = 1");
}

void Pipeline::require_models(int there) const {
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    if (stages_[i]->models() <= there) continue;
    throw Error(ErrorCode::bad_argument,
                "asks model " + std::to_string(stages_[i]->models() - 1) + ", counted from 0, and there " +
                    (there == 1 ? "is 1" : "are " + std::to_string(there)) + "; give the others as --ensemble FILE",
                places_[i]);
  }
}

bool Pipeline::questions_follow(std::size_t index) const {
  return std::any_of(calls_of_.begin() + static_cast<std::ptrdiff_t>(index) + 1, calls_of_.end(),
                     [](std::int64_t calls) { return calls > 0; });
}

bool Pipeline::scores_follow(std::size_t index) const {
  return std::any_of(stages_.begin() + static_cast<std::ptrdiff_t>(index), stages_.end(),
                     [](const std::unique_ptr<Stage>& stage) { return stage->verifies(); });
}

std::vector<StageText> stages_in(std::string_view text, const std::string& where) {
  std::vector<StageText> stages;
  for (const std::string& piece : pieces_of(text, '|')) {
    const std::string place = where + ": stage " + std::to_string(stages.size() + 1);
    NamedParameters named = parse_named_parameters(unnested(piece), place);
    StageText& stage = stages.emplace_back();
    stage.place = place + " '" + named.name + "'";
    stage.kind = std::move(named.name);
    stage.values = std::move(named.values);
    if (stages.size() > kMostStages) {
      throw Error(ErrorCode::bad_argument, "there are more than " + std::to_string(kMostStages) + " stages", where);
    }
  }
  if (stages.empty()) throw Error(ErrorCode::bad_argument, "holds no stage; begin with generate", where);
  return stages;
}

}  // namespace reckon
