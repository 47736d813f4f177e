"""A person's verdict on an answer -> a gold question, kept in a question file under the home folder.

    mark(home, answer, "right")                                    what it says and cites is gold
    mark(home, answer, "wrong")                                    what it says must not be said again
    mark(home, answer, "wrong source")                             what it says is right, where it cites it is not
    mark(home, answer, "wrong", accepted=["97"], citations=[("07ASTANA3162", "4")])     and what is right

`reftel evaluate .reftel/questions/marked.jsonl` asks them again. The same question marked again
replaces its line; the file may be edited by hand.
"""

import hashlib
import json
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock

from index.errors import QueryError
from qa.evaluation.places import place_of
from qa.evaluation.questions import MARKED, QUOTE_JOINT, GoldQuestion, Place, read_questions
from qa.records import Answer, Citation

Verdict = Literal["right", "wrong", "wrong source"]


def marked_path(home: Path) -> Path:
    """The question file that marks are kept in."""
    return home / "questions" / "marked.jsonl"


def mark(
    home: Path,
    answer: Answer,
    verdict: Verdict,
    *,
    accepted: Sequence[str] = (),
    citations: Collection[Place] = (),
    numbered: Collection[str] = (),
) -> GoldQuestion:
    """Keep the verdict as a gold question, and give that.

    An answer that declined and is marked right becomes an unanswerable question.

    Args:
        accepted: short strings a right answer contains; without them, the statements of a right answer.
        citations: the right places, where the person gave them.
        numbered: the cited cables that print paragraph numbers (see `places.numbered_cables`).

    Raises:
        QueryError: a declined answer is wrong, but not what it should have said.
        CorpusError: the file was edited by hand and is damaged.
    """
    if verdict != "right" and not answer.statements and not accepted:
        raise QueryError("the answer declined; give what it should have said, or mark it right.")
    line = _to_line(answer, verdict, list(accepted), list(citations), numbered)
    path = marked_path(home)
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_suffix(".lock")):
        known = path.read_text(encoding="utf-8").split("\n") if path.is_file() else []
        lines = [each for each in known if each.strip() and f'"id": "{line["id"]}"' not in each]
        whole = path.with_suffix(".new")
        whole.write_text("\n".join([*lines, json.dumps(line, ensure_ascii=False), ""]), encoding="utf-8")
        whole.replace(path)
        return next(each for each in read_questions(path) if each.question_id == line["id"])


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
