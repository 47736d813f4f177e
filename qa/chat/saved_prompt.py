"""A prompt that was read, in the form in which llama.cpp's server saves one to a file and takes it up again.

The form is that of `llama_state_seq_save_file` in its fourth version, the tokens wrapped as the server wraps them. All
numbers are little-endian:

    "qsgg", version, how many numbers follow; those: -1, 1, how many tokens, the tokens, 0
    1 stream; how many cells; each cell: its position, 1 sequence, number 0
    values not transposed (0); how many layers; 0, 0
    the keys of every layer, then the values of every layer: 1 (float16), bytes a token, the numbers token by token

llama.cpp refuses what it does not understand, and then reads the prompt itself.
"""

import struct
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

MAGIC, VERSION = b"qsgg", 4

FLOAT16 = 1
"""The number of this type in ggml."""

Rows = NDArray[np.float16]
"""Of one layer, the keys or the values: a row a token, of all heads one after the other."""


def pack(tokens: Sequence[int], keys: Sequence[Rows], values: Sequence[Rows]) -> bytes:
    """The tokens with the keys and the values of every layer."""
    wrapped = (-1, 1, len(tokens), *tokens, 0)
    return b"".join(
        [
            struct.pack("<4sII", MAGIC, VERSION, len(wrapped)),
            struct.pack(f"<{len(wrapped)}i", *wrapped),
            struct.pack("<II", 1, len(tokens)),
            *(struct.pack("<iII", position, 1, 0) for position in range(len(tokens))),
            struct.pack("<4I", 0, len(keys), 0, 0),
            *map(_pack, keys),
            *map(_pack, values),
        ]
    )


def _pack(rows: Rows) -> bytes:
    return struct.pack("<iQ", FLOAT16, rows.shape[1] * rows.itemsize) + rows.astype("<f2").tobytes()
