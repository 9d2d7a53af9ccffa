"""Writes data/templates.json: short templates that touch every part of the language, and what Jinja2 makes of them.

    python tests/golden/text/make_template_references.py        (needs: pip install jinja2)

The environment is that of the transformers library: sandboxed, trim_blocks, lstrip_blocks, loop controls, tojson as json.dumps.
"""

import json
import pathlib

import jinja2
import jinja2.ext
from jinja2.sandbox import ImmutableSandboxedEnvironment

OUT = pathlib.Path(__file__).parent / "data" / "templates.json"

MESSAGES = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "  Grüße, 世界 🙂\n\"q\" & 'a' <b>\\ \t "},
    {"role": "assistant", "content": "", "tool_calls": [{"function": {"name": "f", "arguments": {"x": 1, "y": [1.5, None, True]}}}]},
]
EXTRA = {
    "items": {"b": 2, "a": 1, "C": {"deep": [1, 2]}},
    "numbers": [3, 1, 2, 2, -5],
    "mixed": [0, "", None, "x", [], {"k": "v"}, 1.0, 1e16, 1e-5, 123456789.125, False],
    "words": ["pear", "Apple", "fig", "apple"],
    "people": [{"name": "Ann", "age": 31, "tags": ["x"]}, {"name": "bob", "age": 25}, {"name": "Cy", "age": 31, "tags": []}],
    "text": "one two  three\nfour",
    "flag": True,
}

