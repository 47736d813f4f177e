"""A chat model of random weights, for the tests of what reads and writes with one."""

from pathlib import Path

import gguf
import numpy as np

TOKENS, WIDTH, INNER, HEADS, KEY_HEADS, BLOCKS = 97, 64, 128, 2, 1, 2
"""A model of the real ones' family, as small as it can be."""


def write_model(path: Path) -> Path:
    """A GGUF file of random weights."""
    random = np.random.default_rng(7)
    writer = gguf.GGUFWriter(path, "qwen2")
    writer.add_context_length(256)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(BLOCKS)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KEY_HEADS)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(10_000.0)
    writer.add_vocab_size(TOKENS)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(["Ġ", *map(chr, range(33, 127)), "<|im_start|>", "<|im_end|>"])
    writer.add_token_types([gguf.TokenType.NORMAL] * (TOKENS - 2) + [gguf.TokenType.CONTROL] * 2)
    writer.add_token_merges(["Ġ a"])
    writer.add_eos_token_id(TOKENS - 1)
    writer.add_chat_template("{% for m in messages %}<|im_start|>{{ m.content }}<|im_end|>{% endfor %}")
    keys = WIDTH * KEY_HEADS // HEADS
    shapes = {"token_embd.weight": (TOKENS, WIDTH), "output.weight": (TOKENS, WIDTH), "output_norm.weight": (WIDTH,)}
    for block in range(BLOCKS):
        for name, shape in {
            "attn_norm.weight": (WIDTH,),
            "attn_q.weight": (WIDTH, WIDTH),
            "attn_q.bias": (WIDTH,),
            "attn_k.weight": (keys, WIDTH),
            "attn_k.bias": (keys,),
            "attn_v.weight": (keys, WIDTH),
            "attn_v.bias": (keys,),
            "attn_output.weight": (WIDTH, WIDTH),
            "ffn_norm.weight": (WIDTH,),
            "ffn_gate.weight": (INNER, WIDTH),
            "ffn_up.weight": (INNER, WIDTH),
            "ffn_down.weight": (WIDTH, INNER),
        }.items():
            shapes[f"blk.{block}.{name}"] = shape
    for name, shape in shapes.items():
        writer.add_tensor(name, random.normal(size=shape).astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
