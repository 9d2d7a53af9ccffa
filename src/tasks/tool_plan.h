// Plans of tool calls for `toolplan`: how they are written, what they do in a simulated world, and how alike two of them are.
// Source: shape of parallel function calling (LLMCompiler, Kim et al. 2023, arXiv:2312.04511; TinyAgent, arXiv:2409.00608):
// numbered calls, $k for the result of call k, join() at the end; tools and world are ours.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reckon {

// A text in quotes, the result of an earlier call, or a list of such.
struct PlanArgument {
  std::string text = {};
  std::size_t reference = 0;  // from 1; 0 for a text or a list
  bool is_list = false;
  std::vector<PlanArgument> items = {};
};
struct PlanCall {
  std::string tool;
  std::vector<PlanArgument> arguments;
};
using Plan = std::vector<PlanCall>;  // without the join

constexpr std::size_t kMostCalls = 12;

std::string call_text(const PlanCall& call, std::size_t number);  // `3. create_event("Sync","2025-03-04 10:00",[$1,$2])`
std::string plan_text(const Plan& plan);                          // a line a call, "4. join()" at the end
// One call with that number; nullopt when the text is anything else, or refers to what comes later. `join()` is a call without
// arguments to the tool "join".
std::optional<PlanCall> read_call(std::string_view text, std::size_t number);
// Lines of calls numbered from 1; a join at the end may be left out. nullopt for anything else, or more than kMostCalls.
std::optional<Plan> read_plan(std::string_view text);

// A tool takes and gives values of these kinds, a letter each: s text, t time (YYYY-MM-DD hh:mm), p person, e email, h phone,
// a address, f file; v nothing. Capitals are lists of them. Texts in quotes may stand for s, t and p.
struct Tool {
  std::string_view name;
  std::string_view takes;
  char gives;
  std::string_view shown;  // as in the prompt: "create_event(title, time, [email])"
};
std::span<const Tool> plan_tools();
const Tool* find_tool(std::string_view name);

struct ToolWorld {
  std::vector<std::string> contacts;  // first and last name
  std::vector<std::string> files;
  std::string meant;               // whom `ask` says is meant, where a first name is not enough
  std::vector<std::string> tools;  // that there are
  std::string broken;              // of these, the one that fails
};

// A plan that is carried out call by call.
class PlanRun {
 public:
  explicit PlanRun(const ToolWorld& world) : world_(world) {}  // outlives it
  // "" when the call was carried out, else why it failed.
  std::string call(const PlanCall& call);
  const std::vector<std::string>& effects() const { return effects_; }  // what was sent, noted, …, in order

 private:
  struct Value {
    char kind;
    std::string text;
  };
  std::string value_of(const PlanArgument& argument, char kind, std::vector<std::string>& texts) const;
  std::string person_named(const std::string& name, std::string& full) const;

  const ToolWorld& world_;
  std::vector<Value> results_;
  std::vector<std::string> effects_;
};

// Whether the calls can be paired so that each has the same tool and depends on the pairs of what the other depends on; `exact`:
// with the same arguments too, texts compared by their words and lists without order.
bool same_plan(const Plan& a, const Plan& b, bool exact);
// Least number of calls and dependencies to exchange, add or drop, for plans of up to kMostCalls; an upper bound beyond 30,000
// steps of the search.
std::size_t plan_distance(const Plan& a, const Plan& b);
std::size_t critical_path(const Plan& plan);  // calls in the longest chain

}  // namespace reckon
