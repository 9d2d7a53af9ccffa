"""How each program is asked for one measurement, and how its answer is read. Used by speed.py.

An engine is a name and a list of steps; a step is a name and a function that runs one program and returns {test: value}. Tests
are named as `reckon bench` names them: pp512, tg32, pl8, tg32@2048, pl8@2048 (tokens per second), and "best of 8@2048", START,
FIRST (seconds), MEMORY (bytes).
"""

import dataclasses
import functools
import json
import os
import pathlib
import re
import subprocess
import tempfile
import threading
import time

START = "start"
FIRST = "first token"
MEMORY = "peak memory"
BEST_OF = "best of "  # "best of 8@2048": seconds of a prompt and of all its branches to their end
SHARED_PROMPT = 16  # tokens before branches, as in `reckon bench`


class Failed(Exception):
    """A program that is missing, ends with an error or says something else than expected."""


@dataclasses.dataclass
class Plan:
    model: str
    threads: int
    prompt: int
    generate: int
    branches: list
    contexts: list
    first_text: str = ""  # the prompt of the test FIRST, and how many tokens it is; "" leaves START, FIRST and MEMORY out
    first_tokens: int = 0
    timeout: float = 3600

    def branch_counts(self):
        return ",".join(map(str, self.branches))


@dataclasses.dataclass
class Ran:
    out: str
    err: str
    seconds: float  # from its start to its end
    peak_bytes: int  # resident


