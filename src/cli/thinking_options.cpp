#include "cli/thinking_options.h"

#include "base/error.h"
#include "cli/checks.h"

namespace reckon {
void add_thinking_options(CLI::App& command, ThinkingFlags& flags) {
  CLI::Option* range = command.add_option("--think", flags.range, "tokens of thinking of each path: MIN..MAX, MIN.. or MAX")
                           ->check(not_empty("MIN..MAX, MIN.. or MAX"));
  command.add_option("--think-budget", flags.most, "most tokens of thinking of each path; 0 = none")
      ->check(whole_number(0))
      ->excludes(range);
  command
      .add_option("--think-cut", flags.cut, "at the limit: soft = the thinking is ended and the answer drawn, hard = the path is")
      ->capture_default_str()
      ->check(CLI::IsMember({"soft", "hard"}));
  command
      .add_option("--think-reserve", flags.reserve,
                  "tokens of the budget that thinking leaves for each answer; default 512, or a tenth of the budget")
      ->check(whole_number(0));
  command
      .add_option("--think-switches", flags.switches,
                  "with a limit: changes of mind (Wait and Alternatively) of each path; the next ends its thinking")
      ->check(whole_number(0));
  command
      .add_option("--think-stop", flags.stop,
                  "text that ends the thinking; \\n is a new line; default that of the model's family")
      ->check(not_empty("a text with the model's end marker"));
  command.add_option("--think-more", flags.more, "text to go on with below the minimum; \\n is a new line; default '\\nWait'");
}

std::optional<ThinkingRequest> thinking_request(const ThinkingFlags& flags) {
  if (flags.range.empty() && flags.most < 0) {
    const bool others =
        flags.reserve >= 0 || flags.switches >= 0 || flags.cut != "soft" || !flags.stop.empty() || !flags.more.empty();
    if (others) throw Error(ErrorCode::bad_argument, "is missing: the other options of thinking need a limit", "--think");
    return std::nullopt;
  }
  ThinkingRequest request = flags.range.empty() ? ThinkingRequest() : parse_thinking_range(flags.range);
  if (flags.most >= 0) request.maximum = flags.most;
  request.reserve = flags.reserve;
  request.switches = flags.switches;
  request.hard = flags.cut == "hard";
  if (!flags.stop.empty()) request.stop = with_new_lines(flags.stop);
  if (!flags.more.empty()) request.more = with_new_lines(flags.more);
  return request;
}

}  // namespace reckon
