"""Checks that no compiler makes; scripts/lint runs it. usage: check_sources.py [--self-test] FILE...

- Lines of sources and scripts have at most 130 characters; a file under src/ has at most 400 lines (one subject).
- A statement with co_await builds no aggregate from braces and no capturing lambda: g++ 12.2 miscompiles some of them (the
  temporary is destroyed twice or too early). Name the object in the line above, or give its type a constructor.
- A catch that does nothing says why in a comment. (clang-tidy's bugprone-empty-catch would refuse it with a comment, too.)
"""

import re
import sys

LONGEST_LINE = 130
LONGEST_FILE = 400  # lines, under src/
CODE = re.compile(r"\.(h|cpp|cmake|py)$|^scripts/|^\.ci/|CMakeLists\.txt$")

LITERAL = re.compile(r'R"([^(]*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\'|//[^\n]*|/\*.*?\*/', re.S)
# Braces that build a value: clang-format writes `Type{…}` without a space and a block with one.
BRACED_VALUE = re.compile(r"(?:[\w>]|[(,=?:&|]\s*|\breturn\s+|\bco_return\s+)\{(?=\s*[^\s}])")
CAPTURING_LAMBDA = re.compile(r"(?:^|[(,=\s{])\[[^\[\]]+\]\s*(?:\([^()]*\)\s*(?:mutable\s*)?(?:->[^{]*)?)?\{")
SILENT_CATCH = re.compile(r"\bcatch\s*\([^()]*\)\s*\{\s*\}")  # a comment inside the braces makes the difference


def without_literals(text):
    """Blanks comments, and empties strings, keeping every offset and newline."""

    def blank(match):
        body = match.group(0)
        blanks = re.sub(r"[^\n]", " ", body)
        return blanks if body[0] == "/" else '"' + blanks[1:-1] + '"'

    return LITERAL.sub(blank, text)


def statement_around(text, at):
    """Start and end of the statement (or the head of the `if`, `for` or `while`) that holds offset `at`."""
    start, parens = at, 0
    while start > 0:
        c = text[start - 1]
        if c == ")":
            parens += 1
        elif c == "(":
            parens -= 1
        elif c == ";" and parens >= 0:
            break
        elif c == "}" and parens == 0 and not re.match(r"\s*[.,);]|\s*->", text[start:]):
            break
        elif c == "{" and parens == 0 and not (start >= 2 and re.match(r"[\w>(,=]", text[start - 2])):
            break
        start -= 1
    end, depth = at, 0
    while end < len(text):
        c = text[end]
        if c in "([" or (c == "{" and re.match(r"[\w>(,=]", text[end - 1])):
            depth += 1
        elif c in ")]" or (c == "}" and depth > 0):
            depth -= 1
        elif (c in ";{}") and depth <= 0:
            break
        end += 1
    return start, end


def awaits_with_temporaries(text):
    """Line numbers of statements that await and build an aggregate or capture in the same breath."""
    text = without_literals(text)
    found = set()
    for match in re.finditer(r"\bco_await\b", text):
        start, end = statement_around(text, match.start())
        statement = text[start:end]
        if BRACED_VALUE.search(statement) or CAPTURING_LAMBDA.search(statement):
            found.add(text.count("\n", 0, match.start()) + 1)
    return sorted(found)


def silent_catches(text):
    """Line numbers of catches that neither do nor say anything."""
    return [text.count("\n", 0, match.start()) + 1 for match in SILENT_CATCH.finditer(text)]


def faults_of(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        if len(line) > LONGEST_LINE:
            yield f"{path}:{number}: {len(line)} characters; at most {LONGEST_LINE}"
    if path.startswith("src/") and len(lines) > LONGEST_FILE:
        yield f"{path}: {len(lines)} lines; at most {LONGEST_FILE}: which second subject could move out?"
    if path.endswith((".h", ".cpp")):
        for number in awaits_with_temporaries(text):
            yield f"{path}:{number}: co_await beside braces or captures; name the value in the line above"
        for number in silent_catches(text):
            yield f"{path}:{number}: an empty catch; say in a comment between its braces why nothing is to be done"


def self_test():
    bad = [
        "co_await f(Options{.stop = words});",
        "auto x = co_await f(1, {a, b});",
        "co_return Outcome{co_await f()};",
        "if (co_await f(Options{1})) {\n  g();\n}",
        "for (auto& p : co_await f(Options{1})) {\n  g();\n}",
        "co_await g([x] { return x; });",
        "co_await g([&](int a) { return a + b; });",
        "co_await first(\n    h(Path{p}),\n    2);",
        "Scores s{co_await f()};",
        "const int n = (co_await f(1)) + g(Options{2}).n;",
    ]
    good = [
        "const Options options{.stop = words};\nco_await f(options);",
        "co_await f();\nreturn Outcome{1};",
        "while (co_await more()) {\n  Path p{1};\n  use(p);\n}",
        "Options o{1};\nfor (;;) { co_await f(o); }",
        'co_await f("Options{1}");  // Path{p}',
        "co_await f(Options{});",
        "co_await g([] { return 1; });",
        "co_await f(table[i], rows[j]);",
        "awaitable<int> solve(int n) {\n  co_return co_await f(n);\n}",
    ]
    for text in bad:
        assert awaits_with_temporaries("void h() {\n" + text + "\n}\n"), f"should be refused: {text}"
    for text in good:
        assert not awaits_with_temporaries("void h() {\n" + text + "\n}\n"), f"should be accepted: {text}"
    assert silent_catches("try { f(); } catch (const Error&) {\n}\n") == [1]
    assert silent_catches("try {\n} catch (...) {}\n") == [2]
    assert not silent_catches("catch (const Error&) {  // the caller sees the state\n}\n")
    assert not silent_catches("catch (const Error& error) {\n  report(error);\n}\n")


def main(arguments):
    if arguments == ["--self-test"]:
        return self_test()
    faults = [fault for path in arguments if CODE.search(path) for fault in faults_of(path)]
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
