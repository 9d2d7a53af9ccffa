// Parallel, distil, refine: rounds of drafts, each round written with a short workspace distilled from the drafts of the last,
// never with the drafts themselves. Width 1 in every round is sequential refinement. Source: Madaan et al. 2025, arXiv:2510.01123
// (specs card E3). The workspace is made anew each round.
#include <algorithm>
#include <array>
#include <charconv>

#include "base/error.h"
#include "search/score_reserve.h"
#include "search/strategies/conversation.h"

namespace reckon {
namespace {

constexpr const char* kRefine = "{problem}\n\nNotes on earlier attempts, which may be wrong:\n{workspace}\n";
constexpr const char* kSummarise =
    "{problem}\n\nDraft solutions:\n{drafts}\n\nDo not solve it. Note what the drafts agree on, where they contradict each "
    "other, "
    "what is known so far, what is open, and what to do next.\n";
constexpr std::int64_t kMostWidth = 4096;

std::vector<int> widths_of(const std::string& text) {
  std::vector<int> widths;
  const bool empty_one = text.starts_with('-') || text.ends_with('-') || text.find("--") != std::string::npos;
  if (empty_one) {
    throw Error(ErrorCode::bad_argument, "'" + text + "' has a round without a width; write widths as 8-4-1",
                "strategy 'pdr': parameter 'widths'");
  }
  for (const std::string& piece : pieces_of(text, '-')) {
    int width = 0;
    const auto read = std::from_chars(piece.data(), piece.data() + piece.size(), width);
    const bool whole = read.ec == std::errc() && read.ptr == piece.data() + piece.size();
    if (!whole || width < 1 || width > kMostWidth) {
      throw Error(ErrorCode::bad_argument, "'" + piece + "' is not a whole number in 1..4096; write widths as 8-4-1",
                  "strategy 'pdr': parameter 'widths'");
    }
    widths.push_back(width);
  }
  if (widths.empty()) {
    throw Error(ErrorCode::bad_argument, "holds no width; write widths as 8-4-1", "strategy 'pdr': parameter 'widths'");
  }
  return widths;
}

// What has been drawn, and which of it are the drafts of the last round that gave an answer.
struct Progress {
  std::vector<PathRecord> records;
  std::vector<std::size_t> answering;
  std::int64_t line = 0;  // tokens of the longest draft so far, with all that it waited for (line_tokens)
  bool ran_out = false;
};

// A question about the problem and one more text.
Problem question_about(const Problem& problem, const char* wording, std::string_view name, std::string_view value) {
  const std::array fillings{Filling{"problem", problem.text}, Filling{name, value}};
  return asked_as(problem, filled_in(wording, fillings));
}

class Pdr final : public Strategy {
 public:
  Pdr(const Parameters& parameters, std::shared_ptr<const Verifier> verifier)
      : widths_(widths_of(parameters.text("widths"))),
        distil_(parameters.text("distil")),
        keep_(static_cast<std::size_t>(parameters.integer("keep"))),
        workspace_bytes_(static_cast<std::size_t>(parameters.integer("workspace"))),
        step_(step_options(parameters)),
        verifier_(std::move(verifier)) {}

  awaitable<Outcome> solve(const Problem& problem, SearchSpace& space) const override {
    Progress progress;
    std::vector<std::string> workspaces{""};  // one for all drafts of a round, or one for each
    for (std::size_t round = 0; round < widths_.size(); ++round) {
      const bool last = round + 1 == widths_.size();
      const bool scored = !last && distil_ == "top_k";
      if (!scored) give_up_reserve(space);  // nor is anything after it
      std::vector<Path> drafts = co_await opened(problem, space, workspaces, widths_[round], progress.line);
      progress.ran_out = progress.ran_out || std::ssize(drafts) < widths_[round];
      if (drafts.empty()) break;
      co_await space.advance(drafts, step_);
      std::vector<double> scores;
      if (scored) scores = co_await verifier_->score(drafts, problem, space);
      const std::vector<PathRecord> records = records_of(drafts, scores, problem);
      note(records, progress);
      drafts.clear();  // pages back before the next round
      if (last) break;
      const int places = distil_ == "random_k" ? widths_[round + 1] : 1;
      workspaces = co_await distilled(records, problem, space, places, progress);
    }
    co_return selected(std::move(progress));
  }

 private:
  static awaitable<std::vector<Path>> opened(const Problem& problem, SearchSpace& space,
                                             const std::vector<std::string>& workspaces, int width, std::int64_t waited_for) {
    std::vector<Path> drafts;
    for (std::size_t i = 0; i < workspaces.size(); ++i) {
      const Problem asked = with_workspace(problem, workspaces[i]);
      std::optional<Path> root = co_await space.open(fits(asked, space) ? asked : problem);
      if (!root) break;
      root->earlier_tokens += waited_for;
      const int copies = workspaces.size() == 1 ? width : 1;
      std::ranges::move(space.fork(*root, copies), std::back_inserter(drafts));
    }
    co_return drafts;
  }

  static Problem with_workspace(const Problem& problem, const std::string& workspace) {
    if (workspace.empty()) return problem;
    return question_about(problem, kRefine, "workspace", workspace);
  }

