"""Measures of where an answer rests: what it cites, quotes and counts, held against the gold and the cables."""

from collections.abc import Collection, Sequence
from datetime import datetime

from qa.records import Answer, Citation, Passage, Statement
from qa.words import numbers


def precision(cited: Collection[object], gold: Collection[object]) -> float | None:
    """Share of what is cited that is gold."""
    return len(set(cited) & set(gold)) / len(set(cited)) if cited else None


def recall(cited: Collection[object], gold: Collection[object]) -> float | None:
    """Share of what is gold that is cited."""
    return len(set(cited) & set(gold)) / len(set(gold)) if gold else None


def quote_validity(cited: Sequence[Citation], passages: Sequence[Passage]) -> float | None:
    """Share of citations whose quote is, letter for letter, the words at its place in the paragraph."""
    texts = {(each.cable_id, each.ordinal): each.text for each in passages}
    valid = [texts.get((each.cable_id, each.ordinal), "")[each.start : each.end] == each.quote for each in cited]
    return sum(valid) / len(valid) if valid else None


def unsupported(answer: Answer) -> float | None:
    """Share of the statements shown that the verifier found unsupported."""
    if not answer.statements:
        return None
    return sum(each.support == "unsupported" for each in answer.statements) / len(answer.statements)


def numbers_grounded(answer: Answer) -> float | None:
    """Share of the numbers said that stand in a paragraph cited for them, in its cable's head, or in the question.

    It asks no verifier, so that it can catch one that lets an invented number pass.
    """
    by_place = {(each.cable_id, each.ordinal): each for each in answer.passages}
    asked = numbers(answer.query.text)
    found = [
        number in asked | _numbers_cited(statement, by_place)
        for statement in answer.statements
        for number in sorted(numbers(statement.text))
    ]
    return sum(found) / len(found) if found else None


def _numbers_cited(statement: Statement, by_place: dict[tuple[str, int], Passage]) -> set[str]:
    sources = [by_place[place] for each in statement.citations if (place := (each.cable_id, each.ordinal)) in by_place]
    return {number for source in sources for number in numbers(f"{_head(source)} {source.text}")}


def _head(source: Passage) -> str:
    day = f"{datetime.fromisoformat(source.sent):%d %m %Y}" if source.sent else ""
    return f"{source.cable_id} {source.label} {day} {source.subject or ''}"
