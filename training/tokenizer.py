"""The tokenizer of the bundled models: one token per byte, a few special tokens, no merges, 320 tokens in all.

The token of byte b has id b, so encoding is the identity on bytes; the file spells the byte tokens in the usual
printable mapping of byte-level BPE, which is what every GGUF reader of the "gpt2" kind expects.
"""

from __future__ import annotations

import re

VOCABULARY = 320
SPECIALS = [
    "<|endoftext|>", "<|pad|>", "<|im_start|>", "<|im_end|>", "<think>", "</think>",
    "<good>", "<bad>", "<ok>", "<err>", "<hi>", "<lo>",
]  # fmt: skip
ID = {name: 256 + index for index, name in enumerate(SPECIALS)}
PAD, START, END = ID["<|pad|>"], ID["<|im_start|>"], ID["<|im_end|>"]
THINK_TAGS = re.compile(r"(</?think>)")

# One line of Jinja: every turn is framed, and a generation prompt opens the assistant's turn.
CHAT_TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)


def printable_bytes() -> list[str]:
    """The printable character that stands for each byte: itself where it is visible, else the next one from U+0100."""
    visible = {*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    spelled, following = [], 0x100
    for byte in range(256):
        spelled.append(chr(byte) if byte in visible else chr(following))
        following += byte not in visible
    return spelled


def token_texts() -> list[str]:
    """All 320 tokens as they stand in the file; the tail is reserved."""
    texts = printable_bytes() + SPECIALS
    return texts + [f"<|reserved_{index}|>" for index in range(VOCABULARY - len(texts))]


def token_kinds() -> list[int]:
    """GGUF token types: 1 normal, 3 control, 4 user-defined (the think tags, so that they show in the text)."""
    kinds = [1] * 256 + [3] * (VOCABULARY - 256)
    kinds[ID["<think>"]] = kinds[ID["</think>"]] = 4
    return kinds


def encode(text: str) -> list[int]:
    """Bytes of the text, with the think tags as single tokens."""
    ids: list[int] = []
    for part in THINK_TAGS.split(text):
        ids.extend([ID[part]] if part in ID else part.encode())
    return ids


def decode(ids: list[int]) -> str:
    """Text of the ids; special tokens other than the think tags are dropped."""
    pieces = bytearray()
    for token in ids:
        if token < 256:
            pieces.append(token)
        elif token in (ID["<think>"], ID["</think>"]):
            pieces.extend(SPECIALS[token - 256].encode())
    return pieces.decode(errors="replace")


def encode_prompt(prompt: str) -> list[int]:
    """The user's turn and the opening of the assistant's, exactly as the chat template renders them."""
    return [START, *b"user\n", *prompt.encode(), END, *b"\n", START, *b"assistant\n"]


def encode_example(prompt: str, completion: str) -> tuple[list[int], int]:
    """Ids of the whole example and the index of the first id that the loss counts."""
    head = encode_prompt(prompt)
    return head + encode(completion) + [END], len(head)
