"""A probe: what a model knows of a prompt before it says a word.

A small model knows better than it says whether a paragraph answers a question (Slobodkin et al., "The Curious Case of
Hallucinatory (Un)answerability", 2023): some two thirds of the way through its layers lies a direction that parts the
paragraphs that answer from the others, and the layers after blur it. A linear probe looks there. So one prompt is read
of each paragraph instead of two, and a third of the layers not at all.

The direction belongs to one file of weights and to the words of the prompt. `probes/NAME.json` holds it, as
tests/benchmarks/probing.py has fitted it:

    {"layers": 19, "prompts": fingerprint, "bias": …, "direction": [one number for each of a hidden state]}
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).with_name("probes")

State = NDArray[np.float32]
"""The hidden state of a prompt's last token, normalised: shape (hidden,)."""


@dataclass(frozen=True, slots=True, eq=False)
class Probe:
    """A direction among the hidden states after so many layers, and where on it the odds are even."""

    layers: int
    direction: State
    bias: float
    prompts: str
    """Fingerprint of the prompts that it was fitted with."""

    def log_odds(self, state: State) -> float:
        """How far along the direction the state lies: as log odds that the question is answered."""
        return float(state @ self.direction) + self.bias


@cache
def find_probe(name: str) -> Probe | None:
    """The probe of the local chat model of that name, None where none was fitted."""
    file = FOLDER / f"{name}.json"
    if not file.is_file():
        return None
    found = json.loads(file.read_text(encoding="utf-8"))
    direction = np.array(found["direction"], dtype=np.float32)
    return Probe(found["layers"], direction, found["bias"], found["prompts"])


def save_probe(name: str, probe: Probe) -> Path:
    """Write a probe where `find_probe` finds it; gives the file."""
    file = FOLDER / f"{name}.json"
    file.parent.mkdir(exist_ok=True)
    numbers = [float(f"{number:.4g}") for number in probe.direction]
    found = {"layers": probe.layers, "prompts": probe.prompts, "bias": round(probe.bias, 4), "direction": numbers}
    file.write_text(json.dumps(found) + "\n", encoding="utf-8")
    return file
