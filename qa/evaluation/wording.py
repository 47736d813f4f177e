"""Measures of what an answer says: held against accepted strings, points, and what was marked wrong."""

import re
from collections import Counter
from collections.abc import Sequence

from qa.words import key_words, numbers

POINT_SHARE = 0.6
"""Share of a point's words and numbers that an answer must hold to have said it."""


def contains_any(said: str, accepted: Sequence[str]) -> float:
    """1 if one of the strings stands in what is said, whole words after folding, else 0."""
    folded = f" {fold(said)} "
    return float(any(f" {fold(each)} " in folded for each in accepted))


def token_f1(said: str, accepted: Sequence[str]) -> float:
    """Overlap of the words said with those of the accepted string they fit best (SQuAD's F1)."""
    words = Counter(fold(said).split())
    return max(_f1(words, Counter(fold(each).split())) for each in accepted)


def points_covered(said: str, points: Sequence[str]) -> float | None:
    """Share of the gold points that are said; a point is, where most of its words and numbers are."""
    held = _carried(said)
    wanted = [carried for point in points if (carried := _carried(point))]
    covered = [len(each & held) >= POINT_SHARE * len(each) for each in wanted]
    return sum(covered) / len(covered) if covered else None


def fold(text: str) -> str:
    """Lower case, only letters, digits and the signs that change a figure: `$3,000.` and `3000` meet."""
    plain = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text.lower())
    return " ".join(re.findall(r"[^\W\d_]+|\d+(?:[./-]\d+)*%?", plain))


def _carried(text: str) -> set[str]:
    return set(key_words(text)) | numbers(text)


def _f1(said: Counter[str], accepted: Counter[str]) -> float:
    common = sum((said & accepted).values())
    return 2 * common / (sum(said.values()) + sum(accepted.values())) if common else 0.0
