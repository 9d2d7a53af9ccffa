#!/usr/bin/env python3
"""Greedy text of reckon and of another engine on the same file: equal, or different by how small a gap?

    greedy.py --reckon build/release/reckon --model model.gguf --peer http://127.0.0.1:8080

The peer is a running HTTP server of llama.cpp's kind, started by you on the same file. Of its routes we use POST /completion
(`prompt` as token ids, `return_tokens`, `n_probs`), /tokenize and /apply-template. Each prompt of prompts.json is

1. tokenised by both (chats after each engine's own rendering of the model's template), and the ids are compared;
2. continued greedily by reckon, past end tokens, noting the two best log-probabilities at every position;
3. continued by the peer from reckon's ids. Where the peer takes another token, both tokens and the gap between reckon's two best
   are noted, and the peer goes on behind reckon's token: so later differences are found too, each for the same text before it.

Prints Markdown; --json also writes everything to a file. Exit status 1 when a gap is above --explained-below: quantised
arithmetic moves logits by a little, so only a close race may end differently.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import urllib.request

HERE = pathlib.Path(__file__).parent


def reckon(arguments, prompt, chat):
    command = [arguments.reckon, "run", "--json", "--temperature", "0", "--ignore-eos", "--top", "2", "-n", str(arguments.tokens),
               "--model", arguments.model, *arguments.reckon_option, *(["--chat"] if chat else []), "--", prompt]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"reckon ended with {done.returncode}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def has_chat_template(arguments):
    command = [arguments.reckon, "run", "--json", "-n", "1", "--model", arguments.model, "--chat", "--", "hello"]
    return subprocess.run(command, capture_output=True).returncode == 0


class Peer:
    # Without its prompt cache: what that holds changes how a prompt is cut into batches, and the peer's last bits with it.
    def __init__(self, address):
        self.address = address.rstrip("/")

    def post(self, route, body):
        request = urllib.request.Request(self.address + route, json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=1800) as answer:
            return json.load(answer)

    def ids(self, prompt, chat):
        if chat:
            prompt = self.post("/apply-template", {"messages": [{"role": "user", "content": prompt}]})["prompt"]
        return self.post("/tokenize", {"content": prompt, "add_special": True, "parse_special": chat})["tokens"]

    def greedy(self, ids, count):
        """Up to `count` tokens: fewer when the peer stops at an end token, which is then the last one."""
        body = {"prompt": ids, "n_predict": count, "temperature": 0, "return_tokens": True, "cache_prompt": False}
        return self.post("/completion", body)["tokens"]

    def two_best(self, ids):
        """[(token, log-probability)] of the two most likely tokens behind `ids`; [] where the peer lists none, as llama.cpp does
        for a token that ends in the middle of a character."""
        body = {"prompt": ids, "n_predict": 1, "temperature": 0, "n_probs": 2, "cache_prompt": False}
        rows = self.post("/completion", body).get("completion_probabilities", [])
        return [(one["id"], one["logprob"]) for row in rows[:1] for one in row["top_logprobs"]]

    def text(self, token):
        return self.post("/detokenize", {"tokens": [token]})["content"]


def differences(peer, ours):
    """Positions where the peer, behind the same tokens, takes another one than reckon."""
    prompt, tokens = ours["prompt_tokens"], ours["tokens"]
    found, at = [], 0
    while at < len(tokens):
        theirs = peer.greedy(prompt + tokens[:at], len(tokens) - at)
        if not theirs:
            raise RuntimeError(f"the peer returned no tokens at position {at}")
        same = 0
        while same < len(theirs) and theirs[same] == tokens[at + same]:
            same += 1
        at += same
        if same == len(theirs):
            continue  # it stopped at an end token that reckon took too, or all is done
        best, second = ours["top"][at]
        peers_best = peer.two_best(prompt + tokens[:at])
        found.append({
            "position": at, "ours": tokens[at], "theirs": theirs[same],
            "ours_text": peer.text(tokens[at]), "theirs_text": peer.text(theirs[same]),
            "gap": best["log_probability"] - second["log_probability"],
            "theirs_is_our_second": theirs[same] == second["token"],
            "peer_gap": peers_best[0][1] - peers_best[1][1] if len(peers_best) == 2 else None,
        })
        at += 1
    return found


def compare(arguments, peer, entry, chat):
    ours = reckon(arguments, entry["prompt"], chat)
    return {
        "name": entry["name"], "chat": chat, "prompt_tokens": ours["prompt_tokens"], "tokens": ours["tokens"],
        "same_prompt_tokens": peer.ids(entry["prompt"], chat) == ours["prompt_tokens"],
        "differences": differences(peer, ours), "text": ours["text"],
    }


def cell(text):
    return "`" + json.dumps(text, ensure_ascii=False).replace("|", "\\|").replace("`", "'") + "`"


def row(result):
    head = f"| {result['name']} | {len(result['prompt_tokens'])} | {'yes' if result['same_prompt_tokens'] else '**no**'} "
    if not result["differences"]:
        return head + f"| {len(result['tokens'])} | – | – | – | – | 0 |"
    first = result["differences"][0]
    peer_gap = "–" if first["peer_gap"] is None else f"{first['peer_gap']:.4f}"
    ours, theirs = cell(first["ours_text"]), cell(first["theirs_text"])
    second = "" if first["theirs_is_our_second"] else " (not our second)"
    return (head + f"| {first['position']} | {ours} | {theirs}{second} | {first['gap']:.4f} | {peer_gap} "
            f"| {len(result['differences'])} |")


def summary(results):
    drawn = sum(len(result["tokens"]) for result in results)
    all_found = [one for result in results for one in result["differences"]]
    equal = sum(not result["differences"] for result in results)
    same_ids = sum(result["same_prompt_tokens"] for result in results)
    line = (f"{equal} of {len(results)} continuations equal; {same_ids} of {len(results)} prompts tokenised alike; "
            f"{len(all_found)} of {drawn} tokens differ behind the same text")
    if all_found:
        gaps = sorted(one["gap"] for one in all_found)
        second = sum(one["theirs_is_our_second"] for one in all_found)
        line += (f"; gap of our two best there: median {gaps[len(gaps) // 2]:.4f}, largest {gaps[-1]:.4f} nats; "
                 f"theirs is our second best in {second} of {len(gaps)}")
    return line + "."


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--reckon", required=True, help="the program")
    parser.add_argument("--model", required=True, help="the file both engines read")
    parser.add_argument("--peer", required=True, help="address of the peer's server, http://127.0.0.1:PORT")
    parser.add_argument("--prompts", default=HERE / "prompts.json", type=pathlib.Path)
    parser.add_argument("--tokens", type=int, default=200, help="tokens drawn per prompt")
    parser.add_argument("--limit", type=int, help="only so many prompts")
    parser.add_argument("--reckon-option", action="append", default=[], help="passed on, e.g. --reckon-option=--kv-type=f32")
    parser.add_argument("--explained-below", type=float, default=1.0, help="largest gap, in nats, that counts as a close race")
    parser.add_argument("--json", type=pathlib.Path, help="also write all differences and texts there")
    arguments = parser.parse_args()

    peer = Peer(arguments.peer)
    chats = has_chat_template(arguments)
    print("| prompt | its tokens | tokenised alike | equal tokens | then ours | peer's | our gap | peer's gap | differences |")
    print("| --- | ---: | --- | ---: | --- | --- | ---: | ---: | ---: |", flush=True)
    results = []
    for entry in json.loads(arguments.prompts.read_text(encoding="utf-8"))[:arguments.limit]:
        results.append(compare(arguments, peer, entry, chat=chats and entry.get("chat", False)))
        print(row(results[-1]), flush=True)
    print("\n" + summary(results))
    if arguments.json:
        arguments.json.write_text(json.dumps(results, ensure_ascii=False, indent=1), encoding="utf-8")
    worst = max((one["gap"] for result in results for one in result["differences"]), default=0)
    return 1 if worst > arguments.explained_below else 0


if __name__ == "__main__":
    sys.exit(main())
