"""What a run was made with: everything that may change an answer, so that runs can be compared and gone on with."""

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from prompts import load_prompt, prompt_names
from qa.assistant import Assistant
from qa.evaluation.questions import GoldQuestion

LIBRARIES = (
    "chromadb", "ir-measures", "langchain", "langchain-core", "numpy", "sentence-transformers", "tantivy", "torch",
    "transformers", "xllamacpp",
)  # fmt: skip

TOLD_ONLY = ("file", "python", "machine", "libraries")
"""Kept in a run, but no reason to refuse to go on with it."""


def made_with(
    assistant: Assistant,
    questions: Sequence[GoldQuestion],
    *,
    search_only: bool = False,
    judge: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Versions, settings, prompts, encoder, chat model, cables, questions."""
    manifest = assistant.catalog.manifest()
    return {
        "reftel": version("reftel"),
        "python": platform.python_version(),
        "machine": platform.machine(),
        "libraries": {name: _version(name) for name in LIBRARIES},
        "chat_model": None if search_only else assistant.model_name,
        "judge": judge,
        "encoder": manifest.get("encoder"),
        "dtype": manifest.get("dtype"),
        "versions": {key: manifest.get(key) for key in ("parser", "chunker", "schema")},
        "cables": assistant.catalog.facets().cables,
        "paragraphs": assistant.catalog.facets().paragraphs,
        "settings": assistant.settings.model_dump(mode="json", exclude={"home", "chat_model"}),
        "prompts": {name: load_prompt(name).fingerprint for name in prompt_names()},
        "questions": fingerprint(questions),
    }


def fingerprint(questions: Sequence[GoldQuestion]) -> str:
    """Twelve hex digits that change whenever a question or its gold does; where it stands in its file counts not."""
    told = [
        json.dumps([each.question_id, each.question, each.kind, each.to_dict(), sorted(each.grades.items())])
        for each in (replace(gold, line=0, note="") for gold in questions)
    ]
    return hashlib.sha256("\n".join(sorted(told)).encode()).hexdigest()[:12]


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The names of what changed between two runs and may change an answer."""
    names = dict.fromkeys([*before, *after])
    return [name for name in names if name not in TOLD_ONLY and before.get(name) != after.get(name)]


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
