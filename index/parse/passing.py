"""Lines between the classification line and the fields that are none: passing instructions and notices."""

import re
from collections.abc import Callable

from index.gazetteer import post

_PASSING = re.compile(
    r"\s*(?:(?:FOR|FROM(?=\s*:|.{1,40}$)|POUCH|INFORM CONSULS?|PLS PASS|PLEASE PASS|ALSO FOR)\b\s*[: ]|"
    r"(?P<who>[A-Z][A-Z0-9/.,&() '’-]{1,60}?)[,;]?\s+(?:ALSO\s+)?(?:FOR|PASS(?:ES)?|PLS PASS|PLEASE PASS|ALSO PASS)\b)"
)
_AGENCIES = re.compile(
    r"\b(?:DEPT|DEPARTMENT|STATE|USDOC|USDA|AID|USAID|DOD|OSD|JCS|DEA|HQS|NSC|EMBASSY|TREASURY|COMMERCE|LABOR|"
    r"USIA|OPIC|EXIM|EPA|FAA|FBI|CIA|DHS|JUSTICE|INTERIOR|ENERGY|MISSION|USUN|PARIS|GENEVA|CONSULATES?|POSTS?)\b"
)
_NOTICE = re.compile(
    r"\s*(?:C ?O ?R ?R ?E ?C ?T ?E ?D|SENSITIVE BUT UNCLASSIFIED|NOT FOR INTERNET|PLEASE PROTECT|PROTECT ACCORDINGLY|"
    r"JOINT .{3,50} MESSAGE|"
    r"THIS (?:MESSAGE|CABLE|IS) .{0,60}(?:SENSITIVE|PROTECT|ACTION))", re.IGNORECASE
)  # fmt: skip


def is_notice(text: str) -> bool:
    """`SENSITIVE BUT UNCLASSIFIED -- PLEASE PROTECT ACCORDINGLY`, `C O R R E C T E D COPY (SUBJECT LINE)`."""
    return _NOTICE.match(text) is not None


def is_passing(text: str, block_length: Callable[[], int]) -> bool:
    """`DEPT PASS USAID`, `STATE FOR ARA/AND`: who else is to see the cable.

    Args:
        block_length: counts the lines that stand together here; longer blocks are text.
    """
    match = _PASSING.match(text) if len(text) < 200 else None
    if match is None:
        return False
    who = match["who"]
    if who is None:
        # `FOR: ARA DAS BUSHNELL`; a longer block is a private address, which is text.
        return block_length() <= 2 and not text.endswith(".")
    return block_length() <= 4 and bool(_AGENCIES.search(who) or post(who))