def run(command, timeout):
    """Runs a program to its end; os.wait4 tells what it used. Throws Failed. Paths in `command` are absolute: the program runs in
    an empty folder, because ik_llama.cpp leaves a llama.log where it is started."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, tempfile.TemporaryDirectory() as folder:
        begin = time.monotonic()
        try:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, cwd=folder)
        except OSError as fault:
            raise Failed(f"{command[0]}: {fault.strerror}") from fault
        killed = threading.Event()
        timer = threading.Timer(timeout, lambda: (killed.set(), os.kill(process.pid, 9)))
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        timer.cancel()
        seconds = time.monotonic() - begin
        process.returncode = os.waitstatus_to_exitcode(status)  # so that Popen does not wait again
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode(errors="replace"))
    name = pathlib.Path(command[0]).name
    if killed.is_set():
        raise Failed(f"{name} was stopped after {timeout:g} s")
    if process.returncode != 0:
        lines = [line for line in (texts[1] + "\n" + texts[0]).splitlines() if line.strip()]
        said = next((line for line in lines if "error" in line.lower()), lines[-1] if lines else "nothing")
        raise Failed(f"{name} ended with {process.returncode}: {said.strip()}")
    return Ran(*texts, seconds, usage.ru_maxrss * 1024)


def document(ran, name):
    try:
        return json.loads(ran.out)
    except json.JSONDecodeError as fault:
        raise Failed(f"{name} printed no JSON: {fault}") from fault


class Reckon:
    name = "reckon"

    def __init__(self, program, options):
        self.program = program
        self.options = options
        self.about = {}  # of the last `reckon bench`: machine, model, of_limit {test: [one per round]}

    def steps(self, plan):
        steps = [("bench", self.rates)]
        if plan.first_text:
            steps.append(("run", self.beginning))
        return steps

    def command(self, plan, *words):
        return [self.program, *words, "--model", plan.model, "--threads", str(plan.threads), *self.options]

    def rates(self, plan):
        command = self.command(plan, "bench", "--json", "--repetitions", "1", "--prompt", str(plan.prompt), "--gen",
                               str(plan.generate), "--parallel", plan.branch_counts() or "1")
        if plan.contexts:
            command += ["--context", ",".join(map(str, plan.contexts))]
        found = document(run(command, plan.timeout), "reckon bench")
        self.about = {"machine": found["machine"], "model": found["model"], "of_limit": self.about.get("of_limit", {})}
        rows = [row for row in found["rows"] if plan.branches or not row["test"].startswith("pl")]
        for row in rows:
            self.about["of_limit"].setdefault(row["test"], []).append(row["roofline"])
        figures = {row["test"]: row["tok_s"]["median"] for row in rows}
        for row in rows:
            if row["test"].startswith("pl") and "@" in row["test"]:
                branches, context = map(int, row["test"].removeprefix("pl").split("@"))
                drawing = branches * plan.generate / row["tok_s"]["median"]
                figures[best_of_test(branches, context)] = row["prompt_s"] + drawing
        return figures

    def run_one(self, plan, text):
        command = self.command(plan, "run", "--json", "--temperature", "0", "--ignore-eos", "-n", "1") + ["--", text]
        return run(command, plan.timeout)

    def beginning(self, plan):
        start = self.run_one(plan, "a")
        first = self.run_one(plan, plan.first_text)
        return {START: start.seconds, FIRST: first.seconds, MEMORY: first.peak_bytes}

    def text_of(self, plan, tokens):
        """A text of about so many tokens of the model, and how many: peers are then asked for that number."""
        words = tokens
        for _ in range(2):  # its length is linear in the words, so the second try is right but for a token or two
            text = "a" + " a" * (words - 1)
            count = len(document(self.run_one(plan, text), "reckon run")["prompt_tokens"])
            if count == tokens:
                break
            words = max(1, round(words * tokens / count))
        return text, count


@dataclasses.dataclass
class Peer:
    """llama.cpp, or a fork of it: two programs, whose flags differ a little.

    No setting is the fastest for everything, so a round tries each of `bench_settings` and `batched_settings`, lists of flags,
    and says what each gave. Long prompts, which take minutes, are asked for with the first setting alone."""

    name: str
    bench: str  # llama-bench, or "" where it was not given
    batched: str  # llama-batched-bench, or ""
    bench_settings: list
    batched_settings: list
    cold_flags: list  # of llama-bench: no run before the one that counts
    context_flags: list  # of llama-batched-bench behind long prompts
    about: dict = dataclasses.field(default_factory=dict)

    def steps(self, plan):
        steps = [("llama-bench", self.rates)]
        if plan.first_text:
            steps.append(("llama-bench, cold", self.beginning))
        if plan.branches:
            steps.append(("llama-batched-bench", self.branches))
        # A step each: a peer that is too slow behind the longest still has the others.
        steps += [(f"llama-batched-bench, context {context}", functools.partial(self.context, context))
                  for context in plan.contexts]
        return steps

    def command(self, program, plan):
        if not program:
            raise Failed("its path was not given")
        return [program, "-m", plan.model, "-t", str(plan.threads)]

    def rates(self, plan):
        return by_setting(self.rates_with(plan, setting) for setting in self.bench_settings)

    def rates_with(self, plan, setting):
        found = self.llama_bench(plan, plan.prompt, plan.generate, setting)
        return {f"pp{row['n_prompt']}" if row["n_gen"] == 0 else f"tg{row['n_gen']}": row["avg_ts"]
                for row in document(found, "llama-bench")}

    def llama_bench(self, plan, prompt, generate, flags):
        command = self.command(self.bench, plan) + ["-p", str(prompt), "-n", str(generate), "-r", "1", "-o", "json"]
        ran = run(command + flags, plan.timeout)
        rows = document(ran, "llama-bench")
        if rows:
            self.about = {key: rows[0][key] for key in ("build_commit", "build_number", "model_type") if key in rows[0]}
        return ran

    def beginning(self, plan):
        return by_setting(self.beginning_with(plan, setting + self.cold_flags) for setting in self.bench_settings)

    def beginning_with(self, plan, flags):
        start = self.llama_bench(plan, 1, 0, flags)
        first = self.llama_bench(plan, plan.first_tokens, 0, flags)
        return {START: start.seconds, FIRST: first.seconds, MEMORY: first.peak_bytes}

    def branches(self, plan):
        slots = max(plan.branches) * (SHARED_PROMPT + plan.generate)
        return by_setting({f"pl{n}": row.rate for n, row in
                        self.batched_bench(plan, SHARED_PROMPT, plan.branches, slots, setting).items()}
                       for setting in self.batched_settings)

    def context(self, context, plan):
        counts = sorted({1, *plan.branches})
        slots = context + max(counts) * plan.generate
        flags = self.batched_settings[0] + self.context_flags
        figures = {}
        for n, row in self.batched_bench(plan, context, counts, slots, flags).items():
            if n == 1:
                figures[f"tg{plan.generate}@{context}"] = row.rate
            if n in plan.branches:
                figures[f"pl{n}@{context}"] = row.rate
                figures[best_of_test(n, context)] = row.seconds
        return figures

    def batched_bench(self, plan, prompt, counts, slots, flags):
        """{sequences: BatchedRow}, behind one prompt that all share."""
        command = self.command(self.batched, plan) + [
            "-c", str(slots + 256), "-b", "2048", "-ub", "512", "-pps", "-npp", str(prompt), "-ntg", str(plan.generate),
            "-npl", ",".join(map(str, counts))]
        ran = run(command + flags, plan.timeout)
        rows = batched_rows(ran.out + "\n" + ran.err)  # llama.cpp prints the table on stdout, ik_llama.cpp on stderr
        missing = [n for n in counts if n not in rows]
        if missing:
            raise Failed(f"llama-batched-bench printed no row of {missing[0]} sequences")
        return rows


# | PP | TG | B | N_KV | T_PP s | S_PP t/s | T_TG s | S_TG t/s | T s | S t/s |
BATCHED_ROW = re.compile(r"^\|" + r"\s*([\d.]+)\s*\|" * 10 + r"\s*$", re.M)


@dataclasses.dataclass
class BatchedRow:
    rate: float  # tokens generated per second
    seconds: float  # of the prompt and all that was generated


def batched_rows(text):
    return {int(row[2]): BatchedRow(float(row[7]), float(row[8])) for row in BATCHED_ROW.findall(text)}


def best_of_test(branches, context):
    return f"{BEST_OF}{branches}@{context}"


def less_is_better(test):
    return test in (START, FIRST, MEMORY) or test.startswith(BEST_OF)


def by_setting(found):
    """{test: [one figure per setting]} of the figures of all settings."""
    together = {}
    for figures in found:
        for test, value in figures.items():
            together.setdefault(test, []).append(value)
    return together


def llama_cpp(bench, batched, name="llama.cpp"):
    return Peer(name, bench, batched, bench_settings=[["-fa", "1"]], batched_settings=[["-fa", "on"]],
                cold_flags=["--no-warmup"],
                context_flags=["-kvu"])  # else every branch has its own copy of the prompt's keys and values


def ik_llama_cpp(bench, batched):
    # Seen on Zen 4: one stream is fastest repacked and without flash attention, or of Q8_0 not repacked; prompts are fastest not
    # repacked, branches repacked.
    return Peer("ik_llama.cpp", bench, batched,
                bench_settings=[["-rtr", "1"], ["-rtr", "1", "-fa", "0"], ["-rtr", "0"]],
                batched_settings=[["-rtr"], ["-rtr", "-fa", "off"], []], cold_flags=["-w", "0"], context_flags=[])
