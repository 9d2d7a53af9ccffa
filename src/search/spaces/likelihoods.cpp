#include "search/spaces/likelihoods.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace reckon {
namespace {

using Texts = std::vector<std::vector<Token>>;

// What is asked behind one sequence.
struct Questions {
  const Sequence* sequence;
  std::vector<std::size_t> asked;  // indices of the texts that have tokens, and room
  std::size_t common = 0;          // so many tokens do all of them begin with; 0 of a single one
  Sequence stem;                   // the sequence with these behind it; holds nothing where there are none
  double of_common = 0;            // their log-probability
};

std::size_t common_tokens(const Texts& texts, const std::vector<std::size_t>& asked) {
  if (asked.size() < 2) return 0;
  const std::vector<Token>& first = texts[asked.front()];
  auto end = first.end();
  for (const std::size_t index : asked) {
    const auto differs = std::mismatch(first.begin(), end, texts[index].begin(), texts[index].end());
    end = differs.first;
  }
  return static_cast<std::size_t>(end - first.begin());
}

std::vector<Questions> questions_behind(const std::vector<const Sequence*>& sequences, const Texts& texts, std::size_t context) {
  std::vector<Questions> all;
  all.reserve(sequences.size());  // their stems are pointed to
  for (const Sequence* sequence : sequences) {
    Questions& questions = all.emplace_back();
    questions.sequence = sequence;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const bool has_room = sequence->tokens().size() + texts[i].size() + 1 <= context;
      if (has_room && !texts[i].empty()) questions.asked.push_back(i);
    }
    questions.common = common_tokens(texts, questions.asked);
  }
  return all;
}

std::int64_t tokens_of(const std::vector<Questions>& all, const Texts& texts) {
  std::size_t tokens = 0;
  for (const Questions& questions : all) {
    tokens += questions.common;
    for (const std::size_t index : questions.asked) tokens += texts[index].size() - questions.common;
  }
  return static_cast<std::int64_t>(tokens);
}

// The work of running tokens [from, to) of a text behind a sequence.
FeedWork scoring(Sequence& sequence, const std::vector<Token>& text, std::size_t from, std::size_t to) {
  const auto at = [&text](std::size_t index) { return text.begin() + static_cast<std::ptrdiff_t>(index); };
  FeedWork work(&sequence, std::vector<Token>(at(from), at(to)));
  work.wants_scores = true;
  return work;
}

double added(double sum, const std::vector<float>& scores) { return std::accumulate(scores.begin(), scores.end(), sum); }

// False when the budget cannot pay.
awaitable<bool> run_common(std::vector<Questions>& all, const Texts& texts, Engine& engine) {
  std::vector<FeedWork> works;
  std::vector<double*> sums;
  for (Questions& questions : all) {
    if (questions.common == 0) continue;
    questions.stem = engine.fork(*questions.sequence, /*path=*/0);
    FeedWork& work = works.emplace_back(scoring(questions.stem, texts[questions.asked.front()], 0, questions.common));
    work.read_behind.push_back(std::ssize(work.tokens) - 1);  // so that its logits are there for what comes behind
    sums.push_back(&questions.of_common);
  }
  if (works.empty()) co_return true;
  const std::optional<std::vector<Fed>> fed = co_await engine.feed(std::move(works));
  if (!fed) co_return false;
  for (std::size_t i = 0; i < fed->size(); ++i) *sums[i] = added(0, (*fed)[i].scores);
  co_return true;
}

// The same, behind what is in common.
awaitable<bool> run_rests(const std::vector<Questions>& all, const Texts& texts, Engine& engine,
                          std::vector<std::vector<double>>& table) {
  std::vector<Sequence> forks;
  forks.reserve(all.size() * texts.size());
  std::vector<FeedWork> works;
  std::vector<double*> sums;
  for (std::size_t row = 0; row < all.size(); ++row) {
    const Questions& questions = all[row];
    for (const std::size_t index : questions.asked) {
      table[row][index] = questions.of_common;
      if (texts[index].size() == questions.common) continue;
      forks.push_back(engine.fork(questions.common > 0 ? questions.stem : *questions.sequence, /*path=*/0));
      works.push_back(scoring(forks.back(), texts[index], questions.common, texts[index].size()));
      sums.push_back(&table[row][index]);
    }
  }
  if (works.empty()) co_return true;
  const std::optional<std::vector<Fed>> fed = co_await engine.feed(std::move(works));
  if (!fed) co_return false;
  for (std::size_t i = 0; i < fed->size(); ++i) *sums[i] = added(*sums[i], (*fed)[i].scores);
  co_return true;
}

}  // namespace

awaitable<std::optional<std::vector<std::vector<double>>>> likelihoods_behind(Engine& engine, RequestHandle request,
                                                                              std::vector<const Sequence*> sequences,
                                                                              std::vector<std::vector<Token>> texts) {
  const auto context = static_cast<std::size_t>(engine.model().info().context_length);
  std::vector<Questions> all = questions_behind(sequences, texts, context);
  std::vector<std::vector<double>> table;
  for (std::size_t i = 0; i < sequences.size(); ++i) {
    std::vector<double>& row = table.emplace_back(texts.size(), -std::numeric_limits<double>::infinity());
    for (std::size_t text = 0; text < texts.size(); ++text) {
      if (texts[text].empty()) row[text] = 0;
    }
  }
  if (tokens_of(all, texts) > request->tokens_left()) co_return std::nullopt;
  const bool begun = co_await run_common(all, texts, engine);
  if (!begun) co_return std::nullopt;
  const bool ended = co_await run_rests(all, texts, engine, table);
  if (!ended) co_return std::nullopt;
  co_return table;
}

}  // namespace reckon
