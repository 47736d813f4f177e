"""Which facts of a cable's head a question asks for: who signed, when it was sent, what it refers to.

Such a question is not answered by a paragraph but by the header, which is cited as such. Patterns know the plain
wordings, and a lesson (`qa.understand.wording`) others.
"""

import re

from qa.records import HeaderFact
from qa.understand.names import CABLE, MESSAGE, NOUN, any_place
from qa.understand.wording import KNOWN, open_recogniser

_CABLE = rf"(?:it|they|this|that|(?:the|this|that|these|those) (?:[\w'’.-]+ ){{0,6}}?(?:{NOUN}|wires?))"
_TOLD = rf"(?:{NOUN}|accounts?|analys[ie]s|assessments?|inquir(?:y|ies))"
"""What a question may call a cable where it asks for what a cable has and little else."""
_CLOSED = rf"(?:{_TOLD}|notices?|protests?|reviews?|instructions?)"
"""The same where it asks whose name closes it."""
_ID = r"(?:(?!(?:the|a|of|in|on|from) )\w+ ){0,3}(?!(?:the|a|of|in|on|from) )\w*\d+(?=\W*(?:$|[?,;]|and\b))"
"""`La Paz 3188`, `07ASTANA3162`; neither `the 1974 treaty` nor `the treaty of 1974`."""
_WORDS = r"(?:(?!(?:do|does|did|is|are|was|were|has|had|would|could)\b)[\w’'-]+ )"
_POST = r"(?:posts?|embass(?:y|ies)|missions?|consulates?|offices?|addressees?)"
_POSTS = rf"{_WORDS}{{0,4}}?{_POST}"
_AGENCIES = rf"{_WORDS}{{0,4}}?(?:{_POST}|agenc(?:y|ies)|departments?|commands?)"
_WHICH = r"(?:which|what)"
_WHEN = r"(?:when|(?:what|which) (?:date|day)(?: (?:of|in) [\w ]{1,15}?)?)"
_WIRED = r"(?:cable|wire|telegraph)"
_OFFICE = (
    r"(?:(?:the|our|its) (?:American |US |U\.S\. )?(?:embassy|consulate(?: general)?|legation|ambassador|charg[ée])"
    rf"(?: (?:in|at) (?:[\w-]+ ){{1,3}}?)?|the (?:State )?Department|(?-i:{any_place()}))"
)
"""Who sends cables: `the embassy in Mauritius`, `Lusaka`."""
_NAME = r"(?-i:(?:[A-Z][\w'’.-]+ ){0,2}[A-Z][\w'’.-]+)"
_EARLIER = rf"{_WORDS}{{0,5}}?(?:{CABLE}|communications?)\b"
_CITING = rf"(?:it|(?:the|this|that) (?:[\w'’.-]+ ){{0,6}}?(?:{NOUN}|embassy|consulate)|(?-i:{any_place()}))"
_CITED = (
    rf"{_WHICH} (?:of (?:its|the) )?{_EARLIER}.{{0,200}}\b(?:do(?:es)?|did) {_CITING}\b.{{0,250}}"
    r"\b(?:refer|cite|repl(?:y|ies|ied)|point(?:s|ed)? back)\b"
)
"""`which message does the cable cite`: what one cable refers to."""
_FACTS: dict[HeaderFact, tuple[str, ...]] = {
    "signer": (
        rf"(?<![\w,] )who (?:\w+ )?signed (?:off )?(?:on )?(?:{_CABLE}|{_ID})|(?<!\w )who signed\?",
        rf"(?:{_CABLE}|{_ID}) signed by whom|by whom (?:was|were) (?:{_CABLE}|{_ID}) signed",
        rf"signator(?:y|ies) of (?:{_CABLE}|{_ID})",
        rf"whose (?:name|signature)\b.{{0,80}}(?:{NOUN}|{_ID})",
        rf"whose (?:name|signature) (?:closes|ends|stands) .{{0,80}}{_CLOSED}",
        rf"name\b.{{0,20}} (?:foot|bottom|end) of .{{0,40}}{_CLOSED}",
        rf"who put (?:his|her|a|their) name to (?:the|this|that) (?:[\w'’.-]+ ){{0,4}}?{_TOLD}",
    ),
    "sent": (
        rf"{_WHEN} (?:was|were|did) {_CABLE}.{{0,80}}\b(?:sent|dated|{_WIRED}e?d|transmitted)",
        rf"{_WHEN} (?:was|were) .{{0,60}}{NOUN}\b.{{0,160}}\bsent\b",
        rf"{_WHEN} (?:was|were) the (?:account|analysis|assessment|inquiry) (?:of .{{1,160}})?sent\b",
        rf"{_WHEN} (?:was|were) (?:the|this|that) .{{0,160}}\b{_WIRED}e?d\b",
        rf"{_WHEN} did {_OFFICE} ?(?:first )?(?:{_WIRED}\b|report (?!to\b))",
        rf"{_WHEN} did {_OFFICE} ?(?:first )?(?:inform|notify|tell) (?:washington|the department)\b",
        rf"{_WHEN} did {_NAME} (?:first )?{_WIRED}\b",
        rf"date(?:-time group)? of {_CABLE}",
        r"date-time group|DTG\b",
        r"on what date was it sent",
    ),
    "classification": (
        r"(?:what|which) (?:\w+ ){0,3}classification(?! (?:line|authority|officer))",
        r"classification (?:level|and|did|does|of|was|is|has|carr)",
        r"how (?:\w+ )?(?:was|is|were|are) .{0,160}\bclassified",
    ),
    "classifier": (
        rf"who (?:\w+ )?classified (?:{_CABLE}|{_ID})|(?:{_CABLE}|{_ID}) classified by whom",
        r"classif(?:ied by line|ication line|ication authority|ying (?:officer|official|authority))",
    ),
    "captions": (
        r"captions?\b",
        r"(?:distribution|handling|dissemination) (?:marking|restriction|indicator|line)s?",
        rf"{_WHICH} markings? (?:limit|restrict|govern)",
    ),
    "tags": (
        r"(?-i:TAGS?)\b(?! (?-i:[A-Z]{2}))",
        r"(?:which|what) tags?\b",
        rf"{_WHICH} (?:\w+ ){{0,2}}(?:(?:subject|country|traffic) (?:tag|code)s?)\b",
    ),
    "references": (
        rf"(?:which|what) (?:\w+ ){{0,3}}{NOUN} .{{0,80}}\b(?:refer|repl(?:y|ied|ies) to|respond|chas|answer)",
        rf"(?:which|what) (?:\w+ ){{0,3}}{NOUN} .{{0,80}}\bfollow(?:s|ed|ing)? up\b",
        _CITED,
        rf"{_WHICH} {_EARLIER}.{{0,200}}\b(?:is|are|was|were) (?:cited|referred to|given as|listed as|being answered)",
        rf"what (?:does|did|do) {_CABLE}.{{0,80}}\brefer\b",
        rf"(?:cites?|(?:refers?|repl(?:y|ies)|responds?) to) (?:one|an|a single) (?:earlier|previous|other) {_EARLIER}",
        r"reftels?\b|REF line\b",
        rf"references (?:listed|given|cited|does|did|on|(?:of|in) (?:{_CABLE}|{_ID}))",
        r"(?:one of its references|as (?:(?:a|its) )?(?:first |second |last |only )?reference)\b",
        r"refer(?:s|red)? (?:back )?to(?: on the REF line)?\?",
    ),
    "addressees": (
        rf"(?:which|what) {_POSTS} .{{0,30}}(?:was|were|got|received|is|are|did|also)"
        r".{0,80}(?:sent|cop(?:y|ies|ied)|info|addressed|receiv|got|repeated)",
        rf"to {_WHICH} {_AGENCIES} .{{0,200}}\b{_TOLD}\b.{{0,200}}\b(?:addressed|copied|repeated)\b",
        rf"{_WHICH} {_AGENCIES} .{{0,60}}\b(?:asked to (?:act on|pass)\b|action addressee|sent a copy)",
        rf"(?:whom|which (?:post|embassy|office|mission)s?|what (?:post|embassy)) (?:was|were) {_CABLE}"
        r".{0,80}\b(?:addressed|sent|directed|repeated|copied)",
        rf"who (?:received|got|was sent|were sent) {_CABLE}",
        r"addressees?\b|info(?:rmation)? (?:copies|addressees)",
        r"(?:copied|repeated) (?:for information )?to (?:which|whom|what)",
    ),
    "origin": (
        r"(?:which|what) (?:post|embassy|consulate|mission|office) (?:sent|filed|originated|wrote|cabled|reported)",
        rf"{_WHICH} (?:post|embassy|consulate|mission) (?:told|informed|notified) (?:washington|the department)",
        rf"from {_WHICH} (?:[\w'’-]+ )?(?:post|embassy|legation|consulate|mission) did {_NAME}(?:, [^,]{{1,60}},)? "
        rf"(?:first )?(?:send|report|write|{_WIRED})\b",
        rf"from {_WHICH} (?:city|capital) did {_NAME} (?:first )?{_WIRED}\b",
        rf"who (?:sent|originated) (?:{_CABLE}|{_ID})",
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
        rf"who (?:[\w'’-]+ ){{0,4}}?(?:drafted|approved|cleared) (?:it\b|{_CABLE})",
        r"approv(?:er|ing officer)",
        rf"{_CABLE}.{{0,60}}\bapproved by\b",
    ),
    "declassify": (
        r"executive[- ]order (?:line|number)|E\.?O\.?\b (?:line|number)|under (?:which|what) executive order",
        r"declassif(?:y|ied|ication)",
        r"(?:when|until (?:what|which) (?:date|day|year)) .{0,250}\bremain(?:s|ed)? classified\b",
    ),
    "number": (r"(?:cable|telegram|message|reference) (?:number|id\b)", rf"number of {_CABLE}"),
}
"""What a question says when it asks for each."""

