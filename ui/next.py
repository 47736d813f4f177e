"""What a reader may ask next, from what an answer rests on: each question names a cable that the archive holds."""

from collections.abc import Iterable, Iterator

from index.catalog import Catalog
from qa.records import Answer
from ui.render.safe import one_line

MOST = 3
"""Questions that are offered."""

_LONGEST = 90


def follow_ups(answer: Answer, catalog: Catalog, asked: Iterable[str]) -> list[str]:
    """Questions about the cables cited, those they refer to, and the passages that were not used.

    Args:
        answer: what has just been answered.
        catalog: the archive, as this reader has it.
        asked: the questions of this conversation, which are not offered again.
    """
    if answer.outcome == "not_found":
        return []  # nothing here bears on the question
    before, found = set(asked), dict[str, str]()
    for cable_id, question in _candidates(answer, catalog):
        if question not in before:
            found.setdefault(cable_id, question)
    return list(found.values())[:MOST]


def _candidates(answer: Answer, catalog: Catalog) -> Iterator[tuple[str, str]]:
    """The cables to ask about, each with a question."""
    cited = list(dict.fromkeys(each.cable_id for statement in answer.statements for each in statement.citations))
    for cable_id in cited[:2]:
        cable = catalog.get(cable_id)
        named = [each.cable_id for each in cable.header.references if each.cable_id] if cable else []
        for head in catalog.summaries(named).values():
            if head.cable_id not in cited:
                yield head.cable_id, f"What does {head.cable_id} say, to which {cable_id} refers?"
                break
        if later := [each for each in catalog.cited_by(cable_id) if each.cable_id not in cited]:
            yield later[-1].cable_id, f"What does {later[-1].cable_id} add to {cable_id}?"
    for passage in answer.passages:
        subject = one_line(passage.subject or "")
        if passage.cable_id not in cited and 0 < len(subject) <= _LONGEST:
            yield passage.cable_id, f"What does {passage.cable_id} report on “{subject}”?"
