// A request to an assistant, answered by a plan of tool calls that may run side by side: numbered calls, $k for the result of
// call k. A simulated world says what a plan does. Source: shape of parallel function calling (LLMCompiler, arXiv:2312.04511);
// tools, requests and levels are ours. Working: the calls, a line each. Instance::words holds the plan, the tools that there are,
// the one that fails, the contacts, the files, and whom an unclear name means.
#include <algorithm>
#include <array>
#include <optional>

#include "search/answers/extract.h"
#include "tasks/generation.h"
#include "tasks/tool_plan.h"
#include "tasks/wording.h"
#include "tasks/working_lines.h"
#include "tasks/written.h"

namespace reckon {
namespace {

constexpr int kToolplanVersion = 1;

struct PlanLevel {
  std::size_t low, high;  // calls
  std::size_t tools;      // in the prompt, at least
};
constexpr std::array<PlanLevel, 5> kToolplanLevels{{{1, 1, 5}, {2, 2, 6}, {3, 4, 10}, {5, 6, 16}, {7, 8, 26}}};

struct PlanProblem {
  ToolWorld world;
  Plan plan;
  std::vector<std::string> sentences;

  // Names are drawn anew for every problem, so the request stands for the content.
  std::string key() const { return "toolplan|" + joined(sentences) + '|' + plan_text(plan); }
};

PlanArgument text(std::string words) { return {.text = std::move(words)}; }
PlanArgument result(std::size_t call) { return {.reference = call}; }
PlanArgument list(std::vector<PlanArgument> items) { return {.is_list = true, .items = std::move(items)}; }

// Adds wishes to a request until it needs as many calls as asked for. A call that is there already serves again.
class Requester {
 public:
  Requester(SplitMix64& rng, double unclear, double failing) : rng_(rng) {
    std::vector<std::string> taken;
    first_ = invented_names(rng, 4, taken);
    for (const std::string& name : first_) problem_.world.contacts.push_back(name + ' ' + invented_names(rng, 1, taken).front());
    for (int i = 0; i < 2; ++i) problem_.world.files.push_back(thing() + " report");
    if (chance(unclear)) {  // the first one has a namesake
      problem_.world.meant = problem_.world.contacts[0];
      problem_.world.contacts.push_back(first_[0] + ' ' + invented_names(rng, 1, taken).front());
    }
    if (chance(failing)) problem_.world.broken = rng.below(2) == 0 ? "get_email" : "get_phone";
    shuffle(problem_.world.contacts, rng);
  }

  std::optional<PlanProblem> write(const PlanLevel& level) {
    for (int wishes = 0; wishes < 4 && problem_.plan.size() < level.low; ++wishes) wish();
    if (problem_.plan.size() < level.low || problem_.plan.size() > level.high) return std::nullopt;
    std::vector<std::string>& tools = problem_.world.tools;
    std::vector<std::string> others;
    for (const Tool& tool : plan_tools()) {
      const std::string name(tool.name);
      const bool used = std::ranges::any_of(problem_.plan, [&](const PlanCall& call) { return call.tool == name; });
      (used || name == problem_.world.broken ? tools : others).push_back(name);
    }
    shuffle(others, rng_);
    for (const std::string& name : others) {
      if (tools.size() < level.tools) tools.push_back(name);
    }
    std::ranges::sort(tools);
    return std::move(problem_);
  }

 private:
  bool chance(double share) { return static_cast<double>(rng_.below(1000)) < 1000 * share; }
  std::string thing() {
    std::string words(one_of(adjectives(), rng_));
    return words.append(" ").append(one_of(nouns(), rng_));
  }
  std::string file() { return one_of(problem_.world.files, rng_); }
  // A different person with every call, so that nobody is written to from two sides.
  std::string person() { return first_[next_person_++ % first_.size()]; }