EXPRESSIONS = """
1 + 2 * 3 - 4 // 3 % 2 ** 2
7 // -2, -7 // 2, 7 % -3, -7 % 3, 7 / 2, 2 ** 10, 2 ** -1, 1.5 // 0.4, -7.5 % 2
1_000, 1e3, 1.0, 0.1 + 0.2, 1e16, 1e-5, 123456789012345.6, 5e-324, 1.7976931348623157e308, 100.0, -0.0
'a' + "b" ~ 1 ~ none ~ true ~ 1.5 ~ [1, 'x'] ~ {'k': none}
'a' 'b' "c"
'\\x41\\u00e9\\n\\t\\\\\\'' ~ "\\""
'%s is %d and %.2f or %5.1f|%-5s|%%' % ('x', 3, 2.5, 1.25, 'l')
'%s' % 'one'
"-" * 5, [1, 2] * 2, 3 * "ab", "ab" * -1
(1, 2) + (3,), [1] + [2]
1 < 2 < 3, 1 < 3 < 2, 1 == 1.0, true == 1, 'a' == 'A', [1] == [1], (1,) == [1], none == none, {} == {}
'b' > 'a', [1, 2] < [1, 3], 'Z' < 'a', 'é' > 'z'
'ell' in 'hello', 3 in numbers, 'a' in items, 'z' not in items, 1 in (1, 2), missing in [1]
not true, not '', not missing, not [] and 1, 0 or 'x', 'a' and 'b', none or missing or 3
'y' if flag else 'n', 'y' if missing, ('a' if false else 'b' if true else 'c')
text[0], text[-1], text[1:3], text[::-1], text[:2], text[-4:], text[::3], text[10:2:-2], text[100:], text[:-3]
numbers[0], numbers[-1], numbers[1:3], numbers[::-1], numbers[::2], numbers[5], numbers[-9]
messages[1].content[3:7], messages[1].content[-12:-9], messages[1]['content'] | length
items.b, items['b'], items.missing, items['C'].deep[1], items.C['deep'].0
items.get('a'), items.get('z'), items.get('z', 9), items.keys() | list, items.values() | list, items.items() | list
mixed
mixed | string
items
{'a': 1, 'b': [1, 'it''s', "it's", 'say "x"', 'both \\' "']}
"tab\\t nl\\n nul\\x00 é 世 \\u200b" , ["tab\\t nl\\n nul\\x00 é 世 \\u200b \\U0001F600"]
text | upper, text | lower, text | title, text | capitalize, 'éa ßx' | upper, "they're bill's-pen (x [y" | title
text.title(), "they're bill's".title(), 'ABC def'.capitalize(), 'Ab'.upper(), 'Ab'.lower()
text | length, [] | length, items | length, missing | length, text | wordcount, 'x' | count
'  x  ' | trim, 'xxaxx' | trim('x'), messages[1].content | trim
'  x '.strip() ~ '|' ~ '  x '.lstrip() ~ '|' ~ '  x '.rstrip() ~ '|', 'abcba'.strip('ab'), 'aab'.lstrip('a'), 'baa'.rstrip('a')
text.split(), text.split(' '), text.split(' ', 1), 'a,b,,c'.split(','), ''.split(','), ''.split(), ' a  b '.split(none, 1), 'a--b--c'.split('--', 1)
'a,b,c'.rsplit(',', 1), 'a b  c'.rsplit(none, 1), 'a b'.rsplit(), 'aXbXc'.split('X')[-1]
'a\\nb\\r\\nc\\n'.splitlines(), 'x'.splitlines(), ''.splitlines()
'hello'.startswith('he'), 'hello'.endswith('lo'), 'hello'.startswith(('x', 'h')), 'hello'.find('l'), 'hello'.rfind('l'), 'hello'.find('z'), 'é世x'.find('x')
'hello'.count('l'), 'hello'.index('l'), 'aaa'.count(''), 'hello'.replace('l', 'L'), 'hello'.replace('l', 'L', 1), 'ab'.replace('', '-')
'foobar'.removeprefix('foo'), 'foobar'.removesuffix('bar'), 'x'.removeprefix('y'), '-'.join(['a', 'b']), ''.join([])
'{} {1} {name} {{}}'.format('a', 'b', name='n') if false else '{} {} {{}}'.format('a', 'b'), '{0}{1}{0}'.format('a', 'b'), '{n}'.format(n=1)
'12'.isdigit(), 'a1'.isdigit(), 'ab'.isalpha(), 'a1'.isalnum(), ' '.isspace(), 'ab'.islower(), 'AB'.isupper(), '1'.isupper()
text | replace('o', '0'), text | replace('o', '0', 1), 'aaa' | replace('a', 'b', 2)
missing | default('d'), '' | default('d'), '' | default('d', true), none | default('d'), none | d('e', boolean=true), missing | default
numbers | first, numbers | last, [] | first, text | first, text | last, items | first
numbers | join, numbers | join(', '), words | join('-'), people | join('/', attribute='name'), text[:3] | join('.'), [1, [2]] | join('+')
numbers | list, text[:3] | list, items | list, missing | list, items | items | list, (1, 2) | list
items | dictsort, items | dictsort(true), items | dictsort(by='value') if false else '', {'b': 1, 'a': 2} | dictsort(by='value'), {'b': 1, 'a': 2} | dictsort(reverse=true)
items | tojson, mixed | tojson, messages | tojson, text | tojson, 'é\\x7f\\x1f<>&\\'' | tojson, 'é🙂' | tojson(ensure_ascii=true)
items | tojson(indent=2), [] | tojson(indent=2), {'a': []} | tojson(indent=1), {'b': 1, 'a': 2} | tojson(sort_keys=true), [1, {'a': 2}] | tojson(separators=(',', ':'))
1.5 | tojson, none | tojson, true | tojson, {1: 'a', none: 'b', true: 'c'} | tojson, (1, 2) | tojson
people | selectattr('tags') | map(attribute='name') | list, people | rejectattr('tags') | map(attribute='name') | list
people | selectattr('age', 'equalto', 31) | map(attribute='name') | join(','), people | selectattr('age', '>', 30) | list | length, people | rejectattr('age', 'lt', 30) | list | length
people | selectattr('tags', 'defined') | map(attribute='name') | list, people | map(attribute='tags', default='none') | list, people[:1] | map(attribute='tags.0') | list
numbers | select('odd') | list, numbers | reject('even') | list, numbers | select | list, mixed | select | list, mixed | reject('none') | list | length, none | select | list
words | map('upper') | list, words | map('replace', 'p', 'P') | list, numbers | map('string') | join, words | map('length') | list
words | sort, words | sort(case_sensitive=true), words | sort(reverse=true), numbers | sort, people | sort(attribute='age') | map(attribute='name') | list
words | unique | list, words | unique(case_sensitive=true) | list, numbers | unique | list, people | unique(attribute='age') | map(attribute='name') | list
numbers | reverse | list, 'abc' | reverse, numbers | sum, numbers | min, numbers | max, people | sum(attribute='age'), [] | max, words | min
2.5 | round, 3.5 | round, 2.567 | round(2), 2.345 | round(2), 2.1 | round(0, 'ceil'), 2.9 | round(method='floor'), 7 | round, -2.5 | round
'3' | int, '3.7' | int, 'x' | int, 'x' | int(5), 3.9 | int, '0x1f' | int(0, 16) if false else '1f' | int(0, 16), true | int, '2.5' | float, 'x' | float, 3 | float, -3 | abs, -2.5 | abs
'a\\nb\\n\\nc' | indent, 'a\\nb' | indent(2, true), 'a\\n\\nb' | indent(2, blank=true), 'a\\nb' | indent('> '), 'a\\n' | indent
'<a href="x">&\\'' | escape, '<' | e, '<b>' | safe, '<b>' | safe + '<i>', ('<b>' | safe) ~ '<i>', '<' | e | e
[1, 2, 3, 4, 5] | batch(2) | list, [1, 2, 3] | batch(2, 'x') | list, range(5) | list, range(1, 4) | list, range(5, 0, -2) | list
'%s-%s' | format('a', 1), '%05d' | format(42) if false else '%5d' | format(42)
missing is defined, missing is undefined, items.a is defined, items.z is defined, none is none, missing is none, 'x' is string, 1 is string
1 is number, 1.5 is number, true is number, 1 is integer, true is integer, 1.0 is float, 1 is float, true is boolean, 1 is boolean, true is true, 1 is true, false is false
items is mapping, numbers is mapping, numbers is sequence, text is sequence, items is sequence, 1 is iterable, text is iterable, none is iterable, missing is iterable, (numbers | select) is iterable
3 is odd, 4 is even, 9 is divisibleby 3, 9 is divisibleby(2), 1 is eq 1, 1 is equalto(2), 2 is gt 1, 1 is ne 2, 'a' is in 'abc', 3 is not in numbers, 'x' is lower, 'X' is upper
not missing is defined, missing is not defined and true, 1 is odd or false, (1 is odd) == true
dict(a=1, b=2), dict({'x': 1}, y=2), namespace(a=1).a, namespace().b is defined
{'a': 1}.a, {'a': {'b': 2}}.a.b, [[1, 2], [3]][0][1], 'abc'[1], (1, 2, 3)[1:], ()
none.x is defined, text.nothing is defined, numbers.nothing is defined
messages[0].role, messages[-1].tool_calls[0].function.arguments | tojson, messages[2].content is string
""".strip().splitlines()