  // A round without any answer leaves the last one that had some to answer.
  static void note(const std::vector<PathRecord>& records, Progress& progress) {
    std::vector<std::size_t> indices;
    for (const PathRecord& record : records) {
      progress.line = std::max(progress.line, record.line_tokens);
      if (record.answer) indices.push_back(progress.records.size());
      progress.records.push_back(record);
    }
    if (!indices.empty()) progress.answering = std::move(indices);
  }

  awaitable<std::vector<std::string>> distilled(const std::vector<PathRecord>& drafts, const Problem& problem, SearchSpace& space,
                                                int places, Progress& progress) const {
    std::vector<std::string> workspaces;
    if (distil_ == "summary") {
      workspaces.push_back(co_await summary(drafts, problem, space, progress));
      co_return workspaces;
    }
    for (int i = 0; i < places; ++i) {
      std::vector<std::size_t> order = distil_ == "top_k" ? best_first(drafts) : shuffled(drafts.size(), space);
      order.resize(std::min(order.size(), keep_));
      workspaces.push_back(joined(drafts, order));
    }
    co_return workspaces;
  }

  static std::vector<std::size_t> best_first(const std::vector<PathRecord>& drafts) {
    std::vector<std::size_t> order(drafts.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::stable_sort(order, std::greater<>(), [&drafts](std::size_t index) { return drafts[index].score; });
    return order;
  }

  // What the drafts say behind their thinking, in equal shares of the workspace. A draft that never ended its thinking says
  // nothing.
  std::string joined(const std::vector<PathRecord>& drafts, const std::vector<std::size_t>& order) const {
    std::string text;
    for (std::size_t i = 0; i < order.size(); ++i) {
      const std::string head = (text.empty() ? "[" : "\n[") + std::to_string(i + 1) + "] ";
      const std::size_t share = workspace_bytes_ / order.size();
      if (share <= head.size()) break;
      const std::string shown = shown_part(drafts[order[i]].text, share - head.size());
      if (!shown.empty()) text += head + shown;
    }
    return text;
  }

  // What the model makes of all drafts, in one greedy text. Where the budget cannot pay for it there is none.
  awaitable<std::string> summary(const std::vector<PathRecord>& drafts, const Problem& problem, SearchSpace& space,
                                 Progress& progress) const {
    std::vector<std::size_t> all(drafts.size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
    std::string shown;
    for (const std::size_t index : all) {
      const std::string part = shown_part(drafts[index].text, quoted_bytes(workspace_bytes_, all.size()));
      if (!part.empty()) shown += "[" + std::to_string(index + 1) + "] " + part + "\n";
    }
    if (shown.empty()) co_return "";
    const Problem asked = question_about(problem, kSummarise, "drafts", shown);
    if (!fits(asked, space)) co_return "";
    const std::optional<Path> root = co_await space.open(asked);
    if (!root) {
      progress.ran_out = true;
      co_return "";
    }
    std::vector<Path> paths = space.fork(*root, 1);
    StepOptions greedy = step_;
    greedy.sampling = SamplingOptions();
    greedy.sampling.temperature = 0;
    co_await space.advance(paths, greedy);
    progress.line += line_tokens(paths.front());
    progress.records.push_back(record_of_question(paths.front(), problem));
    co_return shown_part(paths.front().text, workspace_bytes_);
  }

  static Outcome selected(Progress progress) {
    std::vector<PathRecord> round;
    for (const std::size_t index : progress.answering) round.push_back(progress.records[index]);
    Selection selection = find_selector("majority").select(round);
    if (selection.chosen) selection.chosen = progress.answering[*selection.chosen];
    return outcome_in_order(std::move(progress.records), selection, selection.share, progress.ran_out);
  }

  std::vector<int> widths_;
  std::string distil_;
  std::size_t keep_;
  std::size_t workspace_bytes_;
  StepOptions step_;
  std::shared_ptr<const Verifier> verifier_;
};

std::unique_ptr<Strategy> make_pdr(const Parameters& parameters, std::shared_ptr<const Verifier> verifier) {
  return std::make_unique<Pdr>(parameters, std::move(verifier));
}

}  // namespace

StrategyEntry pdr_entry() {
  std::vector<ParameterSpec> parameters{
      {"widths", std::string("8-4-1"), "drafts of each round; the last round answers, by majority where it has several"},
      {.name = "distil",
       .default_value = std::string("summary"),
       .meaning = "what the next round sees of the drafts",
       .choices = {"summary", "top_k", "random_k"}},
      {"keep", std::int64_t{4}, "drafts in a workspace of top_k or random_k", 1, 4096},
      {"workspace", std::int64_t{2048}, "most bytes of a workspace; its tokens are at most as many", 1, 1e6}};
  std::ranges::move(drawing_parameters(kSearchTemperature), std::back_inserter(parameters));
  return {.name = "pdr",
          .summary = "rounds of drafts, each with a short workspace distilled from the last round's (parallel-distil-refine)",
          .source = "Madaan et al. 2025, arXiv:2510.01123",
          .parameters = std::move(parameters),
          .uses_verifier = true,
          .asks_further = true,
          .make = make_pdr};
}

}  // namespace reckon
