// What is reported of a search: on the toy space, where every draw is known, and on a tiny language model, where a budget runs
// out.
#include "search/events.h"

#include <gtest/gtest.h>

#include <sstream>

#include "search/observed_verifier.h"
#include "search/spaces/observed_space.h"
#include "unit/search/answering_engine.h"
#include "unit/search/exhaustive.h"

namespace reckon {
namespace {

// "advanced 3<1 steps=2 tokens=2 drawn=1 '0'", one line per event.
class Record {
 public:
  SearchListener listener() {
    return [this](const SearchEvent& event) {
      std::ostringstream line;
      line << name_of(event.kind) << ' ' << event.path << '<' << event.parent << " steps=" << event.steps
           << " tokens=" << event.tokens;
      if (event.drawn > 0) line << " drawn=" << event.drawn;
      if (!event.text.empty()) line << " '" << event.text << "'";
      if (event.score) line << " score=" << *event.score;
      lines.push_back(line.str());
      drawn += event.drawn;
      events.push_back(event);
    };
  }
  std::vector<std::string> lines;
  std::vector<SearchEvent> events;  // their texts are gone
  std::int64_t drawn = 0;
};

// Draws these letters, in the order in which the toy space asks for them.
ToySpaceOptions drawing(std::string letters) {
  ToySpaceOptions options;
  options.choose = [letters = std::move(letters), at = std::size_t{0}](std::span<const double>) mutable {
    return letters.at(at++) - '0';
  };
  return options;
}

Record recorded(const std::string& strategy, const std::string& letters) {
  Record record;
  ToySpace toy(two_letter_chain(), drawing(letters));
  ObservedSpace space(toy, record.listener());
  const auto verifier = std::make_shared<ObservedVerifier>(by_letters(two_letter_reward), record.listener());
  solve_on(space, *make_strategy(strategy, verifier));
  return record;
}

TEST(Events, OfBestOfNComeInTheOrderInWhichItWorks) {
  const Record record = recorded("best_of_n:n=2", "101010");  // the two paths take turns

  EXPECT_EQ(record.lines, (std::vector<std::string>{
                              "opened 0<0 steps=0 tokens=0",
                              "forked 1<0 steps=0 tokens=0",
                              "forked 2<0 steps=0 tokens=0",
                              "advanced 1<0 steps=1 tokens=3 drawn=3 '111\\boxed{111}'",
                              "finished 1<0 steps=1 tokens=3",
                              "advanced 2<0 steps=1 tokens=3 drawn=3 '000\\boxed{000}'",
                              "finished 2<0 steps=1 tokens=3",
                              "scored 1<0 steps=1 tokens=3 score=0.9",
                              "scored 2<0 steps=1 tokens=3 score=0.2",
                          }));
}

TEST(Events, OfBeamSearchTellAtOnceWhatIsForkedAndWhatIsGivenUp) {
  const Record record = recorded("beam:n=2,width=2", "101010");

  EXPECT_EQ(record.lines, (std::vector<std::string>{
                              "opened 0<0 steps=0 tokens=0",
                              "forked 1<0 steps=0 tokens=0",
                              "forked 2<0 steps=0 tokens=0",
                              "advanced 1<0 steps=1 tokens=1 drawn=1 '1'",
                              "advanced 2<0 steps=1 tokens=1 drawn=1 '0'",
                              "scored 1<0 steps=1 tokens=1 score=0.6",
                              "scored 2<0 steps=1 tokens=1 score=0.3",
                              "forked 3<1 steps=1 tokens=1",
                              "pruned 2<0 steps=1 tokens=1",
                              "advanced 1<0 steps=2 tokens=2 drawn=1 '1'",
                              "advanced 3<1 steps=2 tokens=2 drawn=1 '0'",
                              "scored 1<0 steps=2 tokens=2 score=0.6",
                              "scored 3<1 steps=2 tokens=2 score=0.3",
                              "forked 4<1 steps=2 tokens=2",
                              "pruned 3<1 steps=2 tokens=2",
                              "advanced 1<0 steps=3 tokens=3 drawn=1 '1\\boxed{111}'",
                              "finished 1<0 steps=3 tokens=3",
                              "advanced 4<1 steps=3 tokens=3 drawn=1 '0\\boxed{110}'",
                              "finished 4<1 steps=3 tokens=3",
                              "scored 1<0 steps=3 tokens=3 score=0.9",
                              "scored 4<1 steps=3 tokens=3 score=0.7",
                          }));
}

TEST(Events, TellHowAPathEnds) {
  const Record stopped = recorded("best_of_n:n=1,max_tokens=2", "11");
  Record cut;
  ToySpaceOptions options = drawing("11");
  options.budget_tokens = 1 + 2;
  ToySpace toy(two_letter_chain(), options);
  ObservedSpace space(toy, cut.listener());
  solve_on(space, *make_strategy("majority:n=1", nullptr));

  EXPECT_EQ(stopped.lines[3], "stopped 1<0 steps=1 tokens=2");
  EXPECT_EQ(cut.lines.back(), "cut_off 1<0 steps=0 tokens=2");
}

TEST(Events, TellWhatIsAppended) {
  Record record;
  ToySpace toy(two_letter_chain());
  ObservedSpace space(toy, record.listener());
  std::vector<Path> paths = open_on(space, 1);

  EXPECT_TRUE(space.append(paths.front(), "10"));
  EXPECT_FALSE(space.append(paths.front(), "11"));  // four letters: no word of the chain

  EXPECT_EQ(record.lines[2], "appended 1<0 steps=0 tokens=0 '10'");
  EXPECT_EQ(record.lines[3], "stopped 1<0 steps=0 tokens=0");
}

TEST(Events, OfAPathThatIsOverwrittenOrMovedComeOnce) {
  Record record;
  ToySpace toy(two_letter_chain());
  ObservedSpace space(toy, record.listener());
  {
    std::vector<Path> paths = open_on(space, 2);
    Path moved = std::move(paths[0]);
    moved = std::move(paths[1]);
    EXPECT_EQ(record.lines.back(), "pruned 1<0 steps=0 tokens=0");
  }
  EXPECT_EQ(record.lines.size(), 5U);  // opened, two forked, two pruned
}

// Everything an outcome holds, and the ledger.
std::string solved_on_a_model(const std::string& strategy, const Budget& budget, Record* record) {
  const auto engine = answering_engine();
  const auto request = request_of(budget);
  LanguageModelSpace space(*engine, request);
  std::shared_ptr<const Verifier> verifier = make_verifier("likelihood");
  std::optional<ObservedSpace> observed;
  if (record != nullptr) {
    observed.emplace(space, record->listener());
    verifier = std::make_shared<ObservedVerifier>(verifier, record->listener());
  }
  SearchSpace& searched = record != nullptr ? static_cast<SearchSpace&>(*observed) : space;
  const Outcome outcome = solve_on(searched, *make_strategy(strategy, verifier), problem_of(Question{}));
  return transcript(outcome) + std::to_string(request->ledger().generated);
}

TEST(Events, ChangeNothingAndAddUp) {
  for (const std::string strategy : {"greedy", "best_of_n:n=5,max_tokens=30", "majority:n=5,max_tokens=30",
                                     "beam:n=4,width=2,step=tokens,step_tokens=5,steps=4,max_tokens=30"}) {
    for (const std::int64_t limit : {1, 40, 90, 10000}) {
      Record record;
      const std::string unseen = solved_on_a_model(strategy, tokens(limit), nullptr);

      EXPECT_EQ(solved_on_a_model(strategy, tokens(limit), &record), unseen) << strategy;

      EXPECT_TRUE(unseen.ends_with("\n" + std::to_string(record.drawn))) << strategy << ": drew " << record.drawn << "\n"
                                                                         << unseen;
      for (const SearchEvent& event : record.events) EXPECT_EQ(event.spent + *event.tokens_left, limit) << strategy;
    }
  }
}

}  // namespace
}  // namespace reckon
