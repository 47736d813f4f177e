"""Does a paragraph entail a sentence, contradict it, or neither? Any cross-encoder for natural language inference.

By the setting `entailment`; none by default, for none is at hand offline. Which of a model's outputs means what is
read from its own config. Its word joins the verdict of the rules (`joined`): a contradiction is unsupported, whatever
words the two share; what is entailed is supported where the rules found words missing and nothing against it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.errors import EncoderError
from qa.records import Support

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

CONTRADICTED = 0.5
"""A sentence whose contradiction is at least this likely is unsupported."""

ENTAILED = 0.5
"""One that is at least this likely to follow is supported, where the rules have it partly supported."""

_OPENINGS = {"entail": "entailment", "contra": "contradiction", "neutral": "neutral", "not": "neutral"}
"""How the names of the outputs begin: `CONTRADICTION`, `not_entailment` …"""


@dataclass(frozen=True, slots=True)
class Probabilities:
    """How likely a premise entails a hypothesis, contradicts it, or neither: together 1."""

    entailment: float
    neutral: float
    contradiction: float


Entail = Callable[[str, str], Probabilities]
"""From premise and hypothesis to probabilities."""


def open_entailment(name: str) -> Entail:
    """Load a cross-encoder by its sentence-transformers name, or from a folder.

    Raises:
        EncoderError: it cannot be loaded, or its config does not say which output is entailment.
    """
    try:
        from sentence_transformers import CrossEncoder

        model = CrossEncoder(name)
    except Exception as error:  # the libraries raise dozens of kinds
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        raise EncoderError(
            f"entailment {name!r} cannot be loaded: {reason}; check the name or the folder, or leave the setting out."
        ) from error
    meant = _meanings(name, model.config.id2label)

    def entail(premise: str, hypothesis: str) -> Probabilities:
        return _run(model, meant, premise, hypothesis)

    return entail


def joined(support: Support, found: Probabilities) -> tuple[Support, str | None]:
    """The verdict of the rules and the entailment model's together, and its reason where it changes the verdict."""
    if found.contradiction >= CONTRADICTED and support != "unsupported":
        return "unsupported", f"the source contradicts it (entailment model, {found.contradiction:.0%})"
    if support == "partly" and found.entailment >= ENTAILED:
        return "supported", f"the source entails it (entailment model, {found.entailment:.0%})"
    return support, None


def _meanings(name: str, labels: Mapping[int, str]) -> dict[int, str]:
    """What each output means: one of the fields of Probabilities."""
    meant = {
        place: meaning
        for place, label in labels.items()
        for opening, meaning in _OPENINGS.items()
        if label.lower().startswith(opening)
    }
    if len(meant) != len(labels) or "entailment" not in meant.values():
        raise EncoderError(
            f"entailment {name!r} cannot be used: its config names its outputs {', '.join(labels.values())}, which "
            "does not say which is entailment; take a model for natural language inference, or leave the setting out."
        )
    return meant


def _run(model: "CrossEncoder", meant: Mapping[int, str], premise: str, hypothesis: str) -> Probabilities:
    weights = model.predict([(premise, hypothesis)], apply_softmax=True, show_progress_bar=False)[0]
    found = dict.fromkeys(("entailment", "neutral", "contradiction"), 0.0)
    for place, meaning in meant.items():
        found[meaning] += float(weights[place])
    return Probabilities(**found)
