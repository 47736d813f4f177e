"""A person's verdict on an answer -> a gold question, kept in a question file under the home folder.

    mark(assistant, answer, "right")                     what it says and cites is gold
    mark(assistant, answer, "wrong")                     what it says must not be said again
    mark(assistant, answer, "wrong source")              what it says is right, where it cites it is not
    mark(assistant, answer, "wrong", accepted=["97"], places="07ASTANA3162 4")           and what is right

`reftel evaluate .reftel/questions/marked.jsonl` asks them again. The same question marked again
replaces its line; the file may be edited by hand.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, Literal, TypeVar, cast

from filelock import FileLock

from index.catalog import Catalog
from index.errors import QueryError
from qa.assistant import Assistant
from qa.evaluation.check import cited_paragraphs
from qa.evaluation.places import numbered_cables, place_of
from qa.evaluation.questions import MARKED, QUOTE_JOINT, GoldQuestion, Place, read_questions, to_place
from qa.records import Answer, Citation, Passage, Query, Statement

Verdict = Literal["right", "wrong", "wrong source"]
Record = TypeVar("Record", Citation, Passage)


def marked_path(home: Path) -> Path:
    """The question file that marks are kept in."""
    return home / "questions" / "marked.jsonl"


def mark(
    assistant: Assistant,
    answer: Answer,
    verdict: Verdict,
    *,
    accepted: Sequence[str] = (),
    places: str = "",
) -> GoldQuestion:
    """Keep the verdict as a gold question, and give that.

    An answer that declined and is marked right becomes an unanswerable question.

    Args:
        accepted: short strings a right answer contains; without them, the statements of a right answer.
        places: where the right answer stands, if the person knows it: `07ASTANA3162 4; 79LAPAZ12 header`.

    Raises:
        QueryError: a place is not in the archive, or a declined answer is wrong but not what it should have said.
        CorpusError: the file was edited by hand and is damaged.
    """
    if verdict != "right" and not answer.statements and not accepted:
        raise QueryError("the answer declined; give what it should have said, or mark it right.")
    gold = to_places(places, assistant.catalog)
    cited = {citation.cable_id for statement in answer.statements for citation in statement.citations}
    line = _to_line(answer, verdict, list(accepted), gold, numbered_cables(cited, assistant.catalog))
    path = marked_path(assistant.settings.home)
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_suffix(".lock")):
        known = path.read_text(encoding="utf-8").split("\n") if path.is_file() else []
        lines = [each for each in known if each.strip() and f'"id": "{line["id"]}"' not in each]
        whole = path.with_suffix(".new")
        whole.write_text("\n".join([*lines, json.dumps(line, ensure_ascii=False), ""]), encoding="utf-8")
        whole.replace(path)
        return next(each for each in read_questions(path) if each.question_id == line["id"])


def to_places(text: str, catalog: Catalog) -> list[Place]:
    """`07ASTANA3162 4; 79LAPAZ12 header` -> places that the archive has.

    Raises:
        QueryError: a piece names no paragraph of the archive.
    """
    places = []
    for piece in filter(None, (each.strip() for each in text.split(";"))):
        cable_id, _, paragraph = piece.rpartition(" ")
        cable = catalog.get(catalog.resolve(cable_id) or cable_id)
        place = to_place(cable.cable_id if cable else cable_id, paragraph.lstrip("¶"))
        if cable is None or not cited_paragraphs(cable, place[1]):
            raise QueryError(f"{piece!r} is no paragraph of the archive; write it as 07ASTANA3162 4.")
        places.append(place)
    return places


def stored_answer(row: Mapping[str, Any]) -> Answer:
    """The answer of a row of a run, as it was given."""
    stored = row["answer"]
    statements = tuple(
        Statement(each["text"], tuple(_record(Citation, cited) for cited in each["citations"]), each["support"])
        for each in stored["statements"]
    )
    passages = tuple(_record(Passage, each) for each in stored["passages"])
    seconds, notice = stored.get("seconds") or {}, stored.get("notice")
    query, model = Query(row["question"]), stored["model"] or "none"
    return Answer(query, stored["outcome"] or "not_found", statements, passages, model, seconds, notice)


def _record(kind: Callable[..., Record], values: Mapping[str, Any]) -> Record:
    """A citation or a passage from its JSON; what a later version has added is left out."""
    names = {each.name for each in fields(cast(Any, kind))}
    given = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    return kind(**{name: value for name, value in given.items() if name in names})


def _to_line(
    answer: Answer, verdict: Verdict, accepted: list[str], citations: list[Place], numbered: Collection[str]
) -> dict[str, Any]:
    said = [statement.text for statement in answer.statements]
    cited = [each for statement in answer.statements for each in statement.citations]
    places = list(dict.fromkeys(place_of(each, numbered) for each in cited))
    right, words_right = verdict == "right", verdict != "wrong"
    gold = citations or (places if right else [])
    return {
        "id": f"m-{hashlib.sha256(answer.query.text.encode()).hexdigest()[:10]}",
        "question": answer.query.text,
        "kind": MARKED,
        "answers": accepted or (said if words_right else []),
        "points": said if words_right else [],
        "citations": [_cited(place) for place in gold],
        "quote": _quote(cited) if right and not citations else "",
        "note": f"marked {verdict}; answer by {answer.model}",
        "rejected": [] if words_right else said,
        "rejected_citations": [_cited(place) for place in places] if verdict == "wrong source" else [],
    }


def _cited(place: Place) -> dict[str, Any]:
    cable, paragraph = place
    return {"cable": cable, "paragraph": int(paragraph) if paragraph.isdigit() else paragraph}


def _quote(cited: Sequence[Citation]) -> str:
    return QUOTE_JOINT.join(dict.fromkeys(" ".join(each.quote.split()) for each in cited))
