"""A draft as it streams -> its sentences, each as soon as nothing that comes can change it.

However a chat model's tokens split the draft, a marker after the full stop included, the sentences
are those of the draft as a whole.
"""

from collections.abc import Iterator

from index.sentences import sentence_spans
from qa.cite import with_markers_inside

_MARKER_OPENERS = ("[", "［", "【", "(")


class Sentences:
    """The draft so far, and how many of its sentences have been given out."""

    def __init__(self) -> None:
        """Nothing has come yet."""
        self._draft = ""
        self._given = 0

    def feed(self, words: str) -> Iterator[str]:
        """The next words; the sentences that they complete."""
        self._draft += words
        found = self._found()
        # What opens like a marker may turn out to be one of the sentence before it.
        held = 2 if found and found[-1].startswith(_MARKER_OPENERS) else 1
        yield from self._give(found[:-held])

    def end(self) -> Iterator[str]:
        """No more comes; the sentences that were held back."""
        yield from self._give(self._found())

    def _found(self) -> list[str]:
        text = with_markers_inside(self._draft.strip())
        return [text[start:end] for start, end in sentence_spans(text)]

    def _give(self, found: list[str]) -> Iterator[str]:
        fresh = found[self._given :]
        self._given += len(fresh)
        yield from fresh
