"""What a question asks of the collection of cables itself: which there are, how many, the earliest, who sent most.

The catalog answers that, exactly. It is told from a question about what cables say by its words: once its conditions
are taken out (`qa.understand.conditions`), nothing is left but words of cables, of sending and of counting. `Who
signed the most telegrams in 1974?` is one, `Who signed the most petitions?` is not. Only a subject may be left over:
before the cables (`which grain cables`), or after what announces it (`which cables mention grain`); and a few other
words where the question is surely of this kind (`qa.understand.wording`).
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from index.catalog import Catalog
from qa.records import Clue, ClueKind, CollectionAim, CollectionQuestion, Grouping, HeaderFact
from qa.understand.aims import CABLES, ONE_CABLE, WHO_SIGNS, aim_of, facts_of, few_of, grouping_of, said_of_few
from qa.understand.combined import TOLD_OF, Condition
from qa.understand.conditions import conditions
from qa.understand.wording import OF_COLLECTION, open_recogniser

MOST_PASSED_OVER = 2
"""Words that may be passed over; one, where small letters alone hide what is a name. So 295 of 350 questions of
tests/benchmarks/collection/ are answered rightly, and three of 150 others are mistaken for such; with three words, from
0.9 on, 298 and five; with none 280 and two."""

_MANY = re.compile(
    rf"\b(?:{CABLES}|communications|pieces|ones|things|stuff|series|set|lot|files?|pile|traffic|material|correspondence|"
    r"archive|collection|corpus|holdings|database|catalogue|library|everything|anything|something|nothing|whatever|"
    r"(?:of|among) (?:these|them|those)|all (?:of )?(?:those|these|the ones)|(?:you|we) (?:have|hold|got)|"
    r"have (?:you|we))\b",
    re.IGNORECASE,
)
"""What speaks of the cables, or of some of them."""

_SEVERAL = re.compile(rf"\b{CABLES}\b", re.IGNORECASE)
_ONE = re.compile(
    r"\b(?:the|this|that|its|his|her|same) (?:(?!(?:an?|any|which|who|of|in)\b)[\w'’.-]+ ){0,4}?"
    rf"(?!thing|one){ONE_CABLE}\b(?! \S*\d)",
    re.IGNORECASE,
)
"""What speaks of one that is known already."""

_ANY = re.compile(rf"\b(?:which|what|any|a|an|every|each) (?:[\w'’-]+ ){{0,3}}?{ONE_CABLE}\b", re.IGNORECASE)
_OF_SOME = rf"(?:any|every|each|there an?) (?:[\w'’\N{{MIDDLE DOT}}-]+ ){{0,2}}?{ONE_CABLE}"
_EVERY = re.compile(rf"\b{_OF_SOME}\b", re.IGNORECASE)
"""What speaks of some of them in the singular; `which cable` is one."""
_AT_AN_END = re.compile(
    rf"\b(?:first|earliest|oldest|last|latest|newest|most recent|final|closing) (?:[\w'’-]+ ){{0,3}}?{ONE_CABLE}\b",
    re.IGNORECASE,
)
_OF_CABLES = re.compile(
    rf"\b(?:{ONE_CABLE}|sent|sending|cabled|went out|transmitted|copied|represented|sign(?:ed|ing|ature|er)|tags?|"
    r"reftels?)\b",
    re.IGNORECASE,
)
_CATALOG_WORDS = re.compile(
    r"\b(?:classifications?|tags?|captions?|precedences?|signers?|addressees?)\b", re.IGNORECASE
)
_CATALOGUED = ("classification", "caption", "tag", "citing", "cited", "precedence", "signer")
"""What is said of cables only."""

_NOTHING_ELSE = r"(?:cables|telegrams|airgrams|embtels|d[ei]spatches|messages|traffic)"
"""What is hardly said of anything but cables."""
_BEFORE_CABLES = re.compile(rf"(?:[ -][\w'’-]+){{0,2}}?[ -]{_NOTHING_ELSE}\b", re.IGNORECASE)
_ASKED_FOR = re.compile(
    r"\b(?:(?:which|what|list|name|show|find|give|pull|any|all|every|are there|how many|number of|earliest|latest|"
    rf"first|last)\b(?:[ -][\w'’-]+){{0,6}}?[ -])?(?:{_NOTHING_ELSE}|documents|records|anything|everything|material|"
    rf"(?:earliest|oldest|first|latest|newest|most recent|last) {ONE_CABLE}|{_OF_SOME})\b",
    re.IGNORECASE,
)
"""The cables whose subject may follow."""

_ANNOUNCES = re.compile(
    r"\b(?:about|on|concern(?:s|ed|ing)?|regard(?:s|ing)|relat(?:es?|ed|ing) to|deal(?:s|t|ing)? with|"
    r"mention(?:s|ed|ing)?|discuss(?:es|ed|ing)?|describ(?:es?|ed|ing)|cover(?:s|ed|ing)?|touch(?:es|ed|ing)? on|"
    r"sp(?:eaks?|oke|eaking) (?:of|about)|talk(?:s|ed|ing)? (?:of|about)|refer(?:s|ring)? to|"
    r"sa(?:ys?|ying) (?:some|any|no)thing (?:of|about|on)|ma(?:kes?|king) (?:any |no )?mention of|"
    r"br(?:ings?|inging|ought) up|says?(?: that)?|report(?:s|ed|ing)?(?: that| on)?|"
    r"tell(?:s|ing)? (?:of|about)|to do with|contain(?:s|ed|ing)?|nam(?:es?|ing)|quot(?:es?|ed|ing)|with the words?)\b",
    re.IGNORECASE,
)
"""What a subject comes after."""

_OF_CONTENT = re.compile(
    r"\b(?:what|how(?! many)|why|where)\b.*\b(?:do|does|did)\b.*\b(?:say|report|tell|mention|reveal|explain|describe|"
    r"state|claim|discuss|conclude|recommend|suggest|think|show)\b|\bsummari[sz]e\b|\bhow (?:the|these|those|they)\b",
    re.IGNORECASE,
)
_UNHEARD = re.compile(
    r"(?:\b(?:not|never|nothing|no|without|neither|hardly|fail(?:s|ed)? to)\b|n['’]t\b)(?: [\w'’-]+){0,3}? ?$",
    re.IGNORECASE,
)
"""What says that the cables do not have the words that follow: `do not mention`, `say nothing about`."""
_BUT_NOT = re.compile(r",? (?:but|and|yet) (?:not|never|no|don['’]t|do not)\b|,? without\b", re.IGNORECASE)
_HAS_NO = re.compile(r"\bno(?:thing)?\b", re.IGNORECASE)
_COMES_UP = re.compile(
    r"(?:\bin which|(?<=s )where) (?P<what>[^,;:?!]{2,60}?) (?:(?:is|are|was|were|gets?) )?(?P<not>(?:not|never) )?"
    r"(?:ever |also )?(?:comes? up|came up|mentioned|named|discussed|described|quoted|brought up|referred to|"
    r"talked about|spoken of|appears?|figures?|features?)\b",
    re.IGNORECASE,
)
"""A subject before what is done with it: `in which Lima is mentioned` is `that mention Lima`."""
_WHAT_IS_SAID = re.compile(
    rf"\b(?:what|how|why)\b.{{0,40}}\b(?:do|did)\b.{{0,60}}\b{CABLES}\b.{{0,80}}\b(?:say|report|tell|mention|reveal|explain|"
    r"describe|claim|discuss|conclude|recommend|suggest|show)\b|^(?:please )?summari[sz]e\b",
    re.IGNORECASE,
)
_SOME_NUMBER = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|\d+)"
_NOT_TOLD = re.compile(
    rf"\b(?:exactly|precisely|more than|fewer than|less than|only|just) {_SOME_NUMBER}\b(?! cables? from)|"
    rf"^(?:is|are|was|were|did|do|does|has|have) (?!you\b|there\b|we\b).*(?<!at )\b(?:every|all|each)\b(?! told)|"
    r"\b(?:never|not) (?:\w+ )?(?:cited|referred|replied|mentioned) (?:to )?(?:by|in)\b|"
    r"\blonger than\b|"
    r"\b(?:years|months|posts|days) (?:have|had|has|with|without) no\b|"
    r"\bclassified by\b|\bdeclassif|\bremain\w* classified\b|"
    r"\b(?:most|fewest|least)\b.* after (?-i:[A-Z])"
    r"(?!(?:anuary|ebruary|arch|pril|ay|une|uly|ugust|eptember|ctober|ovember|ecember)\b)",
    re.IGNORECASE,
)
"""What says something of cables that the catalog is not asked: without it the rest would be another question."""

_LEANS_ON_ANOTHER = re.compile(
    r"\bfrom there\b|\b(?:refer\w*|cit(?:e|es|ed|ing)|repl\w+) (?:back )?(?:to )?(?:it|this|that)\b", re.IGNORECASE
)
_MORE_OF = re.compile(r"(?:were|was|are|did)\b.*\bmore\b.*\b(?:or|than)\b", re.IGNORECASE)
_COMPARED: dict[ClueKind, Grouping] = {
    "sent": "years", "post": "posts", "classification": "classifications", "signer": "signers", "tag": "tags",
    "caption": "captions",
}  # fmt: skip
"""By what cables are counted of which it is asked whether more are of the one or of the other."""

_OTHER_COUNTED = re.compile(
    r"\b(?:how many|number of|most|fewest) (?:\w+ )?"
    r"(?:words|paragraphs|pages|lines|sections|characters|files|people|names)\b|\b(?:longest|shortest|smallest)\b|"
    r"\bfrom (?:the )?(?:embassies|consulates|missions)\b|"
    r"\b(?:weekends?|weekdays?|mondays?|sundays?)\b",
    re.IGNORECASE,
)
"""What the catalog does not count, or choose cables by."""

_WHAT_DOES = re.compile(r"(?:and )?(?:what|how|why|where) (?:do|does|did)\b", re.IGNORECASE)
_IT = re.compile(r"\b(?:it|he|she)\b", re.IGNORECASE)
_ASIDE = re.compile(
    r"\b(?:for|help|helps|in|of) (?:my|our) (?!embassy|mission|post|consulate|people)[\w’'-]+|"
    r"\b(?:I['’]m|I am|we['’]re|we are) (?:on|in|under|writing|working|preparing)\b[^,.;?!]*|"
    r"\ball told\b|"
    r"^for an? [^,.;?!]*?(?=,| I (?:want|need|should|would|have)\b)",
    re.IGNORECASE,
)
"""What a person says of themselves."""

_TAKEN_OUT = "\N{MIDDLE DOT}"
_LEANS = re.compile(r"\b(?:it|its|they|them|their|he|she|his|her|this|these|those)\b", re.IGNORECASE)
"""What speaks of something that was said before."""
_APPOSED = re.compile(
    r"(?P<words>[^\W\d_][\w’'-]*(?: [^\W\d_][\w’'-]*)?)(?: (?:TAGS?|tags?|cables|telegrams|traffic|holdings|records))?"
    r"(?:, | ?\()$"
)
_IN_BRACKETS = re.compile(r" ?\([^()]*\)|, [^\W\d_][\w’'-]*(?: [^\W\d_][\w’'-]*)?(?=[?.]?$)")
_PIECE = re.compile(r"[^.:;?!–—]+(?:[.:;?!–—]+(?=\s|$)|$)|[^.:;?!–—]+[.:;?!–—]")
_WORD = re.compile(r"[^\W_]+(?:[.'’-][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Understood:
    """A question about the collection, its clues, and the facts of a head that it asks for."""

    asked: CollectionQuestion
    clues: tuple[Clue, ...]
    facts: tuple[HeaderFact, ...] = ()


def of_collection(text: str, catalog: Catalog, ignore: Collection[str] = ()) -> Understood | None:
    """What a question asks of the collection; None where it asks for what cables say, or for a fact of one of them.

    Args:
        ignore: the texts of clues that the person has removed.
    """
    text = _COMES_UP.sub(lambda said: f"that {'do not ' if said['not'] else ''}mention {said['what']}", text)
    if _OTHER_COUNTED.search(text) or _NOT_TOLD.search(text):
        return None
    found = conditions(text, catalog)
    if not found and _LEANS_ON_ANOTHER.search(text):
        return None
    subject = None if _OF_CONTENT.search(text) else _subject(text, found) or _passed_over(text, found)
    if subject is None:
        return None
    kept = [each for each in found if not subject.has(each)]
    rest = _without(text, kept)[: subject.start]
    aim = aim_of(rest)
    if subject.passed_over and not kept and aim in ("list", "count", "whether"):
        return None  # what was not understood may be all that was asked of them
    grouped = aim in ("groups", "most", "fewest")
    by = grouping_of(rest) if grouped else None
    if _MORE_OF.match(text) and (
        compared := next((_COMPARED[kind] for kind in _kinds(kept) if kind in _COMPARED), None)
    ):
        aim, by, grouped = "most", compared, True
    if (grouped and by is None) or not _speaks_of_many(text, rest, aim, kept, subject):
        return None
    kept = [each for each in kept if each.clue.text not in ignore]
    few = few_of(rest, aim)
    also = tuple(one for each in kept for one in each.also)
    without = tuple(each.excluded for each in kept if each.excluded)
    told_of = bool(TOLD_OF.match(subject.announced))
    asked = CollectionQuestion(
        aim, by, subject.words, told_of, subject.unheard, subject.but_not, also, without, few, subject.passed_over
    )
    facts = facts_of(rest) if aim in ("first", "last") and few == 1 else ()
    return Understood(asked, tuple(each.clue for each in kept), facts)


def _kinds(found: Sequence[Condition]) -> list[ClueKind]:
    """The kinds of which there are several conditions."""
    kinds = [each.clue.kind for each in found]
    return [kind for kind in dict.fromkeys(kinds) if kinds.count(kind) > 1]


def _speaks_of_many(text: str, rest: str, aim: CollectionAim, found: Sequence[Condition], subject: "_Subject") -> bool:
    """Whether it is about cables, and not about one that is known already."""
    many = bool(_MANY.search(rest) or _EVERY.search(rest))
    if subject.words and (_WHAT_DOES.match(rest) or _IT.search(rest) or not (many or aim in ("first", "last"))):
        return False
    if aim not in ("first", "last", "span") and _ONE.search(text):
        return False
    if aim == "count" and found and not subject.passed_over:
        return True
    if not many and _IT.search(rest) and not (_ANY.search(rest) or _AT_AN_END.search(rest)):
        return False
    if aim in ("groups", "most", "fewest") and _CATALOG_WORDS.search(rest):
        return True
    return many or bool(_OF_CABLES.search(rest)) or any(each.clue.kind in _CATALOGUED for each in found)


# ── its words ────────────────────────────────────────────────────────────────────────────────


@cache
def _vocabulary() -> frozenset[str]:
    said = resources.files(__package__).joinpath("collection.txt").read_text(encoding="utf-8")
    return frozenset(word for line in said.splitlines() if not line.startswith("#") for word in line.split())


def _is_known(word: str) -> bool:
    return re.sub(r"['’]s?$", "", word.lower().replace("’", "'")) in _vocabulary() or word.lower() in _vocabulary()


def asks_what_is_said(text: str) -> bool:
    """Whether a question asks what several cables say, and so for no fact of a head."""
    return bool(_WHAT_IS_SAID.search(text))


def may_be_of_many(text: str) -> bool:
    """Whether a question is likely about the collection, though it is not understood: it is about no one head."""
    if (_SEVERAL.search(text) or _EVERY.search(text)) and _NOT_TOLD.search(text):
        return True
    return bool(_SEVERAL.search(text)) and open_recogniser().of_collection(text) >= OF_COLLECTION


def has_other_words(text: str) -> bool:
    """Whether a text has words that are not about cables."""
    return bool(_strange(text))


@dataclass(frozen=True, slots=True)
class _Subject:
    """The words of a question that are not about cables, and where what it announces begins, if anywhere."""

    words: tuple[str, ...] = ()
    announced: str = ""
    start: int | None = None
    passed_over: tuple[str, ...] = ()
    unheard: bool = False
    """No cable that has these words is asked for."""
    but_not: tuple[str, ...] = ()
    """Words of which the cables are to have none beside these."""

    def has(self, each: Condition) -> bool:
        """Whether a condition is a part of the subject: a name there is spoken of, a day is one of sending."""
        return self.start is not None and each.start >= self.start and not each.plain


def _subject(text: str, found: Sequence[Condition]) -> _Subject | None:
    """What the cables are to be about; None where other words are left over: the question is about something else."""
    rest = _without_asides(_without(text, found))
    strange = _strange(rest)
    announcing = _announcing(rest)
    within = {place for each in announcing for place in range(*each.span())}
    left = next(
        (each for each in strange if each.start() not in within and not _BEFORE_CABLES.match(rest, each.end())), None
    )
    if left is not None:
        *_, announced = (None, *(each for each in announcing if each.end() <= left.start()))
    else:
        *_, announced = (None, *(each for each in announcing if _names_follow(text, each, found)))
    before = _Subject(tuple(each.group() for each in strange if each.start() not in within))
    if announced is None:
        return before if left is None else None
    unheard = bool(_UNHEARD.search(rest[: announced.start()]) or _HAS_NO.search(announced.group()))
    subject = _Subject((), announced.group(), announced.end(), unheard=unheard)
    spoken_of = _without(text, [each for each in found if not subject.has(each)])
    strange = [each for each in _strange(spoken_of) if each.start() not in within]
    excepted = _BUT_NOT.search(spoken_of, announced.end())
    end = excepted.start() if excepted else len(spoken_of)
    words = tuple(each.group() for each in strange if each.start() < end)
    but_not = tuple(each.group() for each in strange if each.start() >= end)
    return replace(subject, words=words, but_not=but_not) if words else before


def _names_follow(text: str, announcing: re.Match[str], found: Sequence[Condition]) -> bool:
    """Whether what is told of is a name, which would elsewhere say whence the cables come: `mention Lima`."""
    if not TOLD_OF.match(announcing.group()):
        return False
    return any(
        each.clue.kind in ("post", "country", "signer", "addressee")
        and not each.plain
        and not text[announcing.end() : each.start].strip()
        for each in found
    )


def _announcing(rest: str) -> "list[re.Match[str]]":
    """What announces a subject, after the cables that it is to be the subject of."""
    asked_for = _ASKED_FOR.search(rest)
    return [*_ANNOUNCES.finditer(rest, asked_for.end())] if asked_for else []


def _passed_over(text: str, found: Sequence[Condition]) -> _Subject | None:
    """The words that are left over in a question that is surely about the collection, if none of them is a name."""
    rest = _without_asides(_without(text, found))
    strange = _strange(rest)
    names = any(not each.group().islower() and each.start() for each in strange)
    if (
        names
        or _announcing(rest)
        or len(strange) > (MOST_PASSED_OVER if text != text.lower() else 1)
        or not _MANY.search(text)
        or open_recogniser().of_collection(text) < OF_COLLECTION
    ):
        return None
    return _Subject(passed_over=tuple(each.group() for each in strange))


def _strange(rest: str) -> "list[re.Match[str]]":
    """The words that are not in the vocabulary."""
    known = {each.start() for each in WHO_SIGNS.finditer(rest)}
    known |= {place for span in said_of_few(rest) for place in range(*span)}
    return [each for each in _WORD.finditer(rest) if not _is_known(each.group()) and each.start() not in known]


def _without(text: str, found: Sequence[Condition]) -> str:
    """The question with its conditions, what only explains them, and asides taken out; the rest stays where it was."""
    spans = [each.span() for each in _ASIDE.finditer(text)]
    for each in found:
        spans += [(each.start, each.end), *_explained(text, each)]
    for start, end in spans:
        text = f"{text[:start]}{_TAKEN_OUT * (end - start)}{text[end:]}"
    return text


def _explained(text: str, each: Condition) -> Iterator[tuple[int, int]]:
    """What is said beside a code in other words: `the mining TAG (EMIN)`, `PINT (internal politics)`."""
    if not text[each.end - 1].isupper() or each.clue.kind not in ("tag", "caption", "addressee"):
        return
    if before := _APPOSED.search(text[: each.start]):
        yield before.span("words")
    if after := _IN_BRACKETS.match(text, each.end):
        yield after.span()


def _without_asides(rest: str) -> str:
    """The same without the sentences and clauses that are about something else, where others are about cables alone."""
    pieces = [*_PIECE.finditer(rest)]
    about = [each for each in pieces if _TAKEN_OUT in each.group() or not _strange(each.group())]
    if not any(_MANY.search(each.group()) for each in about) or any(_LEANS.search(each.group()) for each in about):
        return rest
    for each in (piece for piece in pieces if piece not in about):
        rest = f"{rest[: each.start()]}{_TAKEN_OUT * len(each.group())}{rest[each.end() :]}"
    return rest
