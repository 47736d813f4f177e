"""What a question says of a part of the head as such: that cables lack it, or have it, whatever it says.

`no caption`, `an empty signer field`, `unsigned` are of the former; `that bear a caption` of the latter.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

_SAID = {
    "captions": r"(?:handling )?captions?|handling (?:markings?|instructions?|restrictions?)",
    "signers": r"signers?|signatures?|signator(?:y|ies)|sign-?offs?|names? at the (?:foot|end|bottom)",
    "tags": r"tags?|subject codes?",
    "references": r"references?|reftels?|refs?",
    "info_addressees": r"info(?:rmation)? (?:addressees?|cop(?:y|ies)|line)",
    "precedences": r"precedences?",
    "classifications": r"classifications?|classification markings?",
    "subjects": r"subjects?|subject lines?|titles?",
    "days": r"dates?|day of sending",
}
"""How each part that may be `lacking` (`index.conditions`) is called."""

_TOLD = {
    "captions": ("caption", "a caption"),
    "signers": ("signer", "a signer"),
    "tags": ("TAGS", "TAGS"),
    "references": ("references", "references"),
    "info_addressees": ("addressees for information", "addressees for information"),
    "precedences": ("precedence", "a precedence"),
    "classifications": ("classification", "a classification"),
    "subjects": ("subject", "a subject"),
    "days": ("date", "a date"),
}
"""How it is told, after `no` and after `with`."""

_IN_ONE_WORD = {"unsigned": "signers", "untagged": "tags", "undated": "days"}
_NOT_DONE = re.compile(
    r"\b(?:(?:not|never)|(?:is|are|was|were)n['’]t) (?P<done>signed|tagged|dated)(?! (?:by|as|with|for|on|in|[A-Z]))",
    re.IGNORECASE,
)
_HAS = (
    r"(?:ha(?:ve|s|ving)|carr(?:y|ies|ying)|bear(?:s|ing)?|giv(?:e|es|ing)|show(?:s|ing)?|cit(?:e|es|ing)|"
    r"refer(?:s|ring)? to|list(?:s|ing)?|(?:went|go(?:es)?) out under)"
)
_HAS_NOT = (
    r"(?:(?:do|does|did|has|have|had)(?: not|n['’]t) (?:have|carry|bear|give|show|cite|refer to|list|got)|"
    r"(?:has|have)(?: not|n['’]t)(?= (?:an?|any) ))"
)
_NOT = rf"(?:(?:{_HAS} )?(?:with )?(?:no|without|lack(?:s|ing)?|missing|devoid of|empty|blank)|{_HAS_NOT})"
_REFERRING = re.compile(
    r"\b(?P<no>(?:do|does|did)(?: not|n['’]t) |never )?(?:refer(?:s|ring)? (?:back )?to|cit(?:e|es|ing)) (?P<none>no )?"
    r"(?:(?:an?|any) )?(?:earlier|previous|prior|other|another) (?:cables?|messages?|telegrams?|traffic)\b",
    re.IGNORECASE,
)
_WHICHEVER = r"(?: (?:whatsoever|at all|of any kind))?"
_ALONE = (
    r"(?=[?.!,;)]|$| (?:and|or|but|from|in|of|were|was|are|is|did|do|does|have|has|by|among|here|there|"
    r"to (?:it|them))\b)"
)
"""What may come after a part that is not said to be a certain one, as in `captions NODIS`."""


@dataclass(frozen=True, slots=True)
class PartSaid:
    """Where a question says of a part of the head that it is there, or is not."""

    start: int
    end: int
    part: str
    there: bool = False

    @property
    def told(self) -> str:
        """`with no caption`, `with a caption`."""
        without, some = _TOLD[self.part]
        return f"with {some}" if self.there else f"with no {without}"


def parts_said(question: str) -> Iterator[PartSaid]:
    """The parts of a head that cables are to be without, then those that they are to have."""
    for part, said in _SAID.items():
        yield from (PartSaid(*match.span(), part) for match in _lacking(said).finditer(question))
        yield from (PartSaid(*match.span(), part, there=True) for match in _having(said).finditer(question))
    for match in _REFERRING.finditer(question):
        yield PartSaid(*match.span(), "references", there=not (match["no"] or match["none"]))
    for match in re.finditer(rf"\b(?:{'|'.join(_IN_ONE_WORD)})\b", question, re.IGNORECASE):
        yield PartSaid(*match.span(), _IN_ONE_WORD[match.group().lower()])
    for match in _NOT_DONE.finditer(question):
        yield PartSaid(*match.span(), _IN_ONE_WORD[f"un{match['done'].lower()}"])


@cache
def _lacking(said: str) -> re.Pattern[str]:
    """What says that one of these is missing, before or after it."""
    of_them = r"(?:(?:an?|any|the|their|its|no|empty|blank|single|handling|printed) )*"
    field = r"(?: (?:field|line|block))?"
    return re.compile(
        rf"\b{_NOT} {of_them}(?:{said}){field}{_WHICHEVER}{_ALONE}"
        rf"|\b(?:(?:whose|where|the|an?) )+(?:{said}){field} (?:is|are|was|were|has been|left|stays?) (?:left )?"
        r"(?:missing|empty|blank|absent|lacking)\b",
        re.IGNORECASE,
    )


@cache
def _having(said: str) -> re.Pattern[str]:
    """What says that one of these is there, whichever."""
    some = r"(?:(?:an?|any|some|any kind of|any sort of|handling) )*"
    return re.compile(rf"\b(?:with|{_HAS}) {some}(?:{said}){_WHICHEVER}{_ALONE}", re.IGNORECASE)
