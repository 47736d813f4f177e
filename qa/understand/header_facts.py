"""Which facts of a cable's head a question asks for: who signed, when it was sent, what it refers to.

Such a question is not answered by a paragraph but by the header, which is cited as such.
"""

import re

from qa.records import HeaderFact
from qa.understand.names import NOUN

_CABLE = rf"(?:it|they|this|that|(?:the|this|that|these|those) (?:[\w'’.-]+ ){{0,6}}?{NOUN})"
_ID = r"(?:(?!(?:the|a|of|in|on|from) )\w+ ){0,3}(?!(?:the|a|of|in|on|from) )\w*\d+(?=\W*(?:$|[?,;]|and\b))"
"""`La Paz 3188`, `07ASTANA3162`; neither `the 1974 treaty` nor `the treaty of 1974`."""
_POSTS = r"(?:other )?(?:\w+ )?(?:posts?|embass(?:y|ies)|missions?|consulates?|offices?|addressees?)"
_FACTS: dict[HeaderFact, tuple[str, ...]] = {
    "signer": (
        rf"(?<![\w,] )who (?:\w+ )?signed (?:off )?(?:on )?(?:{_CABLE}|{_ID})|(?<!\w )who signed\?",
        rf"(?:{_CABLE}|{_ID}) signed by whom|by whom (?:was|were) (?:{_CABLE}|{_ID}) signed",
        rf"signator(?:y|ies) of (?:{_CABLE}|{_ID})",
        rf"whose (?:name|signature)\b.{{0,80}}(?:{NOUN}|{_ID})",
        rf"name\b.{{0,20}} (?:foot|bottom|end) of .{{0,40}}{NOUN}",
    ),
    "sent": (
        rf"(?:when|(?:what|which) (?:date|day)) (?:was|were|did) {_CABLE}.{{0,80}}\b(?:sent|dated|cabled|transmitted)",
        rf"when was .{{0,60}}{NOUN}.{{0,60}}\bsent\b",
        rf"date(?:-time group)? of {_CABLE}",
        r"date-time group|DTG\b",
        r"on what date was it sent",
    ),
    "classification": (
        r"(?:what|which) (?:\w+ ){0,3}classification",
        r"classification (?:level|and|did|does|of|was|is|has|carr)",
        r"how (?:\w+ )?(?:was|is|were|are) .{0,80}\bclassified",
    ),
    "captions": (r"captions?\b", r"(?:distribution|handling) (?:marking|restriction|indicator|line)s?"),
    "tags": (
        r"(?-i:TAGS?)\b(?! (?-i:[A-Z]{2}))",
        r"(?:which|what) tags?\b",
    ),
    "references": (
        rf"(?:which|what) (?:\w+ ){{0,3}}{NOUN} .{{0,80}}\b(?:refer|repl(?:y|ied|ies) to|respond|chas|answer)",
        rf"(?:which|what) (?:\w+ ){{0,3}}{NOUN} .{{0,80}}\bfollow(?:s|ed|ing)? up\b",
        rf"what (?:does|did|do) {_CABLE}.{{0,80}}\brefer\b",
        r"reftels?\b|REF line\b",
        r"references (?:listed|given|cited|does|did|on)",
        r"refer(?:s|red)? (?:back )?to(?: on the REF line)?\?",
    ),
    "addressees": (
        rf"(?:which|what) {_POSTS} (?:was|were|got|received|is|are|did|also)"
        r".{0,80}(?:sent|cop(?:y|ies|ied)|info|addressed|receiv|got|repeated)",
        rf"(?:whom|which (?:post|embassy|office|mission)s?|what (?:post|embassy)) (?:was|were) {_CABLE}"
        r".{0,80}\b(?:addressed|sent|directed|repeated|copied)",
        rf"who (?:received|got|was sent|were sent) {_CABLE}",
        r"addressees?\b|info(?:rmation)? (?:copies|addressees)",
        r"(?:copied|repeated) (?:for information )?to (?:which|whom|what)",
    ),
    "origin": (
        r"(?:which|what) (?:post|embassy|consulate|mission|office) (?:sent|filed|originated|wrote|cabled|reported)",
        rf"who (?:sent|originated) {_CABLE}",
        rf"where (?:was|did) {_CABLE}.{{0,60}}\b(?:sent|come|originate)",
    ),
    "precedence": (r"precedence\b", r"how urgent(?:ly)?"),
    "subject": (
        rf"subject(?: line)? of {_CABLE}",
        r"what (?:is|was) the subject",
        r"subject line",
        rf"titled?\b.{{0,30}}{NOUN}",
    ),
    "drafter": (
        r"draft(?:er|ed by|ing officer)",
        r"who (?:drafted|approved|cleared) (?:it|the)",
        r"approv(?:er|ing officer)|approved by\b",
    ),
    "declassify": (r"executive order|E\.?O\.?\b (?:line|number)", r"declassif(?:y|ied|ication)"),
    "number": (r"(?:cable|telegram|message|reference) (?:number|id\b)", rf"number of {_CABLE}"),
    "cables": (
        r"(?:which|what|list|name|how many|identify)(?: all)?(?: of)?(?: the| these| those)? (?:[\w'’-]+ ){0,3}?"
        r"(?:cables|telegrams|messages|airgrams|embtels)\b",
    ),
}
"""What a question says when it asks for each."""

_PATTERNS = {fact: re.compile(rf"\b(?:{'|'.join(patterns)})", re.IGNORECASE) for fact, patterns in _FACTS.items()}


def header_facts(question: str) -> tuple[HeaderFact, ...]:
    """The facts asked for, in the order of the list; empty where none is."""
    return tuple(fact for fact, pattern in _PATTERNS.items() if pattern.search(question))