_OF_OTHER_THINGS = ("references", "precedence", "subject", "drafter", "classification", "captions", "declassify")
"""What other things have too: the subject of talks, the drafter of a constitution."""
_OF_A_MESSAGE = re.compile(rf"\b(?:{MESSAGE}|answers?|it|{_ID})\b", re.IGNORECASE)
UNLIKELY = 0.02
"""So unsure a question must be, which names no message, for its plain words not to count: of 563 that ask for a fact
of a head in such words, none; of 14 that only sound like them, seven."""

_PATTERNS = {fact: re.compile(rf"\b(?:{'|'.join(patterns)})", re.IGNORECASE) for fact, patterns in _FACTS.items()}
_PREPOSITION = r"(?:on|to|from|in|under|by|with|at|over)"
_ASKS_ON = re.compile(
    rf"(?:[,;:]| –| —)? and (?=(?:{_PREPOSITION} )?(?:who|whom|whose|when|which|what|how|where)\b)|(?<=[?.]) (?=And )"
    rf"|[,;] (?={_PREPOSITION} (?:whom|whose|which|what|how)\b)",
    re.IGNORECASE,
)
"""Where a question goes on to another."""


def header_facts(question: str, known: float = KNOWN) -> tuple[HeaderFact, ...]:
    """The facts asked for, in the order of the list; empty where none is.

    Where a question for a fact asks on (`…, and who signed it?`), each clause is held against the wordings by itself.

    Args:
        known: how sure it must be, where the wording is not known.

    Raises:
        EncoderError: the encoder that knows other wordings cannot be loaded.
    """
    recogniser = open_recogniser()
    plain = said_plainly(question)
    if plain and not _OF_A_MESSAGE.search(question) and recogniser.of_a_head(question) < UNLIKELY:
        plain = tuple(fact for fact in plain if fact not in _OF_OTHER_THINGS)
    facts = recogniser.facts(question, plain, known)
    clauses = _ASKS_ON.split(question)
    if not facts or len(clauses) == 1:
        return facts
    asked = {*facts, *(fact for each in clauses for fact in said_plainly(each) or recogniser.facts_of_clause(each))}
    return tuple(fact for fact in _FACTS if fact in asked)


def said_plainly(question: str) -> tuple[HeaderFact, ...]:
    """Those that are asked for in words of which a pattern is known."""
    return tuple(fact for fact, pattern in _PATTERNS.items() if pattern.search(question))
