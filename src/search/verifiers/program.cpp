#include "search/verifiers/program.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "text/lines.h"

namespace reckon {
namespace {

constexpr int kMostLinesDropped = 64;  // of a program that was cut off; each is another attempt to read it

// A Python literal of these bytes.
std::string bytes_literal(std::string_view text) {
  std::string literal = "b'";
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (byte >= 0x20 && byte < 0x7f && byte != '\'' && byte != '\\') {
      literal += character;
    } else {
      literal += fmt::format("\\x{:02x}", byte);
    }
  }
  return literal + "'";
}

}  // namespace

std::vector<std::string> blocks_of(std::string_view text) {
  std::vector<std::string> blocks;
  bool inside = false;
  while (!text.empty()) {
    const std::string_view line = next_line(text);
    const bool blank = trimmed(line).empty();
    if (!blank && !inside) blocks.emplace_back();
    if (!blank) blocks.back().append(line).append("\n");
    inside = !blank;
  }
  return blocks;
}

std::string python_harness(std::string_view program, const std::vector<std::string>& tests, std::string_view token) {
  std::string literals;
  for (const std::string& test : tests) literals += bytes_literal(test) + ", ";
  return fmt::format(R"(import ast, os
verdicts = os.fdopen(os.dup(1), 'w')
nowhere = os.open(os.devnull, os.O_WRONLY)
os.dup2(nowhere, 1)
os.dup2(nowhere, 2)
def program_of(text):
    lines = text.split('\n')
    for _ in range({}):
        try:
            return ast.parse('\n'.join(lines))
        except SyntaxError:
            if not lines: raise
            lines.pop()
    raise SyntaxError
def may_raise(node):
    docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return isinstance(node, (ast.Expr, ast.Assert, ast.For, ast.While)) and not docstring
def guarded(node):
    caught = ast.ExceptHandler(type=ast.Name(id='BaseException', ctx=ast.Load()), name=None, body=[ast.Pass()])
    return ast.Try(body=[node], handlers=[caught], orelse=[], finalbody=[])
names = {{'__name__': 'program'}}
try:
    tree = program_of({}.decode('utf-8', 'replace'))
    tree.body = [guarded(node) if may_raise(node) else node for node in tree.body]
    exec(compile(ast.fix_missing_locations(tree), 'program', 'exec'), names)
except BaseException:
    os._exit(1)
for index, test in enumerate([{}]):
    try:
        exec(compile(test.decode('utf-8', 'replace'), 'test', 'exec'), names)
    except BaseException:
        continue
    verdicts.write('{} %d\n' % index)
    verdicts.flush()
os._exit(0)
)",
                     kMostLinesDropped, bytes_literal(program), literals, token);
}

std::vector<bool> tests_passed(std::string_view output, std::string_view token, std::size_t tests) {
  std::vector<bool> passed(tests, false);
  while (!output.empty()) {
    std::string_view line = next_line(output);
    if (!line.starts_with(token) || line.size() <= token.size() + 1 || line[token.size()] != ' ') continue;
    line.remove_prefix(token.size() + 1);
    std::size_t index = tests;
    const auto [end, failure] = std::from_chars(line.data(), line.data() + line.size(), index);
    if (failure == std::errc() && end == line.data() + line.size() && index < tests) passed[index] = true;
  }
  return passed;
}

std::size_t passed_tests(std::string_view output, std::string_view token, std::size_t tests) {
  return static_cast<std::size_t>(std::ranges::count(tests_passed(output, token, tests), true));
}

}  // namespace reckon
