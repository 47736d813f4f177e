"""Cables to parse, made from their lines; and where the real ones lie."""

from pathlib import Path

import pytest

from index.parse import parse
from index.records import Cable, Message, Source

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
AAD = sorted((DATA / "aad").glob("*.txt"))
needs_aad = pytest.mark.skipif(not AAD, reason=f"the declassified telegrams are not at {DATA / 'aad'}")


PAGED = """Message Text

CONFIDENTIAL

PAGE 01  LA PAZ 00146  01 OF 02  091410Z

53
ACTION EUR-25

INFO  OCT-01  ARA-16  /166 W
                       ---------------------     052087
O 091324Z JAN 74
FM AMEMBASSY LA PAZ
TO SECSTATE WASHDC IMMEDIATE 1882

C O N F I D E N T I A L SECTION 1 OF 2 LA PAZ 0146

E.O. 11652: GDS
TAGS: EAID, BL
SUBJ: FOOD AID

1. THE MINISTER SAID THAT THE SHIPMENT OF FLOUR FROM THE PORT WOULD
CONFIDENTIAL

CONFIDENTIAL

PAGE 02  LA PAZ 00146  01 OF 02  091410Z

ARRIVE SOON.

2. THE TRAIN IS LATE, AND THE AMBASSADOR WILL SPEAK OF IT WITH THE
CONFIDENTIAL

NNN

CONFIDENTIAL

PAGE 01  LA PAZ 00146  02 OF 02  091420Z

53
ACTION EUR-25

INFO  OCT-01  ARA-16  /166 W
                       ---------------------     052090
O 091324Z JAN 74
FM AMEMBASSY LA PAZ
TO SECSTATE WASHDC IMMEDIATE 1883

C O N F I D E N T I A L SECTION 2 OF 2 LA PAZ 0146

MINISTER TOMORROW.

3. THREE.
STEDMAN

CONFIDENTIAL

NNN
"""


def message(text: str, path: str = "cable.txt", **fields: object) -> Message:
    return Message(text, Source(path, "text", "0" * 64), fields)


def cable(
    *,
    start: str = "",
    dtg: str = "O 201158Z NOV 07",
    sender: str = "FM AMEMBASSY ASTANA",
    to: str = "TO RUEHC/SECSTATE WASHDC IMMEDIATE 1220",
    line: str = "UNCLAS ASTANA 003162",
    after: str = "",
    order: str = "E.O. 12958: N/A",
    tags: str = "TAGS: PREL, KZ",
    subject: str = "SUBJECT: TRADE",
    ref: str = "",
    authority: str = "",
    body: str = "1. One.\n\n2. Two.\n\nORDWAY",
) -> str:
    """A cable of the 2005-2010 layout; each argument replaces one of its lines."""
    head = "\n".join(part for part in (start, dtg, sender, to) if part)
    fields = "\n".join(part for part in (order, tags, subject, ref) if part)
    return "\n\n".join(part for part in (head, line, after, fields, authority, body) if part)


def read(**lines: str) -> Cable:
    return parse(message(cable(**lines)))


def kinds(found: Cable) -> list[str]:
    return [anomaly.kind for anomaly in found.anomalies]
