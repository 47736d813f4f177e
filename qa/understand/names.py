"""Posts, countries, TAGS, levels of classification, captions and signers named in a question.

A name is *firm* where the question says it of the cables themselves (`cables from La Paz`, `the SECRET
telegrams`, `the report signed by Boeker`), and a hint where it only speaks of it (`the embassy in La Paz`).
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from index.catalog import Facets
from index.gazetteer import canonical_post, posts, tags
from index.records import CLASSIFICATIONS, Classification
from qa.records import Clue, Filters, Strength

CABLE = r"(?:cables?|telegrams?|messages?|airgrams?|embtels?)"
"""What can only be a cable."""

TRAFFIC = rf"(?:{CABLE}|des?patch(?:es)?|traffic|reporting)"
"""What is hardly anything else where it is of a level or a subject; the OPIC report is no cable."""

NOUN = rf"(?:{CABLE}|reports?|reporting|des?patch(?:es)?|traffic)"
"""What a question calls a cable; some of these are verbs too."""

MESSAGE = (
    rf"(?:{NOUN}|wires?|communications?|accounts?|analys[ie]s|appraisals?|assessments?|estimates?|summar(?:y|ies)|notes?"
    r"|appeals?|pleas?|requests?|inquir(?:y|ies)|instructions?|circulars?|repl(?:y|ies)|responses?|warnings?"
    r"|recommendations?|protests?|dispatch(?:es)?)"
)
"""What a question may call a cable where it asks for a fact of a head, and so is about cables."""

CAPTIONS = ("SIPDIS", "NODIS", "EXDIS", "LIMDIS", "STADIS", "NOFORN", "EFTO", "SENSITIVE", "SBU")
_TITLE = r"(?:(?:Ambassador|Amb\.|Charg[ée]|Consul(?: General)?|Minister|Secretary|Mr\.|Mrs\.|Ms\.|Dr\.) )?"
_NAME = r"((?:[A-Z][\w'’.-]+ ){0,2}[A-Z][\w'’-]+?)"
_SIGNED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b{NOUN}\b.{{0,80}}\b[Ss]igned (?:off )?by {_TITLE}{_NAME}\b(?!['’]s)",
        rf"\b(?:over|under|above|carr(?:y|ies|ied)|bear(?:s|ing)?) {_TITLE}{_NAME}(?:['’]s?) (?:name|signature)\b",
        rf"\bsignature of {_TITLE}{_NAME}\b",
        rf"\b{NOUN} (?:by|of|from) (?:Ambassador|Amb\.|Charg[ée]|Consul(?: General)?) {_NAME}\b",
    )
)
_LEVELS = "|".join(sorted(CLASSIFICATIONS, key=len, reverse=True))
_LEVEL_IN_CAPITALS = re.compile(rf"\b({_LEVELS}|LOU)\b")
_LEVEL_IN_WORDS = re.compile(
    rf"\b(?:classified|marked|stamped)(?: as)? ({_LEVELS})\b|\b({_LEVELS}) {TRAFFIC}\b", re.IGNORECASE
)
_CAPTION = re.compile(rf"\b({'|'.join(CAPTIONS)})\b(?= {NOUN}\b)|\b(?:marked|captioned) ({'|'.join(CAPTIONS)})\b")
_TAG_CODES = re.compile(
    rf"\b(?:TAGS?|tags?|tagged)(?: line)?:? ((?:[A-Z]{{2,4}}(?:, ?| and | or |/| )?)+)\b|\b([A-Z]{{4}}) {TRAFFIC}\b"
)
_DEPARTMENT = re.compile(
    rf"\b(?:State )?Department(?: of State)?(?:['’]s)? (?={NOUN}\b)|\b{NOUN} from (?:the )?(?:State )?Department\b"
    r"|\bdid (?:the )?(?:State )?Department (?:of State )?(?=(?:tell|instruct|cable|send|telegraph|write|reply)\b)"
)
_SAID = r"(?:sent|cabled|reported|filed|telegraphed|wrote)"


def names(question: str, archive: Facets) -> Iterator[Clue]:
    """What the question names; `archive` says which codes and signers there are."""
    yield from _senders(question)
    yield from _addressees(question)
    yield from _countries(question)
    yield from _tags(question, archive)
    yield from _levels(question)
    for match in _CAPTION.finditer(question):
        caption = match[1] or match[2]
        yield Clue("caption", match.group(), f"captioned {caption}", Filters(captions=(caption,)), "binding")
    for match in (match for pattern in _SIGNED for match in pattern.finditer(question)):
        signer = match[1].split()[-1].upper()
        if signer in archive.signers:
            yield Clue("signer", match.group(), f"signed {signer.title()}", Filters(signers=(signer,)), "binding")


@cache
def places() -> dict[str, str]:
    """Posts by the name a question gives them: `La Paz`, `Port-au-Prince`."""
    return {entry.name.split(" (")[0]: entry.post for entry in posts().values() if entry.kind != "agency"}


@cache
def any_place() -> str:
    """A pattern of every post's name."""
    return any_of(places())


@cache
def country_codes() -> dict[str, str]:
    """Countries by name, as TAGS write them."""
    by_post = {entry.country: entry.geo_tag for entry in posts().values() if entry.country and entry.geo_tag}
    by_tag = {each.meaning.split(" (")[0]: each.code for each in tags().values() if each.kind == "geo"}
    return {**by_post, **by_tag}


_OFFICE = r"(?:[Ee]mbass(?:y|ies)|[Cc]onsulates?(?: [Gg]eneral)?|[Mm]ission|[Pp]ost)"


