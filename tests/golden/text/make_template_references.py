"""Renews data/templates.json: short templates that touch every part of the language, and what Jinja2 makes of each, its output or
its error. To add a case, add {"template": "..."} to the file and run this.

    python tests/golden/text/make_template_references.py        (needs: pip install jinja2)

The environment is that of the transformers library: sandboxed, trim_blocks, lstrip_blocks, loop controls, tojson as json.dumps.
"""

import datetime
import json
import pathlib

import jinja2
import jinja2.ext
from jinja2.sandbox import ImmutableSandboxedEnvironment

FILE = pathlib.Path(__file__).parent / "data" / "templates.json"

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

    env.filters["tojson"] = tojson
    env.globals["raise_exception"] = raise_exception
    env.globals["strftime_now"] = lambda f: datetime.datetime(2025, 7, 26, 10, 5, 9).strftime(f)
    return env


def render(env, source, variables):
    try:
        return {"template": source, "output": env.from_string(source).render(**variables)}
    except Exception as error:  # noqa: BLE001: any failure is a reference
        return {"template": source, "error": f"{type(error).__name__}: {error}"}


def main():
    env = environment()
    file = json.loads(FILE.read_text())
    variables = dict(file["extra"], messages=file["messages"], tools=None, documents=None, add_generation_prompt=True,
                     bos_token="<s>", eos_token="</s>")
    file["cases"] = [render(env, case["template"], variables) for case in file["cases"]]
    FILE.write_text(json.dumps(file, ensure_ascii=False, indent=0) + "\n")
    print(len(file["cases"]), "cases,", sum("error" in case for case in file["cases"]), "of them failures")


if __name__ == "__main__":
    main()
