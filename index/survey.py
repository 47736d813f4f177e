"""What a whole archive looks like to the parser: which fields its cables have, what was odd, and where.

What a person looks at before trusting an index. Cables are counted as they come and none is kept.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from index.gazetteer import match_key
from index.records import Anomaly, Cable, Problem, to_iso

EXAMPLES = 3
"""How many cables are named for each form of an anomaly."""

_MOST_FORMS = 500
_OTHER_FORMS = "other forms"
_FIELDS = (
    "sent", "precedence", "from_", "to", "info", "classification", "captions", "classified_by", "executive_order",
    "tags", "subject", "references", "summary", "comment", "signer",
)  # fmt: skip
_ID = re.compile(r"\b\d\d[A-Z]{3,20}\d+\b")
_NUMBER = re.compile(r"\d+")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
# Words in capitals are a cable's own, but for those that the details themselves use.
_CAPITALS = re.compile(r"\b(?!(?:TAGS|HTML|FM|ZNR|ZNY|UTF)\b)[A-Z][A-Z0-9/'.-]*[A-Z0-9](?:[, ]+[A-Z][A-Z0-9/'.-]+)*\b")


@dataclass(slots=True)
class Form:
    """Anomalies that differ in names and numbers only: how many, and the first few cables that have one."""

    kind: str
    form: str
    count: int = 0
    examples: list[dict[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Survey:
    """Counts over all cables seen so far."""

    cables: int = 0
    paragraphs: int = 0
    numbered: int = 0
    marked: int = 0
    copies: int = 0
    """Cables whose id, under any name of its post, was seen before."""
    whole: int = 0
    first: datetime | None = None
    last: datetime | None = None
    formats: Counter[str] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)
    odd: Counter[str] = field(default_factory=Counter)
    """Cables that have an anomaly of each kind."""
    forms: dict[tuple[str, str], Form] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    _seen: set[int] = field(default_factory=set)

    def add(self, cable: Cable) -> None:
        """Count one cable."""
        header = cable.header
        self.cables += 1
        self.paragraphs += len(cable.paragraphs)
        self.numbered += any(paragraph.number is not None for paragraph in cable.paragraphs)
        self.marked += any(paragraph.mark for paragraph in cable.paragraphs)
        self.whole += header.section is None
        self.formats[cable.source.format] += 1
        self.fields.update(name.rstrip("_") for name in _FIELDS if getattr(header, name))
        self._count_copy(cable.cable_id)
        if header.sent:
            self.first = min(self.first or header.sent, header.sent)
            self.last = max(self.last or header.sent, header.sent)
        self.odd.update({anomaly.kind for anomaly in cable.anomalies})
        for anomaly in cable.anomalies:
            self._count(anomaly, cable)

    def _count_copy(self, cable_id: str) -> None:
        # The hash alone: an archive may hold a million ids.
        key = hash(match_key(cable_id))
        self.copies += key in self._seen
        self._seen.add(key)

    def _count(self, anomaly: Anomaly, cable: Cable) -> None:
        place = (anomaly.kind, form_of(anomaly.detail))
        if place not in self.forms and len(self.forms) >= _MOST_FORMS:
            place = (anomaly.kind, _OTHER_FORMS)
        form = self.forms.setdefault(place, Form(*place))
        form.count += 1
        if len(form.examples) < EXAMPLES:
            form.examples.append({"cable_id": cable.cable_id, "path": cable.source.path, "detail": anomaly.detail})

    def to_dict(self) -> dict[str, Any]:
        """What `reftel parse --report --json` prints."""
        forms = sorted(self.forms.values(), key=lambda form: (-form.count, form.kind, form.form))
        return {
            "cables": self.cables,
            "paragraphs": self.paragraphs,
            "copies": self.copies,
            "whole": self.whole,
            "numbered": self.numbered,
            "marked": self.marked,
            "first": to_iso(self.first),
            "last": to_iso(self.last),
            "formats": dict(self.formats.most_common()),
            "fields": {name.rstrip("_"): self.fields[name.rstrip("_")] for name in _FIELDS},
            "anomalies": [
                {
                    "kind": kind,
                    "cables": cables,
                    "forms": [
                        {"form": form.form, "count": form.count, "examples": form.examples}
                        for form in forms
                        if form.kind == kind
                    ],
                }
                for kind, cables in self.odd.most_common()
            ],
            "problems": [
                {"path": each.path, "reason": each.reason, "left_out": each.left_out} for each in self.problems
            ],
        }


def form_of(detail: str) -> str:
    """A detail without what is the cable's own: `paragraph number 2 follows 1` -> `paragraph number N follows N`."""
    plain = _CAPITALS.sub("X", _ID.sub("ID", _QUOTED.sub("…", detail[:300])))
    return _NUMBER.sub("N", plain)
