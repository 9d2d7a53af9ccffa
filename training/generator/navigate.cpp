// reckon_navigate: episodes of the navigator with blocks chosen at random, for training it. usage:
//   reckon_navigate MODEL TASK EPISODES
// Prints a JSON line for each of so many training problems of the task:
//   {"task", "index", "correct", "steps": [{"state": […], "allowed": […], "block": 0, "tokens": 12}, …]}
// where a step holds what was known before the block, and how many tokens the block drew. The same arguments print the same
// lines.
#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "app/runtime.h"
#include "base/error.h"
#include "search/navigation/episode.h"
#include "search/spaces/language_model_space.h"
#include "tasks/task.h"

namespace {

using namespace reckon;
using Json = nlohmann::ordered_json;

constexpr int kAtOnce = 32;  // problems in one batch
// Behind what policy and reward model were trained on (training/traces.py): those the policy knows better.
constexpr std::uint64_t kFirstProblem = 2'000'000;
constexpr std::size_t kMostEpisodes = 1'000'000;
// Of reason, debate, refine, restart, terminate. Mostly steps, so that many paths get somewhere.
constexpr std::array kChances{0.5, 0.15, 0.15, 0.05, 0.15};

struct Run {
  std::string name;  // of the task
  std::unique_ptr<Runtime> runtime;
  std::unique_ptr<const Task> task;
  NavigatorOptions options;
  std::size_t next = 0;
  std::vector<std::string> lines;  // one for each episode
};

NavigatorBlock any_block(const NavigatorMask& allowed, SearchSpace& space) {
  std::vector<double> chances(kChances.begin(), kChances.end());
  double sum = 0;
  for (std::size_t i = 0; i < chances.size(); ++i) {
    if (!allowed[i]) chances[i] = 0;
    sum += chances[i];
  }
  for (double& chance : chances) chance /= sum;
  return static_cast<NavigatorBlock>(space.choose(chances));
}

Problem problem_of(const Run& run, const Instance& instance) {
  Problem problem;
  problem.text = instance.prompt;
  problem.prompt = run.runtime->prompt(instance.prompt, /*chat=*/true);
  return problem;
}

awaitable<std::string> line_of_episode(Run& run, std::uint64_t index) {
  const Instance instance = run.task->problem(Split::train, index);
  const Problem problem = problem_of(run, instance);
  const auto request = std::make_shared<Request>(Budget(), /*seed=*/index);
  LanguageModelSpace space(run.runtime->engine(), request);
  Episode episode(run.options, problem, space);
  Json steps = Json::array();
  co_await episode.begin();
  while (!episode.over()) {
    const NavigatorMask allowed = episode.allowed();
    const NavigatorBlock block = any_block(allowed, space);
    const std::int64_t before = request->ledger().generated;
    Json step{{"state", episode.state()}, {"allowed", allowed}, {"block", static_cast<int>(block)}};
    co_await episode.take(block);
    step["tokens"] = request->ledger().generated - before;
    steps.push_back(std::move(step));
  }
  const Outcome outcome = std::move(episode).outcome();
  const bool correct = outcome.chosen && run.task->check(instance, outcome.paths[*outcome.chosen].text).correct;
  const Json line{{"task", run.name}, {"index", index}, {"correct", correct}, {"steps", std::move(steps)}};
  co_return line.dump();
}

awaitable<void> work(Run& run) {
  while (run.next < run.lines.size()) {
    const std::size_t episode = run.next++;
    run.lines[episode] = co_await line_of_episode(run, kFirstProblem + episode);
  }
}

std::size_t count_of(std::string_view text) {
  std::size_t count = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), count);
  const bool whole = read.ec == std::errc() && read.ptr == text.data() + text.size();
  if (whole && count >= 1 && count <= kMostEpisodes) return count;
  throw Error(ErrorCode::bad_argument, "expected 1 to 1000000 episodes, got '" + std::string(text) + "'", "EPISODES");
}

Run run_of(const std::string& model, const std::string& task, std::size_t episodes) {
  RuntimeOptions options;
  options.model = model;
  options.engine.threads = 1;
  const std::vector<ParameterSpec> table = navigator_parameters();
  const std::map<std::string, std::string> defaults;
  return {.name = task,
          .runtime = std::make_unique<Runtime>(options),
          .task = make_task(task),
          .options = NavigatorOptions(Parameters(table, defaults, "navigator")),
          .lines = std::vector<std::string>(episodes)};
}

void draw(Run& run) {
  boost::asio::io_context context;
  std::exception_ptr fault;
  for (int i = 0; i < kAtOnce; ++i) {
    boost::asio::co_spawn(context, work(run), [&fault](std::exception_ptr thrown) {
      if (thrown) fault = thrown;
    });
  }
  context.run();
  if (fault) std::rethrow_exception(fault);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 4) throw Error(ErrorCode::bad_argument, "expected MODEL TASK EPISODES");
    Run run = run_of(argv[1], argv[2], count_of(argv[3]));
    draw(run);
    for (const std::string& line : run.lines) std::printf("%s\n", line.c_str());
    return EXIT_SUCCESS;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "reckon_navigate: %s\n", error.what());
    return EXIT_FAILURE;
  }
}
