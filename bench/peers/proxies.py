#!/usr/bin/env python3
"""Answers per second of n branches: `reckon solve` against public proxies that ask llama.cpp's server n times.

    proxies.py --reckon build/release/reckon --llama-server llama-server --model model.gguf --problems gsm8k/test.jsonl

Peers are Python packages that this interpreter has: `its-hub` (SelfConsistency: n requests at once) and `optillm` (its plugin
majority_voting: one request with n=; its code is loaded as a file, since the package's server needs far more than that). Each
votes on n answers, as `majority` does, with the same problem text, temperature and limit of tokens. A round is a problem that
nobody has seen: every program solves it once, in turn, the peers behind a server that was started for it and warmed up with
another text, so that no cache helps. Seconds are those of reckon's receipt, and of the peer's call; loading a model counts for
nobody. Tokens are what was computed: of the server, what its /metrics counted; of reckon, prompt and generated of the receipt.

Prints Markdown; --json FILE keeps every round, and rounds that FILE already holds are taken up, so that long measurements
can be cut into pieces.
"""

import asyncio
import contextlib
import importlib.util
import json
import logging
import pathlib
import re
import signal
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
import warnings

from arguments import Parser, file_to_read, file_to_write, json_of, positive, program

INSTRUCTION = "\nPut the final answer in \\boxed{}."
BOX = r"\\boxed\{([^}]*)\}"
SYSTEM = "You are Qwen, created by Alibaba Cloud. You are a helpful assistant."  # the template's own; optillm wants one
METRICS = {"prompt": "llamacpp:prompt_tokens_total", "generated": "llamacpp:tokens_predicted_total"}


def fetch(address):
    with urllib.request.urlopen(address, timeout=600) as answer:
        return answer.read().decode()


class Server:
    """llama.cpp's server with a slot per branch."""

    def __init__(self, arguments):
        self.arguments = arguments
        self.address = f"http://127.0.0.1:{arguments.port}"

    def __enter__(self):
        a = self.arguments
        command = [a.llama_server, "-m", a.model, "--host", "127.0.0.1", "--port", str(a.port), "-t", str(a.threads), "-np",
                   str(a.n), "-c", str(a.n * a.slot_tokens), "--metrics", *a.server_option]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(600):
            if self.process.poll() is not None:
                raise SystemExit(f"{a.llama_server} ended with {self.process.returncode} before it served")
            with contextlib.suppress(urllib.error.URLError, ConnectionError):
                fetch(self.address + "/health")
                return self
            time.sleep(0.1)
        raise SystemExit(f"{a.llama_server} did not serve within a minute")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def counts(self):
        text = fetch(self.address + "/metrics")
        return {name: float(re.search(rf"^{re.escape(key)} (\S+)", text, re.M)[1]) for name, key in METRICS.items()}

    def client(self):
        import openai

        return openai.OpenAI(base_url=self.address + "/v1", api_key="none", timeout=600, max_retries=0)

    def warm_up(self):
        self.client().chat.completions.create(model="any", messages=[{"role": "user", "content": "Hello"}], max_tokens=4)


def its_hub(arguments, server, text):
    from its_hub.core.algorithms.self_consistency import SelfConsistency, create_regex_projection_function
    from its_hub.core.lms.openai_lm import OpenAICompatibleLanguageModel

    model = OpenAICompatibleLanguageModel(endpoint=server.address + "/v1", api_key="none", model_name="any",
                                          max_completion_tokens=arguments.max_tokens, temperature=arguments.temperature)
    vote = SelfConsistency(create_regex_projection_function(BOX))

    async def ask():
        async with model:
            return await vote.ainfer(model, text, arguments.n, return_response_only=False)

    return dict(asyncio.run(ask()).response_counts)


def optillm_plugin():
    return pathlib.Path(importlib.util.find_spec("its_hub").origin).parents[1] / "optillm/plugins/majority_voting_plugin.py"


def optillm(arguments, server, text):
    spec = importlib.util.spec_from_file_location("majority_voting_plugin", optillm_plugin())
    plugin = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(plugin)
    request = {"k": arguments.n, "temperature": arguments.temperature, "max_tokens": arguments.max_tokens}
    return plugin.run(SYSTEM, text, server.client(), "any", request)[0]


def ask_peer(peer, arguments, text):
    with Server(arguments) as server:
        server.warm_up()
        before = server.counts()
        begin = time.monotonic()
        answer = peer(arguments, server, text)
        seconds = time.monotonic() - begin
        after = server.counts()
    return {"seconds": seconds, "answer": str(answer)[-200:], **{name: after[name] - before[name] for name in METRICS}}


def ask_reckon(arguments, text, seed):
    strategy = f"majority:n={arguments.n},temperature={arguments.temperature},max_tokens={arguments.max_tokens}"
    command = [arguments.reckon, "solve", "--json", "--model", arguments.model, "--threads", str(arguments.threads), "--seed",
               str(seed), "--strategy", strategy, "--", text]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(f"reckon ended with {done.returncode}: {done.stderr.strip()}")
    document = json.loads(done.stdout)
    tokens = document["receipt"]["tokens"]
    return {"seconds": document["receipt"]["seconds"], "answer": document["answer"], "prompt": tokens["prompt"],
            "generated": tokens["generated"]}