  struct Time {
    std::string iso, words;
  };
  Time time() {
    const auto month = static_cast<std::size_t>(rng_.range(1, 12));
    const std::int64_t day = rng_.range(1, 28);
    const std::int64_t hour = rng_.range(7, 20);
    const auto two = [](std::int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
    const std::string clock = two(hour) + (rng_.below(2) == 0 ? ":00" : ":30");
    return {"2025-" + two(static_cast<std::int64_t>(month)) + '-' + two(day) + ' ' + clock,
            std::to_string(day) + ' ' + std::string(kMonths[month - 1]) + " 2025 at " + clock};
  }

  std::size_t call(std::string tool, std::vector<PlanArgument> arguments) {
    const PlanCall made{std::move(tool), std::move(arguments)};
    for (std::size_t i = 0; i < problem_.plan.size(); ++i) {
      if (call_text(problem_.plan[i], 1) == call_text(made, 1)) return i + 1;
    }
    problem_.plan.push_back(made);
    return problem_.plan.size();
  }
  PlanArgument who(const std::string& name) {
    const bool unclear = problem_.world.meant.starts_with(name + ' ');
    return unclear ? result(call("ask", {text(name)})) : text(name);
  }
  // The tool that is in order.
  PlanArgument email(const std::string& name) {
    PlanArgument whom = who(name);
    return result(call(problem_.world.broken == "get_email" ? "find_email" : "get_email", {std::move(whom)}));
  }
  PlanArgument phone(const std::string& name) {
    PlanArgument whom = who(name);
    return result(call(problem_.world.broken == "get_phone" ? "find_phone" : "get_phone", {std::move(whom)}));
  }
  PlanArgument address(const std::string& name) {
    PlanArgument whom = who(name);
    return result(call("get_address", {std::move(whom)}));
  }
  PlanArgument text_of_file(const std::string& name) {
    PlanArgument found = result(call("find_file", {text(name)}));
    return result(call("read_file", {std::move(found)}));
  }
  void say(std::string sentence) { problem_.sentences.push_back(std::move(sentence)); }

  void wish() {
    switch (rng_.below(12)) {
      case 0: return event();
      case 1: return mail();
      case 2: return message();
      case 3: return reminder();
      case 4: return summary();
      case 5: return way();
      case 6: return mailed_file();
      case 7: return meeting();
      case 8: return alarm();
      case 9: return note();
      case 10: return noted_way();
      default: return translation();
    }
  }
  void event() {
    const std::string title = thing();
    const Time when = time();
    std::vector<PlanArgument> guests;
    std::string names;
    for (std::int64_t left = rng_.range(1, 2); left > 0; --left) {
      const std::string name = person();
      names += (names.empty() ? "" : " and ") + name;
      guests.push_back(email(name));
    }
    call("create_event", {text(title), text(when.iso), list(std::move(guests))});
    say("Set up \"" + title + "\" on " + when.words + " with " + names + '.');
  }
  void mail() {
    const std::string name = person(), subject = thing(), words = thing();
    call("send_email", {list({email(name)}), text(subject), text(words)});
    say("Mail " + name + " \"" + words + "\" under the subject \"" + subject + "\".");
  }
  void message() {
    const std::string name = person(), words = thing();
    call("send_sms", {list({phone(name)}), text(words)});
    say("Text " + name + " \"" + words + "\".");
  }
  void reminder() {
    const std::string title = thing();
    const Time when = time();
    call("create_reminder", {text(title), text(when.iso)});
    say("Remind me of \"" + title + "\" on " + when.words + '.');
  }
  void summary() {
    const std::string from = file(), title = thing();
    PlanArgument body = result(call("summarize", {text_of_file(from)}));
    call("create_note", {text(title), std::move(body)});
    say("Put a summary of the file \"" + from + "\" into a note \"" + title + "\".");
  }
  PlanArgument directions(const std::string& from, const std::string& to) {
    PlanArgument begin = address(from);
    PlanArgument end = address(to);
    return result(call("get_directions", {std::move(begin), std::move(end)}));
  }
  void way() {
    const std::string from = person(), to = person(), name = person();
    PlanArgument route = directions(from, to);
    call("send_sms", {list({phone(name)}), std::move(route)});
    say("Text " + name + " the way from " + from + " to " + to + '.');
  }
  void noted_way() {
    const std::string from = person(), to = person(), title = thing();
    PlanArgument route = directions(from, to);
    call("create_note", {text(title), std::move(route)});
    say("Note the way from " + from + " to " + to + " as \"" + title + "\".");
  }
  void mailed_file() {
    const std::string from = file(), name = person(), subject = thing();
    PlanArgument body = text_of_file(from);
    call("send_email", {list({email(name)}), text(subject), std::move(body)});
    say("Mail " + name + " the text of the file \"" + from + "\" under the subject \"" + subject + "\".");
  }
  void meeting() {
    const std::string topic = thing(), name = person();
    const Time when = time();
    PlanArgument link = result(call("start_meeting", {text(topic), text(when.iso)}));
    call("send_sms", {list({phone(name)}), std::move(link)});
    say("Start a meeting \"" + topic + "\" on " + when.words + " and text " + name + " the link.");
  }
  void alarm() {
    const Time when = time();
    call("set_alarm", {text(when.iso)});
    say("Wake me on " + when.words + '.');
  }
  void note() {
    const std::string title = thing(), words = thing();
    const bool fresh = rng_.below(2) == 0;
    call(fresh ? "create_note" : "append_note", {text(title), text(words)});
    say((fresh ? "Make a note \"" : "Add to the note \"") + title + "\": \"" + words + "\".");
  }
  void translation() {
    constexpr std::array<std::string_view, 4> kLanguages{"Dutch", "French", "Hindi", "Turkish"};
    const std::string from = file(), title = thing(), language(one_of(kLanguages, rng_));
    PlanArgument body = result(call("translate", {text_of_file(from), text(language)}));
    call("append_note", {text(title), std::move(body)});
    say("Add the text of the file \"" + from + "\" in " + language + " to the note \"" + title + "\".");
  }

  SplitMix64& rng_;
  PlanProblem problem_;
  std::vector<std::string> first_;
  std::size_t next_person_ = 0;
};

ToolWorld world_of(const Instance& instance) {
  return {.contacts = split_words(instance.words.at(3), ';'),
          .files = split_words(instance.words.at(4), ';'),
          .meant = instance.words.at(5),
          .tools = split_words(instance.words.at(1)),
          .broken = instance.words.at(2)};
}

// Sorted effects of a plan, or why it cannot be carried out.
struct Carried {
  std::vector<std::string> effects = {};
  std::string failed = {};
};
Carried carry_out(const Plan& plan, const ToolWorld& world) {
  PlanRun run(world);
  for (std::size_t i = 0; i < plan.size(); ++i) {
    const std::string why = run.call(plan[i]);
    if (!why.empty()) return {{}, "call " + std::to_string(i + 1) + ": " + why};
  }
  Carried carried{run.effects()};
  std::ranges::sort(carried.effects);
  return carried;
}

std::string prompt_of(const PlanProblem& problem) {
  std::string prompt = "Tools:";
  for (std::size_t i = 0; i < problem.world.tools.size(); ++i) {
    prompt.append(i == 0 ? " " : "; ").append(find_tool(problem.world.tools[i])->shown);
  }
  prompt += ".\n";
  if (!problem.world.broken.empty()) prompt += "Out of order: " + problem.world.broken + ".\n";
  prompt += "Contacts: " + joined(problem.world.contacts, ", ") + ". Files: " + joined(problem.world.files, ", ") + ".\n";
  return prompt + joined(problem.sentences) + " Plan?";
}

class ToolPlan final : public GeneratedTask {
 public:
  explicit ToolPlan(const Parameters& parameters)
      : GeneratedTask(parameters),
        tools_(static_cast<std::size_t>(parameters.integer("tools"))),
        unclear_(parameters.number("unclear")),
        failing_(parameters.number("failing")) {}

