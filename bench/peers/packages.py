#!/usr/bin/env python3
"""Peers that are Python packages, OpenVINO GenAI and vLLM, beside `reckon bench`: the same tests in alternating rounds.

    packages.py --reckon build/release/reckon --model qwen3-0.6b.Q4_0.gguf --openvino venv-ov/bin/python
    packages.py --reckon build/release/reckon --model qwen3-0.6b.BF16.gguf --vllm venv-vllm/bin/python --folder qwen3-0.6b

Each peer is the interpreter of an environment that holds its package; it loads its model once (OpenVINO the GGUF file, vLLM the
Hugging Face FOLDER with the same weights) and asked for a round at a time. Tests are named as `reckon bench` names them: pp512,
tg32, and plN behind 16 tokens, in tokens per second. What a peer spends on the prompt is taken off by a run that draws one token.
A peer that cannot be loaded is named with the reason, and the rest goes on. ONNX Runtime GenAI needs a model format of its own.

Prints Markdown: medians (lowest … highest), and ratios taken within each round. --json FILE keeps every round.
"""
import argparse
import contextlib
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

from arguments import Parser, file_to_write, folder_to_write, numbers, positive, program

PROMPT, SHARED, GENERATE = 512, 16, 32


def tokens(count, salt=0):
    """A prompt of ordinary ids, another for each salt so that no cache knows it."""
    return [(i * 37 + salt * 101) % 20000 + 100 for i in range(count)]


def openvino_engine(model, threads):
    import numpy
    import openvino
    import openvino_genai

    pipeline = openvino_genai.LLMPipeline(model, "CPU", {"INFERENCE_NUM_THREADS": threads})

    def seconds(prompt, generate, branches, salt):
        ids = numpy.array([tokens(prompt, salt)], dtype=numpy.int64)
        inputs = openvino_genai.TokenizedInputs(openvino.Tensor(ids), openvino.Tensor(numpy.ones_like(ids)))
        more = {"do_sample": True, "temperature": 1.0, "num_return_sequences": branches} if branches > 1 else {"do_sample": False}
        config = openvino_genai.GenerationConfig(max_new_tokens=generate, ignore_eos=True, **more)
        begin = time.monotonic()
        pipeline.generate(inputs, config)
        return time.monotonic() - begin

    return seconds


def vllm_engine(model, threads):
    os.environ.update(VLLM_CPU_KVCACHE_SPACE="4", OMP_NUM_THREADS=str(threads), VLLM_LOGGING_LEVEL="ERROR",
                      VLLM_ENABLE_V1_MULTIPROCESSING="0")
    import vllm

    engine = vllm.LLM(model, dtype="bfloat16", skip_tokenizer_init=True, max_model_len=4096, enable_prefix_caching=False)

    def seconds(prompt, generate, branches, salt):
        sampling = vllm.SamplingParams(n=branches, max_tokens=generate, min_tokens=generate, ignore_eos=True, temperature=1.0,
                                       detokenize=False)
        begin = time.monotonic()
        engine.generate([{"prompt_token_ids": tokens(prompt, salt)}], sampling, use_tqdm=False)
        return time.monotonic() - begin

    return seconds


ENGINES = {"openvino": openvino_engine, "vllm": vllm_engine}


def measured(seconds, branches, salt):
    found = {f"pp{PROMPT}": PROMPT / seconds(PROMPT, 1, 1, salt)}
    for count in [1, *branches]:
        drawn = seconds(SHARED, GENERATE, count, salt) - seconds(SHARED, 1, count, salt)
        found[f"tg{GENERATE}" if count == 1 else f"pl{count}"] = count * (GENERATE - 1) / drawn
    return found