def measure(arguments, problems, rounds):
    peers = {"its-hub": its_hub, "optillm": optillm}
    for number in range(len(rounds), arguments.rounds):
        text = problems[arguments.offset + number]
        ran = {"reckon": ask_reckon(arguments, text, number)}
        for name in arguments.peers:
            ran[name] = ask_peer(peers[name], arguments, text)
        rounds.append(ran)
        if arguments.json:
            arguments.json.write_text(json.dumps({"n": arguments.n, "rounds": rounds}, indent=1))


def report(arguments, rounds):
    print(f"{arguments.n} branches of at most {arguments.max_tokens} tokens, {len(rounds)} problems, one after the other\n")
    print("| | seconds an answer: median (least–most) | computed tokens | of these prompt | against reckon: seconds | tokens |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for name in ["reckon", *arguments.peers]:
        mine = [ran[name] for ran in rounds]
        seconds = [one["seconds"] for one in mine]
        tokens = [one["prompt"] + one["generated"] for one in mine]
        ratio = statistics.median(ran[name]["seconds"] / ran["reckon"]["seconds"] for ran in rounds)
        more = sum(tokens) / sum(ran["reckon"]["prompt"] + ran["reckon"]["generated"] for ran in rounds)
        prompt = statistics.mean(one["prompt"] for one in mine)
        print(f"| {name} | {statistics.median(seconds):.1f} ({min(seconds):.1f}–{max(seconds):.1f}) "
              f"| {statistics.mean(tokens):.0f} | {prompt:.0f} | {ratio:.2f} × | {more:.2f} × |")


def parse():
    parser = Parser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--reckon", required=True, type=program)
    parser.add_argument("--llama-server", required=True, type=program)
    parser.add_argument("--model", required=True, type=file_to_read)
    parser.add_argument("--problems", required=True, type=file_to_read, help="JSON lines with 'question'")
    parser.add_argument("--before", type=file_to_read, help="a text that stands before each problem, such as worked examples")
    parser.add_argument("--offset", type=int, default=0, help="the first problem")
    parser.add_argument("--rounds", type=positive, default=3)
    parser.add_argument("--n", type=positive, default=32)
    parser.add_argument("--max-tokens", type=positive, default=128)
    parser.add_argument("--temperature", type=float, default=0.8)
    parser.add_argument("--threads", type=positive, default=2)
    parser.add_argument("--port", type=positive, default=18081)
    parser.add_argument("--slot-tokens", type=positive, default=512, help="context of a slot; prompt and answer must fit")
    parser.add_argument("--server-option", action="append", default=[], help="of llama-server, given through")
    parser.add_argument("--peers", nargs="*", default=["its-hub", "optillm"], choices=["its-hub", "optillm"])
    parser.add_argument("--json", type=file_to_write)
    arguments = parser.parse_args()
    try:
        check_packages(arguments.peers)
        return arguments, problems_of(arguments), rounds_of(arguments)
    except ValueError as fault:
        parser.error(str(fault))


def check_packages(peers):
    needed = ["openai", "its_hub"] if peers else []  # the plugin of optillm lies beside its_hub
    missing = [name for name in needed if importlib.util.find_spec(name) is None]
    if missing:
        raise ValueError(f"this interpreter has no package {missing[0].replace('_', '-')}; install it, or choose with --peers")
    if "optillm" in peers and not optillm_plugin().is_file():
        raise ValueError(f"the package optillm lacks {optillm_plugin()}; install it, or choose with --peers")


def problems_of(arguments):
    """The texts that are asked, one per round."""
    before = arguments.before.read_text() if arguments.before else ""
    lines = arguments.problems.read_text().splitlines()
    if arguments.offset < 0 or arguments.offset + arguments.rounds > len(lines):
        raise ValueError(f"{arguments.problems} holds {len(lines)} problems; --rounds {arguments.rounds} behind "
                         f"--offset {arguments.offset} asks for others")
    problems = []
    for number, line in enumerate(lines, 1):
        try:
            problems.append(before + json.loads(line)["question"] + INSTRUCTION)
        except (json.JSONDecodeError, KeyError, TypeError):
            raise ValueError(f"{arguments.problems}:{number} is no JSON object with a text 'question'") from None
    return problems


def rounds_of(arguments):
    """What --json FILE holds already."""
    if not arguments.json or not arguments.json.exists():
        return []
    made_by = "a file that this script wrote, or a new name"
    document = json_of(arguments.json, made_by)
    names = {"reckon", *arguments.peers}
    rounds = document.get("rounds") if isinstance(document, dict) else None
    if not isinstance(rounds, list) or any(not isinstance(one, dict) or not names <= one.keys() for one in rounds):
        raise ValueError(f"{arguments.json}: holds no rounds of {', '.join(sorted(names))}; give {made_by}")
    return rounds


def main():
    arguments, problems, rounds = parse()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server ends with us
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    measure(arguments, problems, rounds)
    report(arguments, rounds)


if __name__ == "__main__":
    main()