  Instance generate(Split split, int level, std::uint64_t index) const override {
    Instance instance = instance_at("toolplan", kToolplanVersion, split, level, index);
    SplitMix64 rng(fnv1a(instance.id));
    PlanLevel knobs = kToolplanLevels[static_cast<std::size_t>(level - 1)];
    knobs.tools = tools_ > 0 ? tools_ : knobs.tools;
    const PlanProblem problem = draw_in_split(rng, split, [&](SplitMix64& r) {
      for (;;) {
        if (auto drawn = Requester(r, unclear_, failing_).write(knobs)) return *std::move(drawn);
      }
    });
    instance.family = "depth " + std::to_string(critical_path(problem.plan));
    instance.key = problem.key();
    instance.prompt = prompt_of(problem);
    instance.gold = plan_text(problem.plan);
    instance.words = {instance.gold,
                      joined(problem.world.tools),
                      problem.world.broken,
                      joined(problem.world.contacts, ";"),
                      joined(problem.world.files, ";"),
                      problem.world.meant};
    instance.reference = worked_solution(instance.gold + '\n', instance.gold);
    return instance;
  }

  // The plan was made before the request became words.
  std::optional<std::string> solve(const Instance& instance) const override {
    return worked_solution(instance.words.at(0) + '\n', instance.words.at(0));
  }