def serve(arguments):
    """What runs in the peer's interpreter: a line of JSON when loaded, then one for every line read."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # packages print what they like
    begin = time.monotonic()
    seconds = ENGINES[arguments.serve](arguments.model, arguments.threads)
    seconds(SHARED, 4, 1, 0)
    print(json.dumps({"load": time.monotonic() - begin}), file=answers, flush=True)
    for salt, _ in enumerate(sys.stdin, 1):
        print(json.dumps(measured(seconds, arguments.branches, salt)), file=answers, flush=True)


class Peer:
    def __init__(self, name, interpreter, model, arguments):
        self.name, self.rounds, self.failure = name, [], None
        command = [interpreter, os.path.abspath(__file__), "--serve", name, "--model", model, "--threads", str(arguments.threads),
                   "--branches", ",".join(map(str, arguments.branches))]
        self.errors = arguments.log.joinpath(f"{name}.log").open("w+") if arguments.log else subprocess.DEVNULL
        try:
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, text=True)
        except OSError as error:
            self.failure = f"{interpreter} cannot be run: {error.strerror}"
            return
        self.load = (self.answer() or {}).get("load")

    def answer(self):
        line = self.process.stdout.readline()
        try:
            return json.loads(line)
        except json.JSONDecodeError:
            if line:
                self.process.kill()  # it may wait for the next round
            ended = self.process.wait()
        said = f"it printed {line.strip()[:60]!r} instead of JSON" if line else f"it ended with {ended}"
        self.failure = said + "; --log FOLDER keeps what it said"
        return None

    def run_round(self):
        if self.failure:
            return
        with contextlib.suppress(BrokenPipeError):  # it has ended, as answer() will say
            self.process.stdin.write("round\n")
            self.process.stdin.flush()
        found = self.answer()
        if found:
            self.rounds.append(found)


def ask_reckon(arguments):
    command = [arguments.reckon, "bench", "--json", "--model", arguments.model, "--threads", str(arguments.threads), "--prompt",
               str(PROMPT), "--gen", str(GENERATE), "--parallel", ",".join(map(str, arguments.branches)), "--repetitions", "1"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{arguments.reckon} ended with {done.returncode}: {done.stderr.strip()}")
    try:
        return {row["test"]: row["tok_s"]["median"] for row in json.loads(done.stdout)["rows"]}
    except (json.JSONDecodeError, KeyError, TypeError):
        raise SystemExit(f"{arguments.reckon} bench --json printed something else than its document") from None


def spread(values, digits):
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f} … {max(values):.{digits}f})"


def report(arguments, ours, peers):
    ran = [peer for peer in peers if peer.rounds]
    print(f"{pathlib.Path(arguments.model).name}, {arguments.threads} threads, {len(ours)} alternating rounds; tokens/s\n")
    print("| test | reckon |" + "".join(f" {p.name} | ratio |" for p in ran))
    print("| --- | ---: |" + " ---: | ---: |" * len(ran))
    for test in [test for test in ours[0] if all(test in one for peer in ran for one in peer.rounds)]:
        cells = [test, spread([one[test] for one in ours], 1)]
        for peer in ran:
            cells.append(spread([one[test] for one in peer.rounds], 1))
            cells.append(spread([a[test] / b[test] for a, b in zip(ours, peer.rounds)], 2))
        print("| " + " | ".join(cells) + " |")
    for peer in peers:
        print(f"\n{peer.name}: " + (peer.failure or f"loaded in {peer.load:.1f} s"))


def parse():
    parser = Parser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--reckon", type=program, help="the program")
    parser.add_argument("--model", required=True, help="a GGUF file")
    parser.add_argument("--openvino", help="Python with the package openvino-genai")
    parser.add_argument("--vllm", help="Python with the package vllm; needs --folder")
    parser.add_argument("--folder", help="Hugging Face folder with the same weights")
    parser.add_argument("--threads", type=positive, default=2)
    parser.add_argument("--rounds", type=positive, default=3)
    parser.add_argument("--branches", type=numbers, default=[8, 32])
    parser.add_argument("--log", type=folder_to_write, help="folder for what the peers say")
    parser.add_argument("--json", type=file_to_write, help="write every round there")
    parser.add_argument("--serve", choices=list(ENGINES), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if not arguments.serve and not arguments.reckon:
        parser.error("--reckon is required")
    if arguments.vllm and not arguments.folder:
        parser.error("--vllm needs --folder: it reads no GGUF file of this kind")
    return arguments


def main():
    arguments = parse()
    if arguments.serve:
        return serve(arguments)
    peers = []
    if arguments.openvino:
        peers.append(Peer("openvino", arguments.openvino, arguments.model, arguments))
    if arguments.vllm:
        peers.append(Peer("vllm", arguments.vllm, arguments.folder, arguments))
    ours = []
    for _ in range(arguments.rounds):
        ours.append(ask_reckon(arguments))
        for peer in peers:
            peer.run_round()
    report(arguments, ours, peers)
    if arguments.json:
        kept = {"reckon": ours, **{peer.name: {"load": peer.load, "rounds": peer.rounds} for peer in peers if not peer.failure}}
        arguments.json.write_text(json.dumps(kept, indent=1) + "\n")


if __name__ == "__main__":
    main()
