#!/usr/bin/env python3
"""Makes blocks.txt, the reference of the block codecs: what the `gguf` package decodes and encodes.

Each line is one of
    decode TYPE BYTES VALUES    a row as stored, in hex, and FNV-1a-64 of the little-endian f32 values it decodes to
    encode TYPE VALUES BYTES    f32 values, in hex, and the row they are rounded to
Needs gguf and numpy; running the tests needs neither.

    python3 tests/golden/kernels/make_references.py
"""
import pathlib

import gguf
import numpy as np
from gguf import GGMLQuantizationType as T

ROWS = 6  # of each type
BLOCKS = {T.F32: 7, T.F16: 21, T.BF16: 21}  # per row; of the block types 1
# Offsets of the f16 fields: made small and finite, so that the hash does not depend on how a NaN is spelled.
SCALES = {T.Q4_0: [0], T.Q4_1: [0, 2], T.Q5_0: [0], T.Q5_1: [0, 2], T.Q8_0: [0], T.Q2_K: [80, 82], T.Q3_K: [108],
          T.Q4_K: [0, 2], T.Q5_K: [0, 2], T.Q6_K: [208], T.IQ4_NL: [0], T.IQ4_XS: [0], T.TQ1_0: [52], T.TQ2_0: [64],
          T.MXFP4: [], T.NVFP4: []}
ENCODED = [T.F16, T.BF16, T.Q8_0, T.Q4_0, T.Q5_0, T.Q5_1, T.TQ2_0]


def fnv1a(data):
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return value


def random_row(kind, rng):
    elements, size = gguf.GGML_QUANT_SIZES[kind]
    if kind in BLOCKS:
        values = rng.normal(0, 1, BLOCKS[kind]).astype(np.float32)
        return values if kind == T.F32 else gguf.quants.quantize(values[None], kind)[0]
    row = rng.integers(0, 256, size, dtype=np.uint8)
    for offset in SCALES[kind]:
        row[offset:offset + 2] = np.array([rng.normal(0, 0.1)], np.float16).view(np.uint8)
    return row


def inputs(rng):
    """Rows of 256: bell-shaped, heavy-tailed, one outlier, ternary, constant, tiny, zeros. No zero is negative: the package and
    the C code that it follows differ on the sign of an all-zero block's scale."""
    ternary = rng.integers(-1, 2, 256) * 0.375 + 0.0  # no -0
    outlier = rng.normal(0, 1, 256)
    outlier[100] = -50
    yield from (rng.normal(0, 0.02, 256), rng.laplace(0, 1, 256), outlier, ternary, np.full(256, -0.3), rng.normal(0, 1e-6, 256),
                np.zeros(256))


def main():
    rng = np.random.default_rng(20)
    lines = []
    for kind in [*BLOCKS, *SCALES]:
        for _ in range(ROWS):
            row = random_row(kind, rng)
            values = np.ascontiguousarray(gguf.quants.dequantize(row[None], kind)[0], dtype="<f4")
            lines.append(f"decode {kind.name} {row.tobytes().hex()} {fnv1a(values.tobytes()):016x}")
    for values in inputs(rng):
        values = values.astype("<f4")
        for kind in ENCODED:
            row = gguf.quants.quantize(values[None], kind)[0]
            lines.append(f"encode {kind.name} {values.tobytes().hex()} {row.tobytes().hex()}")
    (pathlib.Path(__file__).parent / "blocks.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