  // Right when the plan leaves the world as the reference does. Whether it is the same graph of calls, with the same arguments,
  // and how far from it, are measured besides.
  Verdict check(const Instance& instance, std::string_view text) const override {
    return with_shares(judge(instance, text), {"plan structure", "plan exact", "exec"});
  }
  Verdict judge(const Instance& instance, std::string_view text) const {
    const std::optional<std::string> answer = extract_answer(text);
    if (!answer) return unanswered();
    const std::optional<Plan> plan = read_plan(*answer);
    if (!plan) return judged(*answer, false, "not a plan of at most 12 numbered calls");
    const ToolWorld world = world_of(instance);
    const Plan gold = read_plan(instance.words.at(0)).value_or(Plan{});
    const Carried wanted = carry_out(gold, world);
    const Carried done = carry_out(*plan, world);
    const bool right = done.failed.empty() && done.effects == wanted.effects;
    const bool structure = same_plan(*plan, gold, false);
    Verdict verdict = judged(*answer, right,
                             right                  ? "right"
                             : !done.failed.empty() ? done.failed
                                                    : "it does something else than was asked for",
                             structure ? 0.1 : 0);
    verdict.measures = {{"plan structure", structure ? 1.0 : 0.0},
                        {"plan exact", structure && same_plan(*plan, gold, true) ? 1.0 : 0.0},
                        {"exec", right ? 1.0 : 0.0},
                        {"edit distance", static_cast<double>(plan_distance(*plan, gold))},
                        {"calls", static_cast<double>(plan->size())},
                        {"critical path", static_cast<double>(critical_path(*plan))}};
    return verdict;
  }

  // A call that can be carried out, and does nothing that was not asked for; join() when all is done.
  std::vector<StepVerdict> check_steps(const Instance& instance, std::string_view text) const override {
    const ToolWorld world = world_of(instance);
    std::vector<std::string> open = carry_out(read_plan(instance.words.at(0)).value_or(Plan{}), world).effects;
    PlanRun run(world);
    bool sound = true;
    bool finished = false;
    std::vector<StepVerdict> verdicts;
    for (const std::string_view line : working_lines(text)) {
      const std::optional<PlanCall> call =
          sound && verdicts.size() <= kMostCalls ? read_call(line, verdicts.size() + 1) : std::nullopt;
      sound = call && !finished;
      finished = sound && call->tool == "join" && call->arguments.empty();
      if (finished) {
        sound = open.empty();
      } else if (sound) {
        const std::size_t before = run.effects().size();
        sound = verdicts.size() < kMostCalls && run.call(*call).empty();
        if (sound && run.effects().size() > before) {
          const auto wanted = std::ranges::find(open, run.effects().back());
          sound = wanted != open.end();
          if (sound) open.erase(wanted);
        }
      }
      verdicts.push_back({sound, sound});
    }
    return verdicts;
  }

 protected:
  std::string rules(const Instance&) const override {
    return "Plan the tool calls that do what is asked, one per line, numbered: 1. get_email(\"Ada\"). $1 stands for the result "
           "of "
           "call 1; texts stand in quotes, times as 2025-03-04 10:00, lists in brackets. A tool that is out of order must be "
           "replaced by another; ask(person) tells who is meant where a first name is not enough. The last line is join(). The "
           "answer is the whole plan.";
  }

 private:
  std::size_t tools_;
  double unclear_, failing_;
};

}  // namespace

TaskEntry toolplan_entry() {
  return {
      .name = "toolplan",
      .summary = "a plan of tool calls for a request, carried out in a simulated world",
      .source = "shape of LLMCompiler, arXiv:2312.04511; tools, requests and levels are ours",
      .parameters = generated_task_parameters(
          "1+2", {{.name = "tools",
                   .default_value = std::int64_t{0},
                   .meaning = "tools in the prompt, those that are needed among them; 0: 5 to 26 by level",
                   .minimum = 0,
                   .maximum = 26},
                  {"unclear", 0.1, "share of problems in which two contacts have one first name", 0, 1},
                  {"failing", 0.1, "share of problems in which a tool is out of order", 0, 1}}),
      .make = [](const Parameters& parameters) -> std::unique_ptr<const Task> { return std::make_unique<ToolPlan>(parameters); }};
}

}  // namespace reckon
