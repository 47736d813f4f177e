"""The CSV of Cablegate: eight columns a row, `\\` before a quotation mark (heuer/cablemap)."""

import csv
import io
from collections.abc import Iterator
from typing import IO

from index.read.box import Box, sha256_of, why
from index.records import Anomaly, Message, Problem, Source

_CSV_COLUMNS = ("id", "date", "refid", "origin", "classification", "references", "header", "body")
_COLUMNS_TEXT = f"the {len(_CSV_COLUMNS)} of Cablegate ({', '.join(_CSV_COLUMNS)})"
_WRONG_ROWS = 10


def read_csv(stream: IO[bytes], box: Box) -> Iterator[Message | Problem]:
    """Eight columns: id, date, refid, origin, classification, references, header, body; `\\` escapes quotes."""
    # The csv module's own limit on a field is a setting of the whole process; a field may be a whole cable.
    csv.field_size_limit(max(csv.field_size_limit(), box.limit))
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace", newline="")
    rows = csv.reader(text, quotechar='"', escapechar="\\", doublequote=True)
    number, found, wrong = 0, False, 0
    try:
        for row in rows:
            number += 1
            if not row or (number == 1 and [cell.strip().lower() for cell in row[:2]] == ["id", "date"]):
                continue
            if len(row) != len(_CSV_COLUMNS):
                wrong += 1
                yield Problem(f"{box.path}:{number}", f"the row has {len(row)} columns, not {_COLUMNS_TEXT}; mend it.")
                if not found and wrong == _WRONG_ROWS:
                    yield Problem(box.path, f"no row has {_COLUMNS_TEXT}; the rest was not read: give a Cablegate CSV.")
                    return
                continue
            found = True
            if not box.passes_over(f"{box.path}:{number}"):
                yield from _read_row(row, f"{box.path}:{number}")
    except csv.Error as error:
        yield Problem(box.path, f"row {number + 1} cannot be read ({why(error)}), nor what follows it; mend the row.")
        return
    finally:
        text.detach()
    if not found and not wrong:
        yield Problem(box.path, "holds no row; nothing was read from it.")


def _read_row(row: list[str], path: str) -> Iterator[Message | Problem]:
    fields = dict(zip(_CSV_COLUMNS, row, strict=True))
    header, body = fields.pop("header"), fields.pop("body")
    if not body.strip():
        yield Problem(path, "the row has no text in its column body; mend or remove it.")
        return
    text = f"{header.rstrip()}\n\n{body}"
    anomalies: tuple[Anomaly, ...] = ()
    if bad := text.count("\ufffd"):
        detail = (
            f"{bad} bytes are not valid UTF-8, the first in character {text.index(chr(0xFFFD)) + 1} of the row's text"
        )
        yield Problem(path, f"{detail}; they are shown as \ufffd: save the file as UTF-8.", left_out=False)
        anomalies = (Anomaly("encoding", detail),)
    yield Message(text, Source(path, "csv", sha256_of("\x1f".join(row).encode())), fields, anomalies)
