"""Passages -> Statements by a small chat model: a question for several things part by part, any other as one."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from index.errors import ChatError
from index.records import HEADER_ORDINAL
from qa.drafting import Drafting
from qa.evidence import FLOOR
from qa.one_by_one import QUOTABLE, OneByOne
from qa.parts import Part, asks_for_several, take_apart, to_messages
from qa.records import Passage, Statement

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage
    from langchain_core.runnables import RunnableConfig

MOST_READ = 4
"""Paragraphs read for a plain question: each costs a small machine one to three seconds. Of 199 questions that a
paragraph answers, over three sets, it is among the first four 190 times, among six 194 times; and the fifth and sixth
mislead as often as they help."""

MOST_READ_FOR_PART = 3
"""The same for each of several parts, found for it; and one more that was found for the whole question, since a part
may lose what the whole is about (`What did he think of it?`). So 0.78 of the gold paragraphs of 51 such questions over
five sets are read instead of 0.72; with four that are found for the part, 0.76."""


@dataclass(slots=True)
class PartByPart(Drafting):
    """One answer, each part of it from sources of its own."""

    search: Callable[[str], Sequence[Passage]] = field(kw_only=True)
    """Finds the passages for a part."""
    shown: int = field(kw_only=True)
    """Passages that the chat model is shown of a search, at most."""
    _parts: list[OneByOne] = field(default_factory=list)
    _taking_apart: "list[BaseMessage]" = field(default_factory=list)

    def stream(self, config: "RunnableConfig | None") -> Iterator[Passage | str]:
        """The sources as they are read, and the sentences that they carry, part by part."""
        try:
            parts = self._take_apart(config)
            if len(parts) == 1:
                self._parts = [self._one(parts[0], self.sources, MOST_READ, FLOOR)]
            else:
                yield from self._read(parts)
            for one in self._parts:
                yield from one.stream(config)
            if len(parts) > 1:
                yield from self._make_good(config)
        except ChatError as error:
            self.failure = str(error)
        self.text = "".join(each.text for each in self._parts)
        self.withheld = tuple(statement for each in self._parts for statement in each.withheld)

    def _take_apart(self, config: "RunnableConfig | None") -> tuple[Part, ...]:
        if not asks_for_several(self.question):
            return (Part(self.question, self.question),)
        self._taking_apart = to_messages(self.question)
        return take_apart(self.chat_model, self.name, self.question, config)

    def _read(self, parts: Sequence[Part]) -> Iterator[Passage]:
        """Read for each part. A source goes to the part that it answers most surely, before any is drafted from.

        A faint source answers none of several parts.
        """
        for part in parts:
            self._parts.append(self._one(part, self._found(part), MOST_READ_FOR_PART + 1, QUOTABLE))
            yield from self._parts[-1].choose()
        given: list[int] = []
        for one in sorted(self._parts, key=lambda each: -each.surest):
            one.avoided = frozenset(given)
            marker = yield from one.choose()
            given += [marker] if marker else []

    def _make_good(self, config: "RunnableConfig | None") -> Iterator[Passage | str]:
        """Where no part is answered, try the surest by a faint source; where some are, tell which no source answers."""
        if not self.statements():
            surest = max(self._parts, key=lambda each: each.surest)
            surest.floor = FLOOR
            yield from surest.stream(config)
        unanswered = [each.question for each in self._parts if each.found_nothing]
        if unanswered and self.statements():
            self.remark = f"No paragraph surely answers the rest: {' '.join(unanswered)}"

    def _found(self, part: Part) -> Sequence[Passage]:
        """What a search finds for a part, each by its rank among all passages; those found for no other join them.

        After them, the first that the whole question finds besides.
        """
        ranks = {(each.cable_id, each.ordinal): each.rank for each in self._passages()}
        found = []
        for each in self.search(part.searched)[:MOST_READ_FOR_PART]:
            place = (each.cable_id, each.ordinal)
            known = place in ranks
            found.append(replace(each, rank=ranks.setdefault(place, len(ranks) + 1)))
            self.added += () if known else (found[-1],)
        places = {(each.cable_id, each.ordinal) for each in found}
        others = (each for each in self.sources if (each.cable_id, each.ordinal) not in places)
        other = next((each for each in others if each.ordinal != HEADER_ORDINAL), None)
        return [*found, other] if other else found

    def _passages(self) -> tuple[Passage, ...]:
        return (*self.sources, *self.added)

    def _one(self, part: Part, found: Sequence[Passage], most: int, floor: float) -> OneByOne:
        """What answers one part, from the first paragraphs found for it."""
        candidates = [each.rank for each in first_paragraphs(found, min(most, self.shown))]
        # A passage's score is of the search that found it.
        own = {each.rank: each for each in found}
        sources = [own.get(each.rank, each) for each in self._passages()]
        return OneByOne(
            self.chat_model, self.name, part.question, sources, self.entail, candidates=candidates, floor=floor
        )

    def statements(self) -> tuple[Statement, ...]:
        """What stands of each part; what two parts say alike, once."""
        said: dict[str, Statement] = {}
        for statement in () if self.failure else (said for each in self._parts for said in each.statements()):
            said.setdefault(statement.text, statement)
        return tuple(said.values())

    def trace(self) -> dict[str, Any]:
        """What each part came to; how the question was taken apart comes first."""
        traces = [each.trace() for each in self._parts]
        asked = [{"role": each.type, "text": each.text} for each in self._taking_apart]
        several = len(traces) > 1
        return {
            "parts": [each.question for each in self._parts] if several else [],
            "prompt": [*asked, *(prompt for trace in traces for prompt in trace["prompt"])],
            "draft": self.text,
            "verdicts": [verdict for trace in traces for verdict in trace["verdicts"]],
            "readings": {
                f"{marker} for part {n}" if several else marker: reading
                for n, trace in enumerate(traces, 1)
                for marker, reading in trace["readings"].items()
            },
            "failure": self.failure,
        }


def first_paragraphs(found: Sequence[Passage], most: int) -> list[Passage]:
    """The first so many paragraphs, and the heads of cables that come before them.

    A head answers what is asked of it in words not known here, and of 178 other questions none.
    """
    paragraphs = [n for n, each in enumerate(found, 1) if each.ordinal != HEADER_ORDINAL]
    return [*found[: max(paragraphs[:most], default=most)]]
