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
    before = set(asked)
    found = dict.fromkeys(each for each in _candidates(answer, catalog) if each not in before)
    return list(found)[:MOST]


def _candidates(answer: Answer, catalog: Catalog) -> Iterator[str]:
    cited = list(dict.fromkeys(each.cable_id for statement in answer.statements for each in statement.citations))
    for cable_id in cited[:2]:
        cable = catalog.get(cable_id)
        named = [each.cable_id for each in cable.header.references if each.cable_id] if cable else []
        for referred, head in catalog.summaries(named).items():
            if referred not in cited:
                yield f"What does {head.cable_id} say, to which {cable_id} refers?"
                break
        if later := [each for each in catalog.cited_by(cable_id) if each.cable_id not in cited]:
            yield f"What does {later[-1].cable_id} add to {cable_id}?"
    for passage in answer.passages:
        subject = one_line(passage.subject or "")
        if passage.cable_id not in cited and 0 < len(subject) <= _LONGEST:
            yield f"What does {passage.cable_id} report on “{subject}”?"
