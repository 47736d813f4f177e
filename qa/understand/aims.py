"""What is asked of the cables that a question about the collection means: a list, a number, the first, who sent most.

It is told from the question's words once what it says of the cables is taken out (`qa.understand.collection`).
"""

import re
from collections.abc import Iterator

from qa.records import CollectionAim, Grouping, HeaderFact
from qa.understand.conditions import FOR_ACTION, FOR_INFO

CABLES = r"(?:cables|telegrams|messages|msgs|airgrams|embtels|d[ei]spatches|documents|records|papers|items|wires)"
ONE_CABLE = (
    r"(?:cable|telegram|message|msg|airgram|embtel|d[ei]spatch|document|record|paper|item|piece|wire|communication|thing"
    r"|one)"
)
WHO_SIGNS = re.compile(
    r"\b(?:people|persons?|officials?|officers?|diplomats?|ambassadors?|consuls?)\b(?= (?:who |that )?(?:\w+ )?sign)",
    re.IGNORECASE,
)
"""Whoever it is that signs; elsewhere they are what a cable speaks of."""

# ── by what the cables are grouped ───────────────────────────────────────────────────────────

_KINDS: dict[Grouping, str] = {
    "posts": r"posts?|embass(?:y|ies)|consulates?|missions?|offices?|places?|senders?",
    "signers": r"signers?|signator(?:y|ies)|signatures?|names",
    "tags": r"tags?|subject codes?",
    "years": r"years?",
    "months": r"months?",
    "classifications": r"levels?|classifications?|markings?|gradings?|grades?",
    "captions": r"captions?",
    "addressees": r"addressees?|recipients?",
    "precedences": r"precedences?",
}
_ANY_KIND = "|".join(_KINDS.values())
_SEVERAL_KINDS = re.compile(
    r"\b(?:posts|embassies|consulates|missions|offices|places|senders|signers|signatories|signatures|names|tags|codes|years|"
    r"months|levels|classifications|markings|captions|addressees|recipients|precedences)\b",
    re.IGNORECASE,
)
_BY_KIND = re.compile(
    r"\b(?:by(?! (?:an?|any|some|other|another)\b)|per|(?:for |from |of |to |in |at |by |with |under )?each|every)"
    rf"(?: [a-z]+)?? (?:{_ANY_KIND})\b",
    re.IGNORECASE,
)
_WHO_SIGNED = re.compile(r"\b(?:who(?:se)?\b.*\b(?:sign|names?\b)|by whom\b.*\bsigned)", re.IGNORECASE)
_ASKED_BY: tuple[tuple[Grouping, re.Pattern[str]], ...] = (
    ("signers", _WHO_SIGNED),
    ("signers", WHO_SIGNS),
    (
        "addressees",
        re.compile(r"\bto (?:whom|which|what)\b|\b(?:who|which|what)\b.*\b(?:received|got)\b", re.IGNORECASE),
    ),
    ("posts", re.compile(r"\b(?:who|where|whence)\b", re.IGNORECASE)),
    ("years", re.compile(r"\bwhen\b", re.IGNORECASE)),
)
"""The same where no kind of thing is named."""

_TO_THEM = re.compile(
    r"\b(?:to (?:which|what|whom)|info(?:rmation)?|cop(?:y|ies|ied)|addressee|received|got|sent to|addressed to)\b",
    re.IGNORECASE,
)
_BY_THEM = re.compile(r"\b(?:sent by|sent from|sender|origin\w*|came from|sent out)\b", re.IGNORECASE)


def grouping_of(rest: str) -> Grouping | None:
    """By what the cables are to be grouped: what is named after `each` or `which`, or first, or what `who` asks for."""
    by_kind = _BY_KIND.search(rest)
    where = by_kind.group() if by_kind else rest
    asked = {by: 0 for by, said in _KINDS.items() if _said(rf"\b(?:which|what) (?:[\w-]+ )??(?:{said})\b", where)}
    named = {by: found.start() for by, said in _KINDS.items() if (found := _said(rf"\b(?:{said})\b", where))}
    first = min(asked or named, key=(asked or named).__getitem__, default=None)
    by = first or next((each for each, said in _ASKED_BY if said.search(rest)), None)
    if by == "posts" and _TO_THEM.search(rest) and not _BY_THEM.search(rest):
        by = "addressees"
    if by == "addressees":
        action, info = FOR_ACTION.search(rest), FOR_INFO.search(rest)
        return "action_addressees" if action and not info else "info_addressees" if info and not action else by
    return by


def _said(pattern: str, text: str) -> "re.Match[str] | None":
    return re.search(pattern, text, re.IGNORECASE)


# ── what is asked of them ────────────────────────────────────────────────────────────────────

