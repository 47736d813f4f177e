"""JSON Lines: one object a line, a raw cable under `text` or a structured one with `paragraphs`."""

import json
from collections.abc import Iterator
from typing import IO, Any

from index.parse.exported import exported_text, is_exported
from index.parse.structured import structured_text
from index.read.box import Box, sha256_of, why
from index.read.text import decode
from index.records import Anomaly, Message, Problem, Source


def read_jsonl(stream: IO[bytes], box: Box) -> Iterator[Message | Problem]:
    """A message for each line; a line that is none is a problem of its own."""
    number, found = 0, False
    while line := stream.readline(box.limit + 1):
        number += 1
        path = f"{box.path}:{number}"
        if len(line) > box.limit and not line.endswith(b"\n"):
            yield Problem(path, f"the line is longer than the {box.limit_text} that are read; split it.")
            while line and not line.endswith(b"\n"):
                line = stream.readline(box.limit + 1)
            continue
        if line.strip(b" \t\r\n\xef\xbb\xbf"):
            found = True
            if not box.passes_over(path):
                yield from _read_json_line(line, path)
    if not found:
        yield Problem(box.path, "holds no line of JSON; nothing was read from it.")


def _read_json_line(line: bytes, path: str) -> Iterator[Message | Problem]:
    text, anomaly, problem = decode(line, path)
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        yield Problem(path, f"the line is no JSON ({why(error)}); mend or remove it.")
        return
    if not isinstance(value, dict):
        yield Problem(path, 'the line is no JSON object; write one object a line, with "text" or "paragraphs".')
        return
    if problem:
        yield problem
    message = _message_of(value, Source(path, "jsonl", sha256_of(line)), (anomaly,) if anomaly else ())
    yield message or Problem(path, 'the object has neither "text" nor "paragraphs" with text; add one of them.')


def _message_of(value: dict[str, Any], source: Source, anomalies: tuple[Anomaly, ...]) -> Message | None:
    """A raw cable under `text`, or a structured one with `paragraphs`."""
    paragraphs, text = value.get("paragraphs"), value.get("text")
    if isinstance(paragraphs, list) and any(_has_text(item) for item in paragraphs):
        whole = exported_text(value) if is_exported(value) else structured_text(value)
        return Message(_plain(whole), source, value, anomalies)
    if isinstance(text, str) and text.strip():
        beside = {key: item for key, item in value.items() if key not in ("text", "paragraphs")}
        return Message(_plain(text), source, beside, anomalies)
    return None


def _has_text(item: Any) -> bool:
    text = item.get("text") if isinstance(item, dict) else item
    return isinstance(text, str) and bool(text.strip())


def _plain(text: str) -> str:
    """Text that can be stored: JSON may spell half of a surrogate pair."""
    return text.encode("utf-8", "replace").decode("utf-8") if not text.isascii() else text
