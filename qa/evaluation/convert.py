"""Question sets that people already have -> cables and questions: SQuAD 2 files and BEIR folders.

Both become a folder with `corpus.jsonl` (structured JSON lines, for `reftel index`) and
`questions.jsonl` (for `reftel evaluate`). A SQuAD article is a cable and each of its contexts a
numbered paragraph; its impossible questions are unanswerable ones. A BEIR document is a cable, and
a query's gold is whole cables with their grades, so that nDCG is the one that is published.
"""

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.errors import CorpusError

QRELS = ("qrels.tsv", "qrels/test.tsv")
"""Where a BEIR folder keeps what is relevant; the first that is there is taken."""


@dataclass(frozen=True, slots=True)
class Converted:
    """What came of it: the folder, and how many cables and questions lie in it."""

    folder: Path
    cables: int
    questions: int


def convert(source: Path, folder: Path, *, qrels: Path | None = None) -> Converted:
    """A SQuAD 2 file, or a BEIR folder, as cables and questions in `folder`.

    Args:
        qrels: of a BEIR folder, which file says what is relevant; the test split if none is given.

    Raises:
        CorpusError: it is neither, or is damaged, or the folder cannot be written.
    """
    try:
        cables, questions = _from_beir(source, qrels) if source.is_dir() else _from_squad(source)
        folder.mkdir(parents=True, exist_ok=True)
        return Converted(folder, _write(folder / "corpus.jsonl", cables), _write(folder / "questions.jsonl", questions))
    except (OSError, ValueError) as error:
        raise CorpusError(f"{source}: cannot be converted ({error}); check the paths.") from None
    except (KeyError, TypeError, AttributeError) as error:
        raise CorpusError(
            f"{source}: has not the form of SQuAD 2 or BEIR ({type(error).__name__}: {error}); check the file."
        ) from None


Lines = Iterable[dict[str, Any]]


def _from_squad(path: Path) -> tuple[Lines, Lines]:
    articles = json.loads(path.read_text(encoding="utf-8"))["data"]
    cables: list[dict[str, Any]] = []
    questions: list[dict[str, Any]] = []
    for number, article in enumerate(articles, 1):
        # A title may stand twice and have signs that no id should: the number tells them apart.
        cable_id = f"squad/{number}"
        contexts = [paragraph["context"] for paragraph in article["paragraphs"]]
        paragraphs = [{"text": text, "number": place} for place, text in enumerate(contexts, 1)]
        cables.append({"id": cable_id, "title": article.get("title", ""), "paragraphs": paragraphs})
        questions += [
            _squad_question(asked, cable_id, place)
            for place, paragraph in enumerate(article["paragraphs"], 1)
            for asked in paragraph["qas"]
            if asked["question"].strip()
        ]
    return cables, questions


def _squad_question(asked: dict[str, Any], cable_id: str, paragraph: int) -> dict[str, Any]:
    accepted = list(dict.fromkeys(each["text"] for each in asked["answers"] if each["text"].strip()))
    impossible = asked.get("is_impossible", False) or not accepted
    return {
        "id": str(asked["id"]),
        "question": asked["question"].strip(),
        "kind": "unanswerable" if impossible else "factoid",
        "answers": [] if impossible else accepted,
        "citations": [] if impossible else [{"cable": cable_id, "paragraph": paragraph}],
        "quote": "" if impossible else accepted[0],
    }


def _from_beir(folder: Path, qrels: Path | None) -> tuple[Lines, Lines]:
    relevant = _read_qrels(qrels or _find_qrels(folder))
    prefix = folder.resolve().name
    cables = (_beir_cable(line, prefix) for line in _lines(folder / "corpus.jsonl"))
    asked = (line for line in _lines(folder / "queries.jsonl") if str(line["_id"]) in relevant)
    return cables, (_beir_question(line, prefix, relevant[str(line["_id"])]) for line in asked)


def _beir_cable(line: dict[str, Any], prefix: str) -> dict[str, Any]:
    text = line.get("text") or line.get("title") or "(empty)"
    return {"id": f"{prefix}/{line['_id']}", "title": line.get("title", ""), "paragraphs": [{"text": text}]}


def _beir_question(line: dict[str, Any], prefix: str, grades: dict[str, int]) -> dict[str, Any]:
    return {
        "id": str(line["_id"]),
        "question": line["text"],
        "kind": "retrieval",
        "citations": [{"cable": f"{prefix}/{document}", "grade": grade} for document, grade in grades.items()],
    }


def _find_qrels(folder: Path) -> Path:
    for name in QRELS:
        if (folder / name).is_file():
            return folder / name
    others = sorted(folder.glob("qrels/*.tsv"))
    if len(others) == 1:
        return others[0]
    raise CorpusError(f"{folder}: has no {' and no '.join(QRELS)}; name the file with --qrels.")


def _read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Query -> document -> grade. Both forms: `query document grade` under a heading, and TREC's with its 0 or Q0."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if len(row) < 3 or not row[-1].strip().lstrip("-").isdigit():
                continue  # the heading
            if int(row[-1]) > 0:
                found[row[0]][row[-2]] = int(row[-1])
    return found


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.strip():
                yield json.loads(line)


def _write(path: Path, lines: Lines) -> int:
    """One object a line, written beside and then named, so that a broken conversion leaves nothing half."""
    whole, count = path.with_suffix(".new"), 0
    with whole.open("w", encoding="utf-8") as file:
        for line in lines:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            count += 1
    whole.replace(path)
    return count
