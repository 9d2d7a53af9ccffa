#include "app/aggregation.h"

#include <algorithm>
#include <unordered_map>

#include "search/answers/grouping.h"
#include "search/truth/truth.h"

namespace reckon {
namespace {

class Names {  // numbered in order of first use
 public:
  std::size_t number_of(const std::string& name) {
    const auto [found, is_new] = numbers_.emplace(name, names_.size());
    if (is_new) names_.push_back(name);
    return found->second;
  }
  const std::vector<std::string>& names() const { return names_; }

 private:
  std::unordered_map<std::string, std::size_t> numbers_;
  std::vector<std::string> names_;
};

struct NamedVotes {
  VoteTable table;
  std::vector<std::string> items;
  std::vector<std::string> workers;
  std::vector<std::string> labels;                // where they are shared
  std::vector<std::vector<std::string>> answers;  // [items][labels] where they are not

  const std::string& label(std::size_t item, std::size_t number) const {
    return table.shared ? labels[number] : answers[item][number];
  }
};

// Each item's labels become numbers of groups of equal answers.
void group_by_value(NamedVotes& named, const std::vector<std::vector<std::size_t>>& votes_of_items) {
  named.table.shared = false;
  for (const std::vector<std::size_t>& votes : votes_of_items) {
    std::vector<std::string> spelled;
    for (const std::size_t vote : votes) spelled.push_back(named.labels[named.table.votes[vote].label]);
    std::vector<std::string>& answers = named.answers.emplace_back();
    std::vector<bool> grouped(votes.size(), false);
    for (const AnswerGroup& group : group_answers(spelled)) {
      for (const std::size_t member : group.members) {
        named.table.votes[votes[member]].label = answers.size();
        grouped[member] = true;
      }
      answers.push_back(group.answer);
    }
    for (std::size_t i = 0; i < votes.size(); ++i) {  // blank labels are no answers; each stands alone
      if (grouped[i]) continue;
      named.table.votes[votes[i]].label = answers.size();
      answers.push_back(spelled[i]);
    }
    named.table.classes.push_back(answers.size() + 1);
  }
}

NamedVotes numbered(std::span<const VoteLine> lines, bool answers) {
  Names items;
  Names workers;
  Names labels;
  NamedVotes named;
  std::vector<std::vector<std::size_t>> votes_of_items;
  for (const VoteLine& line : lines) {
    const Vote vote{items.number_of(line.item), workers.number_of(line.worker), labels.number_of(line.label)};
    votes_of_items.resize(items.names().size());
    votes_of_items[vote.item].push_back(named.table.votes.size());
    named.table.votes.push_back(vote);
  }
  named.items = items.names();
  named.workers = workers.names();
  named.labels = labels.names();
  named.table.items = named.items.size();
  named.table.workers = named.workers.size();
  if (answers) {
    group_by_value(named, votes_of_items);
  } else {
    named.table.classes.assign(named.items.size(), std::max<std::size_t>(named.labels.size(), 2));
  }
  return named;
}

}  // namespace

Aggregation aggregate(const AggregationRequest& request) {
  find_truth_method(parse_named_parameters(request.method, "--method").name);  // before a long file is read
  return aggregate(read_votes(request.file), request);
}

Aggregation aggregate(std::span<const VoteLine> votes, const AggregationRequest& request) {
  const NamedVotes named = numbered(votes, request.answers);
  const TruthEstimate estimate = infer_truth(request.method, named.table);
  Aggregation aggregation;
  aggregation.method = request.method;
  aggregation.iterations = static_cast<std::int64_t>(estimate.objective.size());
  if (!estimate.objective.empty()) aggregation.objective = estimate.objective.back();
  for (std::size_t item = 0; item < named.items.size(); ++item) {
    // The last class may be one that nobody named: it is never the answer.
    const std::size_t given = named.table.shared ? named.labels.size() : named.answers[item].size();
    const std::span<const double> belief = std::span(estimate.posterior[item]).first(given);
    const auto best = static_cast<std::size_t>(std::ranges::max_element(belief) - belief.begin());
    aggregation.items.push_back({named.items[item], named.label(item, best), belief[best], 0});
  }
  for (std::size_t worker = 0; worker < named.workers.size(); ++worker) {
    aggregation.workers.push_back({named.workers[worker], estimate.reliability[worker], 0});
  }
  for (const Vote& vote : named.table.votes) {
    ++aggregation.items[vote.item].votes;
    ++aggregation.workers[vote.worker].votes;
  }
  return aggregation;
}

}  // namespace reckon
