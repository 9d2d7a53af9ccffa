"""Writes the references of reference_ids_test.cpp: small vocabularies, adversarial strings, and the ids that the `tokenizers`
library gives them.

    python tests/golden/text/make_references.py        (needs: pip install tokenizers)

Everything is drawn from one seed, so a second run writes the same bytes. Code points are those assigned in the Unicode version of
this Python (14.0 for 3.11) on whose categories and normal forms the library agrees; main() prints how many it leaves out.
"""

import json
import pathlib
import random
import sys
import unicodedata

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

OUT = pathlib.Path(__file__).parent / "data"
CONTRACTIONS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
TAIL = r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
LLAMA3 = CONTRACTIONS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|" + TAIL
QWEN2 = CONTRACTIONS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}|" + TAIL

CONTROL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|im", "<|im_start|>user", "<s>"]
USER_DEFINED = ["<think>", "</think>", "<tool_call>", "\u00fc\u00fc", "   \n", "<think"]


def byte_level(pattern, digits=False):
    steps = [pre_tokenizers.Digits(individual_digits=True)] if digits else []
    if pattern:
        steps.append(pre_tokenizers.Split(Regex(pattern), "isolated"))
    steps.append(pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=pattern is None))
    return pre_tokenizers.Sequence(steps)


FAMILIES = {  # name -> (pre-tokenizer, normalizer, ignore_merges, vocabulary size)
    "gpt-2": (byte_level(None), None, False, 640),
    "llama-bpe": (byte_level(LLAMA3), None, True, 768),
    "qwen2": (byte_level(QWEN2), normalizers.NFC(), False, 704),
    "smollm": (byte_level(None, digits=True), None, False, 600),
}


def agreed_code_points():
    """Assigned code points on which the library's tables agree with this Python's."""

    def matched(regex):
        split = pre_tokenizers.Split(Regex(regex), "removed")
        everything = [chr(c) for c in range(0x110000) if not 0xD800 <= c < 0xE000]
        return everything, split

    everything, letters = matched(r"\p{L}")
    numbers, spaces = matched(r"\p{N}")[1], matched(r"\s")[1]
    nfc = normalizers.NFC()
    left_out = 0
    agreed = []
    for c in everything:
        category = unicodedata.category(c)
        if category == "Cn":
            continue
        gone = lambda split: not split.pre_tokenize_str(c)  # noqa: E731
        white = ord(c) in WHITE_SPACE
        if (gone(letters) == (category[0] == "L") and gone(numbers) == (category[0] == "N") and gone(spaces) == white
                and all(nfc.normalize_str(t) == unicodedata.normalize("NFC", t) for t in (c, "\u0345" + c))):
            agreed.append(c)
        else:
            left_out += 1
    print(f"{len(agreed)} code points of Unicode {unicodedata.unidata_version}, {left_out} left out", file=sys.stderr)
    return agreed


WHITE_SPACE = {*range(9, 14), 0x20, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000}


