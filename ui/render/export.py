"""What an answer cites, for a reference manager: BibTeX and RIS. See `ui.render.word` and `ui.render.text` besides.

Every word of a cable or a model is cleaned and escaped for the form it goes into.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from index.records import Header
from qa.records import Answer
from ui.render.safe import clean, one_line
from ui.render.text import level_words, receiver, sender

Headers = Mapping[str, Header]

_BIBTEX: Final = str.maketrans(
    {
        "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
        "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
    }
)  # fmt: skip
_MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec".split()


def to_bibtex(answer: Answer, headers: Headers) -> str:
    """An entry for every cable that the answer cites."""
    return "\n".join(_bibtex(cable_id, cited, headers.get(cable_id)) for cable_id, cited in _by_cable(answer).items())


def to_ris(answer: Answer, headers: Headers) -> str:
    """A record for every cable that the answer cites."""
    return "".join(_ris(cable_id, cited, headers.get(cable_id)) for cable_id, cited in _by_cable(answer).items())


def _by_cable(answer: Answer) -> dict[str, list[str]]:
    """The cables cited, in order, each with the names of its cited paragraphs."""
    found: dict[str, list[str]] = {}
    for statement in answer.statements:
        for citation in statement.citations:
            labels = found.setdefault(citation.cable_id, [])
            if citation.label not in labels:
                labels.append(citation.label)
    return found


def _bibtex(cable_id: str, labels: Iterable[str], header: Header | None) -> str:
    fields = {"title": cable_id, "note": f"cited at {', '.join(labels)}"}
    if header:
        fields |= {
            "title": header.subject or cable_id,
            "author": sender(header),
            "howpublished": _howpublished(header),
            "year": str(header.year or ""),
            "note": f"{level_words(header)}; {cable_id}; {fields['note']}".removeprefix("; "),
        }
    lines = [f"  {name} = {{{_bibtex_words(name, value)}}}," for name, value in fields.items() if value]
    if header and header.sent:
        lines += [f"  month = {_MONTHS[header.sent.month - 1]},", f"  day = {{{header.sent.day}}},"]
    return f"@misc{{{re.sub('[^A-Za-z0-9]', '', cable_id)},\n" + "\n".join(lines) + "\n}\n"


def _bibtex_words(name: str, value: str) -> str:
    plain = one_line(value).translate(_BIBTEX)
    return f"{{{plain}}}" if name in ("author", "title") else plain  # kept as it is written


def _ris(cable_id: str, labels: Iterable[str], header: Header | None) -> str:
    fields: list[tuple[str, str]] = [("TY", "GOVDOC"), ("ID", cable_id)]
    if header:
        sent: datetime | None = header.sent
        fields += [
            ("TI", header.subject or cable_id),
            ("AU", sender(header)),
            ("PY", str(header.year or "")),
            ("DA", f"{sent:%Y/%m/%d}/" if sent else ""),
            ("M1", str(header.number or "")),
            ("M3", "Telegram"),
            ("C1", level_words(header)),
            ("N2", _howpublished(header)),
        ]
    fields.append(("N1", f"cited at {', '.join(labels)}"))
    lines = [f"{tag}  - {one_line(value)}" for tag, value in fields if value]
    return clean("\r\n".join(lines)).replace("\n", "\r\n") + "\r\nER  - \r\n\r\n"


def _howpublished(header: Header) -> str:
    number = f"Telegram {header.number}" if header.number is not None else "Telegram"
    to = receiver(header)
    return f"{number} to {to}" if to else number