TEMPLATES = [
    "a\n{% if true %}\n  b\n{% endif %}\nc\n",
    "a\n   {% if true %}   \n  b\n   {% endif %}c\n\n",
    "a {%- if true -%} \n b \n {%- endif -%} \n c",
    "a\n  {%+ if true %}b{%+ endif +%}\nc",
    "a\n  {# note #}\nb {#- x -#} \n c\n  {{ 1 }}\n",
    "{{- ' x ' -}}\n\n y {{ 'z' -}}  \n w",
    "a\r\nb\rc\n{% if true %}\r\nd{% endif %}\r\n",
    "{% raw %}{{ x }} {% if %}{% endraw %}|\n  {%- raw -%}\n y {%- endraw %}\n.",
    "{{ '{{' }} {{ '}}' }} {{ {'a': {'b': 1}}.a }} { % {{ \"%}\" }}",
    "{% for m in messages %}{{ loop.index }}/{{ loop.length }}{{ loop.first }}{{ loop.last }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}:{{ m.role }}\n{% endfor %}",
    "{% for n in numbers if n > 0 %}{{ n }}{{ ',' if not loop.last }}{% else %}none{% endfor %}{% for n in [] %}x{% else %}empty{% endfor %}",
    "{% for k, v in items | items %}{{ k }}={{ v }};{% endfor %}{% for k in items %}{{ k }}{% endfor %}{% for c in 'añ世' %}[{{ c }}]{% endfor %}",
    "{% for n in numbers %}{% if n == 1 %}{% continue %}{% endif %}{% if n == -5 %}{% break %}{% endif %}{{ n }}{% endfor %}.",
    "{% for n in numbers %}{{ loop.previtem }}<{{ n }}>{{ loop.nextitem }} {% endfor %}",
    "{% set x = 1 %}{% for n in numbers %}{% set x = x + n %}{{ x }},{% endfor %}{{ x }}",
    "{% set ns = namespace(t=0, f=none) %}{% for n in numbers %}{% set ns.t = ns.t + n %}{% endfor %}{{ ns.t }}{{ ns.f }}{{ ns.g is defined }}",
    "{% if true %}{% set y = 5 %}{% endif %}{{ y }}{% set a, b = 1, 2 %}{{ a }}{{ b }}{% set c = (3, 4) %}{{ c }}",
    "{% set z %}\n  in {{ 1 + 1 }}\n{% endset %}[{{ z }}]{% set u | upper | trim %} abc {% endset %}[{{ u }}]",
    "{% macro m(a, b=2, c='x') %}<{{ a }}|{{ b }}|{{ c }}>{% endmacro %}{{ m(1) }}{{ m(1, c=3) }}{{ m(b=5, a=6) }}{{ m() }}",
    "{% set g = 'G' %}{% macro m(x) %}{{ g }}{{ x }}{% set g = 'L' %}{{ g }}{% endmacro %}{{ m(1) }}{{ g }}{{ m('<') | upper }}",
    "{% macro outer(n) %}{{ n }}{% if n > 0 %}{{ outer(n - 1) }}{% endif %}{% endmacro %}{{ outer(3) }}",
    "{% macro wrap() %}[{{ caller() }}]{% endmacro %}{% call wrap() %}in {{ 1 }}{% endcall %}",
    "{% macro each(xs) %}{% for x in xs %}{{ caller(x) }}{% endfor %}{% endmacro %}{% call(v) each([1, 2]) %}<{{ v }}>{% endcall %}",
    "{% filter upper %}abc {{ 'def' }}{% endfilter %}{% filter replace('a', 'b') | title %}aaa{% endfilter %}",
    "{% with a = 1, b = 2 %}{{ a + b }}{% endwith %}{{ a is defined }}",
    "{% generation %}x{{ 1 }}{% endgeneration %}",
    "{% if missing %}1{% elif none %}2{% elif numbers %}3{% else %}4{% endif %}{% if a == 1 or b %}x{% endif %}{{ missing }}|",
    "{% set j = joiner(', ') %}{{ j() }}a{{ j() }}b{% set c = cycler('o', 'e') %}{{ c.next() }}{{ c.next() }}{{ c.next() }}{{ c.current }}",
    "{% for m in messages %}{{ '<|' + m['role'] + '|>' }}{{ m['content'] | trim }}{{ eos_token }}{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}",
    "{{ strftime_now('%d %b %Y %H:%M') }}",
    "{% set content = messages[1].content %}{{ content.split('世')[0].strip() }}|{{ content.split('\\n')[-1].lstrip('\"') }}",
    "{% for a in [1, 2] %}{% for b in [3, 4] %}{{ loop.index }}{{ a * b }} {% endfor %}{{ loop.index }};{% endfor %}",
    "{% for n in numbers | sort %}{{ n }}{% set last = n %}{% endfor %}{{ last is defined }}",
    # Failures.
    "{{ raise_exception('no ' ~ 1) }}", "{{ missing.x }}", "{{ missing['x'] }}", "{{ missing + 1 }}", "{{ missing() }}", "{{ items.nothing.x }}",
    "{{ 'a' + 1 }}", "{{ 1 / 0 }}", "{{ 1 % 0 }}", "{{ [1] + (2,) }}", "{{ 'a' < 1 }}", "{{ none | length }}", "{{ numbers | map('nope') | list }}",
    "{{ x | nope }}", "{{ 1 is nope }}", "{{ numbers.append(1) }}", "{{ items.update({}) }}", "{{ 1 in 'abc' }}", "{{ 1 in 5 }}",
    "{% for x in 5 %}{% endfor %}", "{% for x in none %}{% endfor %}", "{% for a, b in [1] %}{% endfor %}", "{% set items.a = 1 %}",
    "{{ numbers | select | tojson }}", "{{ missing | tojson }}", "{{ items.items() | tojson }}", "{{ numbers | select | length }}",
    "{{ (1).x.y }}", "{{ [] | first + 1 }}", "{{ '{} {}'.format(1) }}", "{{ '%s %s' % ('a',) }}",
    "{{ range(1000000) | length }}", "{{ none.x.y }}", "{{ text.nothing() }}", "{{ items | items | tojson }}", "{{ {[1]: 2} }}",
    "{{ undefined_function(1) }}", "{{ namespace(a=1).b.c }}", "{% macro m(a) %}{% endmacro %}{{ m(1, 2) }}", "{% macro m(a) %}{% endmacro %}{{ m(z=2) }}",
    "{{", "{{ }}", "{{ 1 + }}", "{% if %}{% endif %}", "{% if 1 %}", "{% endif %}", "{% for %}{% endfor %}", "{% nope %}", "{{ 'a }}", "{# x",
    "{{ a b }}", "{{ (1, 2 }}", "{{ [1, 2 }}", "{{ 1 }", "{% set %}", "{% macro %}{% endmacro %}", "{{ x. }}", "{{ x | }}", "{{ x is }}", "{{ $ }}",
    "{% else %}", "{% for x in y %}{% endif %}", "{{ f(a=1, 2) }}", "{% raw %}x", "{{ {'a' 1} }}",
]