class Generator:
    """Adversarial strings, each a few of the pieces below."""

    WORDS = ("the quick brown fox jumps over a lazy dog while it's raining and they'll say we've done I'm DON'T y'all'd've "
             "Straße naïve Ελληνικά русский язык العربية עברית हिन्दी ไทย 日本語 中文字符 한국어 tiếng Việt").split()

    ENDINGS = "'s 'S 'T 're 'RE 'Ve 'll 'LL 'd '\u017f \u2019s ''t".split()
    JUNK = [b"\x80", b"\xff", b"\xc0\xaf", b"\xe2\x82", b"\xf0\x9f\x98", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xf8", b"\xc3"]

    def __init__(self, seed, agreed):
        self.random = random.Random(seed)
        self.agreed = agreed
        self.by_category = {}
        for c in agreed:
            self.by_category.setdefault(unicodedata.category(c), []).append(c)
        self.by_plane = {}
        for c in agreed:
            self.by_plane.setdefault(ord(c) >> 16, []).append(c)
        self.marks = [c for k in ("Mn", "Mc", "Me") for c in self.by_category[k]]
        self.combining = [c for c in self.marks if unicodedata.combining(c)]
        self.decomposing = [c for c in agreed if unicodedata.normalize("NFD", c) != c]

    def some(self, pool, low=1, high=4):
        return "".join(self.random.choice(pool) for _ in range(self.random.randint(low, high)))

    def piece(self):
        r = self.random
        return r.choice([
            lambda: r.choice(self.WORDS),
            lambda: " " + r.choice(self.WORDS),
            lambda: r.choice(self.WORDS) + r.choice(self.ENDINGS),
            lambda: self.some(" \t\n\r\u00a0\u2003\u3000\u2028\u0085\x0b\x0c\u180e\u200b", 1, 6),
            lambda: " " * r.randint(1, 9),
            lambda: r.choice(["\n", "\r\n", "\n\n", " \n", "\n ", "\t\n\t"]) * r.randint(1, 3),
            lambda: self.some("0123456789", 1, 8),
            lambda: self.some(self.by_category["Nd"] + self.by_category["No"] + self.by_category["Nl"], 1, 5),
            lambda: self.some("!?.,;:-_/\\'\"()[]{}<>|@#$%^&*+=~`", 1, 5),
            lambda: self.some(self.by_category[r.choice(sorted(self.by_category))], 1, 3),
            lambda: self.some(self.by_plane[r.choice(sorted(self.by_plane))], 1, 3),
            lambda: r.choice("aeounAEÅ한ᄀ") + self.some(self.combining, 1, 4),
            lambda: unicodedata.normalize("NFD", self.some(self.decomposing, 1, 3)),
            lambda: self.some(self.decomposing, 1, 3),
            lambda: r.choice(["👩‍👩‍👧‍👦", "👍🏽", "🏳️‍🌈", "🇩🇪🇫🇷", "❤️", "1️⃣", "\u200d", "👨🏿‍🚀"]),
            lambda: r.choice(CONTROL + USER_DEFINED),
            lambda: r.choice(CONTROL + USER_DEFINED)[: r.randint(1, 9)],
            lambda: "<0x%02X>" % r.randrange(256),
            lambda: r.choice("abAB ▁") * r.randint(2, 12),
            lambda: r.choice(["\u0000", "\ufeff", "\ufffd", "\U0010fffd", "\ue000", "\u2581", "\u0120", "\u010a"]),
        ])()

    def text(self):
        return "".join(self.piece() for _ in range(self.random.choice([1, 1, 2, 3, 4, 6])))

    def invalid(self):
        r = self.random
        data = bytearray(self.text().encode())
        for _ in range(r.randint(1, 4)):
            where = r.randrange(len(data) + 1)
            junk = r.choice(self.JUNK)
            if r.random() < 0.5:
                data[where:where] = junk
            elif where < len(data):
                del data[where]
        return bytes(data)


def train_byte_level(name, generator):
    pre, normalizer, ignore_merges, size = FAMILIES[name]
    tokenizer = Tokenizer(models.BPE(ignore_merges=ignore_merges))
    tokenizer.pre_tokenizer = pre
    if normalizer:
        tokenizer.normalizer = normalizer
    tokenizer.decoder = decoders.ByteLevel()
    corpus = [generator.text() for _ in range(4000)] + [" ".join(generator.WORDS)] * 50 + ["aaaaaaaa  \n\n"] * 30
    trainer = trainers.BpeTrainer(vocab_size=size, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
    tokenizer.train_from_iterator(corpus, trainer)
    return tokenizer


def train_sentence_piece(generator):
    """The shape of Llama 2: <unk> <s> </s>, 256 bytes, then pieces; the score of a piece is minus its rank."""
    trained = Tokenizer(models.BPE())
    trained.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    corpus = [generator.text() for _ in range(3000)] + [" ".join(generator.WORDS)] * 50 + ["aaaaaaaa bbbb ABAB"] * 20
    trained.train_from_iterator(corpus, trainers.BpeTrainer(vocab_size=420, limit_alphabet=120, show_progress=False))
    state = json.loads(trained.to_str())["model"]
    merged = ["".join(m) if isinstance(m, list) else m.replace(" ", "", 1) for m in state["merges"]]
    characters = [t for t in sorted(state["vocab"], key=state["vocab"].get) if t not in set(merged)]
    if "\u2581" not in characters:
        characters.append("\u2581")
    reserved = ["<unk>", "<s>", "</s>"] + ["<0x%02X>" % b for b in range(256)]
    ranked = list(dict.fromkeys(["\u2581\u2581", "\u2581\u2581\u2581\u2581", *merged, "\u2581\u2581\u2581"]))
    ranked = [t for t in ranked if t not in reserved + CONTROL]  # the library would make control tokens of plain text
    texts = reserved + ranked + characters
    ids = {t: i for i, t in enumerate(texts)}
    scores = [0.0] * 259 + [-float(i) for i in range(len(ranked) + len(characters))]
    # The library merges listed pairs by rank; SentencePiece merges any two pieces whose concatenation is a piece, by its score.
    merges = []
    for piece in ranked:
        splits = [(piece[:i], piece[i:]) for i in range(1, len(piece))]
        merges += sorted((s for s in splits if s[0] in ids and s[1] in ids), key=lambda s: (ids[s[0]], ids[s[1]]))
    tokenizer = Tokenizer(models.BPE(vocab=ids, merges=merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("\u2581"), normalizers.Replace(" ", "\u2581")])
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    tokenizer.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in ["<unk>", "<s>", "</s>"]])
    return tokenizer, scores


