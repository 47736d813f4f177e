"""Questions about the collection itself (`qa/understand/collection.py`): how many are known, and answered exactly.

    python tests/benchmarks/collecting.py --sample HOME --aad HOME [--teach] [--write]

HOME holds the index of the sample cables, and of the 119 cables of the National Archives (aad). Asked are
collection/*.jsonl, by six writers; what fits was computed from the heads. An answer is right if it cites the cables
that fit and no other (a list, the first), or has the number or the names. Three of ten questions only sound like it
(`How many telegrams did the President send to the Pope?`): they are right where they are left to the paragraphs.

With `--teach` the weights by which such a question is known in spite of words of its own are fitted anew, on
collection/wording.jsonl, on the first of these questions, and on others that ask for what cables tell or for facts of a
head; `--write` puts them where Reftel looks for them.
"""

import argparse
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from index.catalog import Catalog
from index.gazetteer import post
from qa.assistant import Assistant, open_assistant
from qa.records import Answer
from qa.understand.collection import of_collection
from qa.understand.wording import COLLECTION, LESSON, OF_COLLECTION, open_recogniser, pooled

HERE = Path(__file__).parent
ASKED = {"sample": ("sample", "unseen_sample"), "aad": ("aad", "unseen_aad", "mentioned_aad")}
"""Files of questions over each archive; nothing was made by those of the second."""
LEFT_ALONE = [
    *(HERE / "frus" / f"{name}.jsonl" for name in ("unseen", "later", "latest")),
    *(HERE / "heads" / f"{name}.jsonl" for name in ("aad", "sample", "later")),
]
TAUGHT_OTHERS = [
    HERE / "heads" / "wording.jsonl", HERE / "heads" / "unseen_wording.jsonl", HERE / "aad" / "questions.jsonl",
    *(HERE / "frus" / f"{name}.jsonl" for name in ("written", "further", "near")),
]  # fmt: skip
SCALE = 10.0
"""The vectors are of unit length: their numbers are so many times greater while the weights are fitted."""
AT_ONCE = 64


def read(file: Path) -> list[dict[str, Any]]:
    """The questions of a file."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def is_right(assistant: Assistant, row: dict[str, Any]) -> bool:
    """Whether a question is answered by what the heads say, or left to the paragraphs where it is none of these."""
    if row["ask"] == "none":
        return of_collection(row["question"], assistant.catalog) is None
    answer = assistant.ask(row["question"])
    if answer.query.collection is None:
        return False
    cited = {citation.cable_id for each in answer.statements for citation in each.citations}
    fitting = set(row.get("cables", ()))
    match row["ask"]:
        case "count":
            return _first(answer).startswith(f"The archive has {row['value'] or 'no'} cable")
        case "whether":
            return bool(answer.statements) == row["value"] and cited == fitting
        case "span":
            return answer.query.collection.aim == "span" and cited == fitting
        case "most":
            return answer.query.collection.aim in ("most", "fewest") and _has(_first(answer).partition(":")[0], row)
        case "groups":
            return answer.query.collection.aim == "groups" and _has(_first(answer), row)
        case _:
            return cited == fitting


def _first(answer: Answer) -> str:
    return answer.statements[0].text if answer.statements else answer.notice or ""


def _has(text: str, row: dict[str, Any]) -> bool:
    """Whether every name is in the text: as heads print it, or as a post is called."""
    names = row["value"] if isinstance(row["value"], list) else [row["value"]]
    return all(any(_letters(form) in _letters(text) for form in _forms(str(name))) for name in names)


def _forms(name: str) -> list[str]:
    known = post(name)
    return [name, known.post, known.name.partition(" (")[0]] if known else [name]


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text).lower()


def told(assistant: Assistant, file: Path, misses: bool) -> str:
    """A row: how many are right, of each kind."""
    right, all_of = Counter[str](), Counter[str]()
    for row in read(file):
        good = is_right(assistant, row)
        right[row["ask"]] += good
        all_of[row["ask"]] += 1
        if misses and not good:
            print(f"    {row['id']} {row['ask']}: {row['question']}")
    known = sum(all_of[kind] for kind in all_of if kind != "none")
    found = sum(right[kind] for kind in right if kind != "none")
    by_kind = ", ".join(f"{kind} {right[kind]}/{all_of[kind]}" for kind in sorted(all_of) if kind != "none")
    return f"| {file.name} | {found} of {known} | {right['none']} of {all_of['none']} | {by_kind} |"


def mistaken(catalog: Catalog) -> str:
    """A row: how many questions for what cables tell, or for a fact of a head, are taken for one about them all."""
    asked = [row["question"] for file in LEFT_ALONE for row in read(file)]
    taken = [question for question in asked if of_collection(question, catalog)]
    for question in taken:
        print(f"    {question}")
    return f"| others | | {len(asked) - len(taken)} of {len(asked)} | |"


def teach() -> np.ndarray[Any, np.dtype[np.float16]]:
    """Weights that tell questions about the collection from others, by the vectors of the recogniser: see `pooled`."""
    wording = read(HERE / "collection" / "wording.jsonl")
    asked = [row for name, _ in ASKED.values() for row in read(HERE / "collection" / f"{name}.jsonl")]
    about = [row["question"] for row in wording if row["of_collection"]]
    about += [row["question"] for row in asked if row["ask"] != "none"]
    others = [row["question"] for row in wording if not row["of_collection"]]
    others += [row["question"] for row in asked if row["ask"] == "none"]
    others += [row["question"] for file in TAUGHT_OTHERS for row in read(file)]
    encoder, vectors = open_recogniser().encoder, []
    questions = [*about, *dict.fromkeys(others)]
    for start in range(0, len(questions), AT_ONCE):
        vectors += [pooled(each) for each in encoder.encode_tokens(questions[start : start + AT_ONCE])]
    wanted = np.arange(len(questions)) < len(about)
    model = LogisticRegression(max_iter=5000, class_weight="balanced").fit(SCALE * np.array(vectors), wanted)
    print(f"{len(about)} questions about the collection, {len(questions) - len(about)} others")
    return np.append(SCALE * model.coef_[0], model.intercept_).astype(np.float16)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=Path, help="the home of the sample's index")
    parser.add_argument("--aad", type=Path, help="the home of the index of the National Archives' cables")
    parser.add_argument("--misses", action="store_true", help="show what is not right")
    parser.add_argument("--teach", action="store_true", help="fit the weights anew")
    parser.add_argument("--write", action="store_true", help="put the new weights where Reftel looks for them")
    given = parser.parse_args()
    if given.teach:
        weights = teach()
        if given.write:
            np.savez(LESSON / COLLECTION, weights=weights)
            open_recogniser.cache_clear()
            print(f"Written to {LESSON / COLLECTION}; a question is known from {OF_COLLECTION} on.")
    print("| questions | right | left to the paragraphs | by kind |")
    print("| --- | --- | --- | --- |")
    for archive, names in ASKED.items():
        if home := getattr(given, archive):
            with open_assistant(home, chat_model="none") as assistant:
                for name in names:
                    print(told(assistant, HERE / "collection" / f"{name}.jsonl", given.misses), flush=True)
                print(mistaken(assistant.catalog), flush=True)


if __name__ == "__main__":
    main()