@cache
def _sender_patterns() -> tuple[tuple[re.Pattern[str], bool], ...]:
    """What says that a cable was sent from a place, and whether it says so firmly."""
    place = rf"(?P<place>{any_place()})"
    said = (
        (rf"{place}(?:['’]s)? (?:{_OFFICE} )?(?:{NOUN}|{_SAID})", True),
        (rf"(?:did|does|do|has|had) {place} (?:ever )?(?:send|cable|report|file|telegraph|write|say)", True),
        (rf"(?:{NOUN}|sent)(?: sent| filed)? (?:from|by|out of) (?:the )?(?:{_OFFICE}(?: in| at)? )?{place}", True),
        (rf"(?<!to )(?<!to the ){_OFFICE}(?: in| at)? {place}", False),
        (rf"{place} {_OFFICE}", False),
    )
    return tuple((re.compile(rf"\b{pattern}\b"), firm) for pattern, firm in said)


def _senders(question: str) -> Iterator[Clue]:
    seen: set[str] = set()
    for pattern, firm in _sender_patterns():
        for match in pattern.finditer(question):
            post = places()[match["place"]]
            if post not in seen:
                seen.add(post)
                yield Clue(
                    "post",
                    match.group(),
                    f"sent by {match['place']}",
                    Filters(posts=(post,)),
                    "firm" if firm else "hint",
                )
    for match in _DEPARTMENT.finditer(question):
        yield Clue("post", match.group(), "sent by the Department", Filters(posts=("STATE",)), "firm")


@cache
def _addressee_pattern() -> re.Pattern[str]:
    directed = r"(?:(?:sent|addressed|repeated|copied) )?to (?:the )?(?:[Ee]mbassy(?: in| at)? )?"
    place = any_place()
    more = rf"(?:(?:,| and| or|, and) (?:the )?(?:{place})\b)*"
    return re.compile(rf"\b{NOUN} (?:\w+ ){{0,3}}?{directed}(?P<places>(?:{place})\b{more})")


_TELEGRAM = re.compile(r"(?:cable|telegram|airgram|embtel|des?patch)", re.IGNORECASE)


def _addressees(question: str) -> Iterator[Clue]:
    for match in _addressee_pattern().finditer(question):
        named = [each.group() for each in _place_pattern().finditer(match["places"])]
        wanted = Filters(addressees=tuple(canonical_post(place) or "" for place in named))
        # `The air traffic to Moscow`, `Sukarno's message to Tokyo`
        strength: Strength = "binding" if _TELEGRAM.match(match.group()) else "firm"
        yield Clue("addressee", match.group(), f"addressed to {' or '.join(named)}", wanted, strength)


@cache
def _place_pattern() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{any_place()})\b")


@cache
def _country_pattern() -> re.Pattern[str]:
    return re.compile(
        rf"\b{NOUN} (?:on|about|concerning|from|regarding) (?:the )?(?P<country>{any_of(country_codes())})\b"
    )


def _countries(question: str) -> Iterator[Clue]:
    """Countries that the cables are said to be about; one that is only spoken of is found by its name."""
    for match in _country_pattern().finditer(question):
        code = country_codes()[match["country"]]
        yield Clue("country", match.group(), f"about {match['country']}", Filters(countries=(code,)), "firm")


def _tags(question: str, archive: Facets) -> Iterator[Clue]:
    for match in _TAG_CODES.finditer(question):
        codes = [
            code for code in re.findall(r"[A-Z]{2,4}", match[1] or match[2]) if code in archive.tags or code in tags()
        ]
        if codes:
            meaning = ", ".join(described(code) for code in codes)
            yield Clue("tag", match.group().strip(" ,"), f"tagged {meaning}", Filters(tags=tuple(codes)), "binding")
    for match in _meaning_pattern().finditer(question):
        found = tag_meanings()[match["meaning"].lower()]
        firm = bool(re.match("tag|filed", match.group(), re.IGNORECASE))
        yield Clue(
            "tag", match.group(), f"tagged {described(found)}", Filters(tags=(found,)), "binding" if firm else "hint"
        )


def described(code: str) -> str:
    """A TAGS code with its meaning, where it is known."""
    known = tags().get(code)
    return f"{code} ({known.meaning})" if known else code


@cache
def tag_meanings() -> dict[str, str]:
    """Subjects by their meaning in small letters: `human rights` -> PHUM. The official subject wins over the rest."""
    ordered = sorted(tags().values(), key=lambda each: each.kind != "subject", reverse=True)
    return {each.meaning.lower(): each.code for each in ordered if each.kind in ("subject", "subject-1970s", "program")}


@cache
def _meaning_pattern() -> re.Pattern[str]:
    opening = rf"(?:tagged(?: with| as)?|TAGS? for|filed under|{NOUN} (?:on|about|concerning|dealing with|regarding))"
    return re.compile(rf"\b{opening} (?P<meaning>{any_of(tag_meanings())})\b", re.IGNORECASE)


def _levels(question: str) -> Iterator[Clue]:
    if not question.isupper():
        for match in _LEVEL_IN_CAPITALS.finditer(question):
            yield _level(match.group(), match[1])
    for match in _LEVEL_IN_WORDS.finditer(question):
        name = match[1] or match[2]
        if name != name.upper():
            yield _level(match.group(), name.upper())


def _level(text: str, name: str) -> Clue:
    level: Classification = next(
        (each for each in CLASSIFICATIONS if each == name), "LIMITED OFFICIAL USE"
    )  # LOU, the only abbreviation that is read
    return Clue("classification", text, f"classified {level}", Filters(classifications=(level,)), "binding")


def any_of(words: Iterable[str]) -> str:
    """An alternation, the longest first, so that `Guinea-Bissau` is not read as Guinea."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True) if word)