def add_tokens(tokenizer, control):
    tokenizer.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in control])
    tokenizer.add_tokens([AddedToken(t, special=False, normalized=False) for t in USER_DEFINED])


def describe(tokenizer, control):
    vocabulary = tokenizer.get_vocab()
    texts = sorted(vocabulary, key=vocabulary.get)
    assert [vocabulary[t] for t in texts] == list(range(len(texts)))
    return {"tokens": texts, "control": [vocabulary[t] for t in control], "user_defined": [vocabulary[t] for t in USER_DEFINED]}


def encodings(tokenizer, inputs):
    """Per input: the ids without special tokens in the text, and those with, where they differ."""
    tokenizer.encode_special_tokens = True
    plain = [tokenizer.encode(t, add_special_tokens=False).ids for t in inputs]
    tokenizer.encode_special_tokens = False
    parsed = [tokenizer.encode(t, add_special_tokens=False).ids for t in inputs]
    return {"ids": [" ".join(map(str, ids)) for ids in plain],
            "ids_parse_special": {i: " ".join(map(str, b)) for i, (a, b) in enumerate(zip(plain, parsed)) if a != b}}


def random_decodings(tokenizer, generator, count):
    """Ids in random order, cutting characters apart; added tokens excepted, which the library reads in the byte alphabet."""
    pool = range(tokenizer.get_vocab_size(with_added_tokens=False))
    cases = []
    for _ in range(count):
        ids = [generator.random.choice(pool) for _ in range(generator.random.randint(1, 12))]
        cases.append([" ".join(map(str, ids)), tokenizer.decode(ids)])
    return cases


def write(name, content):
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).replace('],"', '],\n"').replace('},"', '},\n"')
    (OUT / f"{name}.json").write_text(text + "\n")


def main():
    OUT.mkdir(exist_ok=True)
    agreed = agreed_code_points()
    generator = Generator(20250726, agreed)
    raw = [b""] + [generator.text().encode() for _ in range(1600)] + [generator.invalid() for _ in range(400)]
    texts = [data.decode("utf-8", "replace") for data in raw]
    write("inputs", [text if text.encode() == data else {"hex": data.hex()} for data, text in zip(raw, texts)])
    for name in FAMILIES:
        tokenizer = train_byte_level(name, generator)
        merges = json.loads(tokenizer.to_str())["model"]["merges"]
        decode = random_decodings(tokenizer, generator, 100)
        add_tokens(tokenizer, CONTROL)
        ids = tokenizer.get_vocab()
        pairs = [[ids[p] for p in (m if isinstance(m, list) else m.split(" "))] for m in merges]
        write(name, {"model": "gpt2", "pre": name, **describe(tokenizer, CONTROL), "merges": pairs, "decode": decode,
                     **encodings(tokenizer, texts)})
    tokenizer, scores = train_sentence_piece(generator)
    control = ["<|im_start|>", "<|im_end|>"]
    add_tokens(tokenizer, control)
    described = describe(tokenizer, ["<s>", "</s>"] + control)
    scores += [0.0] * (len(described["tokens"]) - len(scores))
    write("sentence-piece", {"model": "llama", "pre": "default", **described, "scores": [int(s) for s in scores],
                             **encodings(tokenizer, texts)})


if __name__ == "__main__":
    main()