_WHICH_CABLES = re.compile(
    r"\b(?:which|what|list|show|find|pull|all|any|how many|how much)(?: me)?(?: all)?(?: of)?(?: the| these| those)? "
    rf"(?:(?!sign|sen[dt]|came|went)[\w'’-]+ ){{0,2}}?{CABLES}\b",
    re.IGNORECASE,
)
_SPAN = re.compile(
    r"\b(?:(?:time ?)?spans?|spanning|extend|date range|range of (?:dates|years)|stretch of time|start(?:ing)? date|"
    r"from when (?:to|until)|(?:since|until) when|how far back|how far do(?:es)?|"
    r"(?:what|which) (?:period|dates|time ?span)|"
    r"(?:first|earliest|oldest|start)(?: dates?)? and (?:the )?(?:last|latest|newest|end))\b"
    r"|\b(?:period|dates?|years|time)\b.*\b(?:cover|span|run|extend|between)|\bcover.*\b(?:period|dates|years)\b",
    re.IGNORECASE,
)
_MOST = re.compile(
    r"\bmost\b(?! recent)|\b(?:largest|greatest|highest|biggest|busiest|commonest|bulk)\b|"
    r"\bmore\b.*\bthan (?:any|all|the) other",
    re.IGNORECASE,
)
_FEWEST = re.compile(
    r"\b(?:fewest|smallest|lowest|rarest)\b|(?<!\bat )\bleast\b(?! one)|\b(?:fewer|less)\b.*\bthan any\b", re.IGNORECASE
)
_SMALL = dict(zip("two three four five six seven eight nine ten".split(), range(2, 11), strict=True))
_FEW = rf"(?:{'|'.join(_SMALL)}|[1-9]\d?)"
_FIRST = re.compile(rf"\b(?:(?P<few>{_FEW}) )?(?:first|earliest|oldest)\b(?: (?P<more>{_FEW})\b)?", re.IGNORECASE)
_LAST = re.compile(
    rf"\b(?:(?P<few>{_FEW}) )?(?:last|latest|newest|most recent|final|closing)\b(?: (?P<more>{_FEW})\b)?", re.IGNORECASE
)
_COUNT = re.compile(
    r"\b(?:how (?:many|much|big|large)|(?:what|the) number|number of|quantity|count|tally|total|figure|altogether|"
    r"proportion|percentage|share|fraction)\b",
    re.IGNORECASE,
)
_WHETHER = re.compile(
    r"^(?:(?:and|so|but) )?(?:is|are|was|were|do|does|did|has|have)\b|\byes or no\b|"
    r"\b(?:if|whether) there (?:is|are)\b",
    re.IGNORECASE,
)
_ONE_OF_THEM: tuple[tuple[CollectionAim, re.Pattern[str]], ...] = (("first", _FIRST), ("last", _LAST))
_ALL_OF_THEM: tuple[tuple[CollectionAim, re.Pattern[str]], ...] = (("count", _COUNT), ("whether", _WHETHER))


def aim_of(rest: str) -> CollectionAim:
    """What is asked: a list, where nothing else is."""
    which_cables = bool(_WHICH_CABLES.search(rest))
    if _BY_KIND.search(rest):
        return "groups"
    if _SPAN.search(rest):
        return "span"
    if _MOST.search(rest) and not which_cables:
        return "most"
    if _FEWEST.search(rest) and not which_cables:
        return "fewest"
    if one := next((aim for aim, said in _ONE_OF_THEM if said.search(rest)), None):
        return one
    if not which_cables and any(said.search(rest) for said in (_SEVERAL_KINDS, _WHO_SIGNED, WHO_SIGNS)):
        return "groups"
    return next((aim for aim, said in _ALL_OF_THEM if said.search(rest)), "list")


def said_of_few(rest: str) -> "Iterator[tuple[int, int]]":
    """Where it stands: `three latest`."""
    return (found.span() for _, said in _ONE_OF_THEM for found in said.finditer(rest))


def few_of(rest: str, aim: CollectionAim) -> int:
    """How many of the first or the last are asked for."""
    found = next((said.search(rest) for each, said in _ONE_OF_THEM if each == aim), None)
    few = found and (found["few"] or found["more"])
    return 1 if not few else _SMALL.get(few.lower()) or int(few)


# ── facts of one head ────────────────────────────────────────────────────────────────────────

_FACTS: dict[HeaderFact, str] = {
    "signer": r"who (?:\w+ )?sign\w*|signed by whom|whose (?:name|signature)|signer|signatory",
    "sent": r"when|date",
    "classification": r"classification|classified|level|marking|grad(?:e|ing)",
    "captions": r"captions?",
    "tags": r"tags?",
    "references": r"references?|refer to|cites?",
    "addressees": r"addressees?|to whom|recipients?",
    "origin": r"(?:which|what) (?:post|embassy|office|mission|consulate)|who sent|come from|origin",
    "precedence": r"precedence|urgency",
    "subject": r"subject|title",
}
"""What asks for each, of the earliest cable or the latest."""


def facts_of(rest: str) -> tuple[HeaderFact, ...]:
    """The facts that are asked for of the head of one of them."""
    return tuple(fact for fact, said in _FACTS.items() if _said(rf"\b(?:{said})\b", rest))
