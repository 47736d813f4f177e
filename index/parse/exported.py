"""A Message that `reftel export` wrote -> the very Cable it was: read as it stands, nothing understood anew.

Such a line is what `reftel parse --json` prints of a cable, with its form named and its header's own lines beside.
Only the places of paragraphs are found again: they count in the text at hand, which is the line's.
"""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import UTC
from typing import Any

from pydantic import TypeAdapter, ValidationError

from index.errors import CableSyntaxError
from index.records import Anomaly, Cable, Footnote, Header, Message, Paragraph

FORM = "reftel-cable-1"

_BETWEEN = "\n\n"

_HEADER = TypeAdapter(Header)
_PARAGRAPHS = TypeAdapter(tuple[Paragraph, ...])
_ANOMALIES = TypeAdapter(tuple[Anomaly, ...])
_FOOTNOTES = TypeAdapter(tuple[Footnote, ...])


def to_line(cable: Cable) -> dict[str, Any]:
    """The object that stands for a cable in an export."""
    said = cable.to_dict()
    del said["source"], said["sources"]
    for paragraph in said["paragraphs"]:
        del paragraph["start"], paragraph["end"]
    return {"form": FORM, **said, "header": cable.header.text}


def is_exported(fields: Mapping[str, Any]) -> bool:
    """Whether a line of JSON says that it is one of these."""
    return fields.get("form") == FORM


def exported_text(fields: Mapping[str, Any]) -> str:
    """The text of such a cable, for reading and for offsets: its header's own lines, then its paragraphs."""
    items = fields.get("paragraphs")
    texts = [item.get("text") for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    return _BETWEEN.join(text for text in (fields.get("header"), *texts) if isinstance(text, str) and text)


def parse_exported(message: Message) -> Cable:
    """The cable that was exported.

    Raises:
        CableSyntaxError: the line was changed, and is no cable any more.
    """
    given = message.fields
    names = {field.name for field in fields(Header)} - {"from_", "text"}
    head = {name: given[name] for name in names if name in given}
    try:
        header = _HEADER.validate_python({**head, "from_": given.get("from"), "text": given.get("header") or ""})
        paragraphs = _PARAGRAPHS.validate_python(given.get("paragraphs"))
        anomalies = _ANOMALIES.validate_python(given.get("anomalies") or ())
        footnotes = _FOOTNOTES.validate_python(given.get("footnotes") or ())
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the line"
        raise CableSyntaxError(f"the line is no exported cable ({where}: {first['msg']}); export it again.") from None
    if [each.ordinal for each in paragraphs] != list(range(1, len(paragraphs) + 1)) or not header.cable_id.strip():
        raise CableSyntaxError(
            "the line is no exported cable (it has no id, or its paragraphs are not in order); export it again."
        )
    if header.sent:
        header = replace(header, sent=header.sent.replace(tzinfo=header.sent.tzinfo or UTC).astimezone(UTC))
    return Cable(header, _placed(paragraphs, message.text), message.source, (*message.anomalies, *anomalies), footnotes)


def _placed(paragraphs: tuple[Paragraph, ...], text: str) -> tuple[Paragraph, ...]:
    """The paragraphs with their places in the text, at whose end they stand, a blank line between two."""
    found: list[Paragraph] = []
    end = len(text)
    for paragraph in reversed(paragraphs):
        start = max(end - len(paragraph.text), 0)
        found.append(replace(paragraph, start=start, end=end))
        end = start - len(_BETWEEN)
    return tuple(reversed(found))
