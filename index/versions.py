"""Two copies of one cable: which of them answers. The other is listed as a source, never as a second answer."""

import re

from index.records import Cable

_CORRECTED = re.compile(r"\bC ?O ?R ?R ?E ?C ?T ?E ?D\s+C ?O ?P ?Y\b", re.IGNORECASE)
_NOT_WORD = re.compile(r"[\W_]+")
# Layouts differ in a few signs; what differs by less is as full.
_AS_FULL = 0.99


def is_better(cable: Cable, rival: Cable) -> bool:
    """Whether this copy is to take the place of the other.

    A corrected copy before the one it corrects; a whole cable before a part; the fuller text; then the one
    with fewer oddities. Of equals the one that was there stays.
    """
    for mine, theirs in (
        (_is_corrected(cable), _is_corrected(rival)),
        (cable.header.section is None, rival.header.section is None),
    ):
        if mine != theirs:
            return mine
    full, as_full = _fullness(cable), _fullness(rival)
    if min(full, as_full) < _AS_FULL * max(full, as_full):
        return full > as_full
    return _oddities(cable) < _oddities(rival)


def _is_corrected(cable: Cable) -> bool:
    return _CORRECTED.search(cable.header.text) is not None


def _fullness(cable: Cable) -> int:
    """Letters and figures of the text: blanks and rules are the layout's."""
    return sum(len(_NOT_WORD.sub("", paragraph.text)) for paragraph in cable.paragraphs)


def _oddities(cable: Cable) -> int:
    """Anomalies of the text itself; that there are copies says nothing against one."""
    return sum(anomaly.kind != "duplicate" for anomaly in cable.anomalies)
