#include "tasks/tool_plan.h"

#include <algorithm>
#include <array>

#include "base/rng.h"
#include "tasks/wording.h"
#include "tasks/working_lines.h"

namespace reckon {
namespace {

constexpr std::array<Tool, 26> kTools{{
    {"get_email", "p", 'e', "get_email(person)"},
    {"get_phone", "p", 'h', "get_phone(person)"},
    {"get_address", "p", 'a', "get_address(person)"},
    {"find_email", "p", 'e', "find_email(person)"},
    {"find_phone", "p", 'h', "find_phone(person)"},
    {"ask", "p", 'p', "ask(person): who is meant"},
    {"create_event", "stE", 'v', "create_event(title, time, [email])"},
    {"send_email", "Ess", 'v', "send_email([email], subject, text)"},
    {"send_sms", "Hs", 'v', "send_sms([phone], text)"},
    {"create_note", "ss", 'v', "create_note(title, text)"},
    {"append_note", "ss", 'v', "append_note(title, text)"},
    {"create_reminder", "st", 'v', "create_reminder(title, time)"},
    {"set_alarm", "t", 'v', "set_alarm(time)"},
    {"start_meeting", "st", 's', "start_meeting(topic, time): the link"},
    {"find_file", "s", 'f', "find_file(name)"},
    {"read_file", "f", 's', "read_file(file)"},
    {"summarize", "s", 's', "summarize(text)"},
    {"translate", "ss", 's', "translate(text, language)"},
    {"get_directions", "aa", 's', "get_directions(address, address)"},
    {"get_weather", "a", 's', "get_weather(address)"},
    {"play_music", "s", 'v', "play_music(name)"},
    {"delete_note", "s", 'v', "delete_note(title)"},
    {"open_app", "s", 'v', "open_app(name)"},
    {"call_phone", "h", 'v', "call_phone(phone)"},
    {"show_map", "a", 'v', "show_map(address)"},
    {"print_file", "f", 'v', "print_file(file)"},
}};

constexpr std::size_t kLongestPlanLine = 600;
constexpr std::size_t kMostItems = 8;

// Reads one call; every function leaves `rest` behind what it read, and gives false where that is not there.
class CallReader {
 public:
  CallReader(std::string_view text, std::size_t number) : rest_(text), number_(number) {}

  std::optional<PlanCall> read() {
    PlanCall call;
    if (!take(std::to_string(number_) + ". ")) return std::nullopt;
    const std::size_t name = std::min(rest_.find('('), rest_.size());
    call.tool = rest_.substr(0, name);
    rest_.remove_prefix(name);
    if (!take("(")) return std::nullopt;
    while (!take(")")) {
      if (!call.arguments.empty() && !take(",")) return std::nullopt;
      if (!argument(call.arguments.emplace_back(), true) || call.arguments.size() > kMostItems) return std::nullopt;
    }
    return rest_.empty() ? std::optional(std::move(call)) : std::nullopt;
  }

 private:
  bool take(std::string_view token) {
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }
  bool argument(PlanArgument& result, bool lists) {
    take(" ");
    if (take("\"")) {
      const std::size_t end = rest_.find('"');
      if (end == std::string_view::npos) return false;
      result.text = rest_.substr(0, end);
      rest_.remove_prefix(end + 1);
      return true;
    }
    if (take("$")) {
      const std::size_t end = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
      const auto number = whole_number(rest_.substr(0, end));
      rest_.remove_prefix(end);
      result.reference = number && *number > 0 ? static_cast<std::size_t>(*number) : 0;
      return result.reference > 0 && result.reference < number_;
    }
    if (!lists || !take("[")) return false;
    result.is_list = true;
    while (!take("]")) {
      if (!result.items.empty() && !take(",")) return false;
      if (!argument(result.items.emplace_back(), false) || result.items.size() > kMostItems) return false;
    }
    return true;
  }