def environment():
    class Generation(jinja2.ext.Extension):
        tags = {"generation"}

        def parse(self, parser):
            parser.stream.skip()
            return parser.parse_statements(["name:endgeneration"], drop_needle=True)

    env = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[jinja2.ext.loopcontrols, Generation])

    def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
        return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)

    def raise_exception(message):
        raise jinja2.exceptions.TemplateError(message)

    import datetime

    env.filters["tojson"] = tojson
    env.globals["raise_exception"] = raise_exception
    env.globals["strftime_now"] = lambda f: datetime.datetime(2025, 7, 26, 10, 5, 9).strftime(f)
    return env


def main():
    env = environment()
    variables = dict(EXTRA, messages=MESSAGES, tools=None, documents=None, add_generation_prompt=True, bos_token="<s>", eos_token="</s>")
    cases = []
    for source in [*("{{ [%s] }}" % e for e in EXPRESSIONS), *TEMPLATES]:
        if source.startswith("{{ ["):  # print each part by itself, as templates do, and all of them as a list
            source += " {% for x in [" + source[4:-4] + "] %}{{ x }}|{% endfor %}"
        try:
            cases.append({"template": source, "output": env.from_string(source).render(**variables)})
        except Exception as error:  # noqa: BLE001: any failure is a reference
            cases.append({"template": source, "error": f"{type(error).__name__}: {error}"})
    broken = [c for c in cases[: len(EXPRESSIONS)] if "error" in c]
    assert not broken, broken
    OUT.write_text(json.dumps({"messages": MESSAGES, "extra": EXTRA, "cases": cases}, ensure_ascii=False, indent=0) + "\n")
    print(len(cases), "cases,", sum("error" in c for c in cases), "of them failures")


if __name__ == "__main__":
    main()