  std::string_view rest_;
  std::size_t number_;
};

std::string argument_text(const PlanArgument& argument) {
  if (argument.reference != 0) return '$' + std::to_string(argument.reference);
  if (!argument.is_list) return '"' + argument.text + '"';
  std::vector<std::string> items;
  for (const PlanArgument& item : argument.items) items.push_back(argument_text(item));
  return '[' + joined(items, ",") + ']';
}

bool is_time(std::string_view text) {
  constexpr std::string_view kForm = "dddd-dd-dd dd:dd";
  return std::ranges::equal(text, kForm, [](char c, char form) { return form == 'd' ? c >= '0' && c <= '9' : c == form; });
}

}  // namespace

std::span<const Tool> plan_tools() { return kTools; }
const Tool* find_tool(std::string_view name) {
  const auto* found = std::ranges::find(kTools, name, &Tool::name);
  return found == kTools.end() ? nullptr : found;
}

std::string call_text(const PlanCall& call, std::size_t number) {
  std::vector<std::string> arguments;
  for (const PlanArgument& argument : call.arguments) arguments.push_back(argument_text(argument));
  return std::to_string(number) + ". " + call.tool + '(' + joined(arguments, ",") + ')';
}

std::string plan_text(const Plan& plan) {
  std::string text;
  for (std::size_t i = 0; i < plan.size(); ++i) text += call_text(plan[i], i + 1) + '\n';
  return text + std::to_string(plan.size() + 1) + ". join()";
}

std::optional<PlanCall> read_call(std::string_view text, std::size_t number) {
  return text.size() > kLongestPlanLine ? std::nullopt : CallReader(text, number).read();
}

std::optional<Plan> read_plan(std::string_view text) {
  Plan plan;
  bool joined = false;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) continue;
    std::optional<PlanCall> call = read_call(line, plan.size() + 1);
    if (!call || joined || plan.size() == kMostCalls) return std::nullopt;
    joined = call->tool == "join" && call->arguments.empty();
    if (!joined) plan.push_back(*std::move(call));
  }
  return plan;
}

std::string PlanRun::person_named(const std::string& name, std::string& full) const {
  const std::string wanted = plain_words(name);
  int found = 0;
  for (const std::string& contact : world_.contacts) {
    const std::string plain = plain_words(contact);
    if (plain == wanted) {
      full = contact;
      return "";
    }
    if (plain.substr(0, plain.find(' ')) != wanted) continue;
    full = contact;
    ++found;
  }
  return found == 1 ? "" : found == 0 ? "nobody has this name" : "several people have this name";
}

// Appends what the argument stands for to `texts`, where it is of the kind; else says what is wrong.
std::string PlanRun::value_of(const PlanArgument& argument, char kind, std::vector<std::string>& texts) const {
  const bool wants_list = kind >= 'A' && kind <= 'Z';
  if (wants_list != argument.is_list) return wants_list ? "expected a list" : "expected one value";
  if (wants_list) {
    std::vector<std::string> items;
    for (const PlanArgument& item : argument.items) {
      std::string why = value_of(item, static_cast<char>(kind - 'A' + 'a'), items);
      if (!why.empty()) return why;
    }
    std::ranges::sort(items);
    texts.push_back(reckon::joined(items, ","));
    return items.empty() ? "expected a list that is not empty" : "";
  }
  if (argument.reference != 0) {
    const bool right = argument.reference <= results_.size() && results_[argument.reference - 1].kind == kind;
    if (right) texts.push_back(results_[argument.reference - 1].text);
    return right ? "" : "$" + std::to_string(argument.reference) + " is of another kind";
  }
  if (kind == 'p') return person_named(argument.text, texts.emplace_back());
  if (kind == 't') {
    texts.push_back(argument.text);
    return is_time(argument.text) ? "" : "expected a time as in 2025-03-04 10:00";
  }
  texts.push_back(plain_words(argument.text));
  return kind == 's' && !texts.back().empty() ? "" : "expected the result of a call";
}

std::string PlanRun::call(const PlanCall& call) {
  const Tool* tool = find_tool(call.tool);
  if (!tool || std::ranges::find(world_.tools, call.tool) == world_.tools.end()) return "there is no such tool";
  if (call.tool == world_.broken) return "this tool is out of order";
  if (call.arguments.size() != tool->takes.size()) return "expected " + std::string(tool->shown);
  std::vector<std::string> texts;
  if (tool->name == "ask" && call.arguments[0].reference == 0 && !call.arguments[0].is_list) {
    const std::string wanted = plain_words(call.arguments[0].text);
    const bool meant = plain_words(world_.meant).starts_with(wanted + ' ');
    if (meant) texts.push_back(world_.meant);
  }
  for (std::size_t i = 0; i < call.arguments.size() && texts.size() < tool->takes.size(); ++i) {
    std::string why = value_of(call.arguments[i], tool->takes[i], texts);
    if (!why.empty()) return why;
  }
  if (tool->name == "find_file" &&
      std::ranges::none_of(world_.files, [&](const std::string& file) { return plain_words(file) == texts[0]; })) {
    return "there is no such file";
  }
  const std::string done = std::string(tool->name) + '(' + reckon::joined(texts, "|") + ')';
  if (tool->gives == 'v' || tool->name == "start_meeting") effects_.push_back(done);
  // A result says what it came from: who is asked for by either of two tools has one address.
  std::string result = done;
  if (tool->gives == 'p') result = texts[0];
  if (tool->gives == 'e' || tool->gives == 'h') result = std::string(1, tool->gives) + " of " + texts[0];
  results_.push_back({tool->gives, std::move(result)});
  return "";
}

}  // namespace reckon
