"""What a question about the cables themselves says of them: sent by whom, to whom, when, at what level, how tagged.

Where every word of a question is about cables (`qa.understand.collection`), a name needs no more around it to say so:
`Freetown, 1976` can only be where they come from, and when. Elsewhere `qa.understand.names` looks for firmer signs.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache

from index.catalog import Catalog, Facets
from index.gazetteer import canonical_post, posts, tags
from index.records import CLASSIFICATIONS, PRECEDENCES
from qa.records import Clue, ClueKind, Filters
from qa.understand.combined import Condition, held_together, turned
from qa.understand.days import periods, told
from qa.understand.head_parts import parts_said
from qa.understand.ids import cable_ids
from qa.understand.names import CABLE, CAPTIONS, any_of, country_codes, described, places, tag_meanings
from qa.words import key_words

_OFFICE = (
    r"(?:our (?:people|colleagues|staff)|embass(?:y|ies)|consulates?(?: general)?|missions?|posts?|legations?"
    r"|interests section)"
)
_BEFORE_PLACE = rf"(?:(?:the )?(?:(?:US|U\.S\.|American) )?(?:{_OFFICE} )?(?:(?:in|at|of) )?)"
_TO = re.compile(
    r"\b(?:to|(?:received|got|seen) (?:by|in|at)|reached|reaching|addressees? (?:is|are|was|were)"
    r"|cop(?:y|ies) (?:for|in)) (?:both )?$",
    re.IGNORECASE,
)
_AS_ADDRESSEE = re.compile(
    r"(?: embassy| consulate| mission)?,? (?:(?:as|among|on|in|anywhere|is|are|was|were|an?)\b.{0,30}"
    r"\b(?:addressees?|cop(?:y|ies|ied)|info|action)\b|(?:\w+ )?(?:receiv|got\b|get\b|copied\b))",
    re.IGNORECASE,
)
_FROM = re.compile(r"\b(?:from|out of|sent by)(?: the)? $", re.IGNORECASE)
FOR_ACTION = re.compile(r"\baction\b", re.IGNORECASE)
FOR_INFO = re.compile(r"\binfo(?:rmation)?\b|\bcop(?:y|ies|ied)\b", re.IGNORECASE)
_TO_WHOM = re.compile(
    r"\b(?:to|addressees?|info(?:rmation)?|action|cop(?:y|ies|ied)|receiv\w+|got|reach\w*)\b", re.IGNORECASE
)
_DEPARTMENT = re.compile(
    r"\b(?:the )?(?:(?:State )?Department(?: of State)?(?:['’]s)?|Washington(?:['’]s)?|(?<!^)State(?! of)"
    r"|SECSTATE(?: WASHDC)?)(?![\w-])"
)
_RELATION = (
    r"(?:refer(?:s|red|ring|ences?|enced|encing)?|cit(?:e|es|ed|ing|ation)|repl(?:y|ies|ied|ying)|respon(?:d|ds|ded|ding|se)"
    r"|answer(?:s|ed|ing)?|follow(?:s|ed|ing)?|mention(?:s|ed|ing)?|reftels?|point(?:s|ed|ing)? back)"
)
_RELATED = re.compile(rf"\b{_RELATION}\b", re.IGNORECASE)
_GIVES = re.compile(
    r"\W*(?:itself |also )?(?:gives?|cites?|refers? (?:back )?to|lists?|references|mentions?|names?|repl(?:y|ies) to|"
    r"answers?|points? back|is (?:a )?(?:reply|answer|replying|answering))\b",
    re.IGNORECASE,
)
_CALLED = re.compile(rf"\b(?:the )?{CABLE} $", re.IGNORECASE)
_DOES = re.compile(r"\b(?:do|does|did) $", re.IGNORECASE)
_GIVEN_IN = re.compile(
    r"\b(?:cited|listed|referenced|named|mentioned|given|referred to|references)(?: as (?:a )?references?)? "
    r"(?:in|by|of|at the head of)(?: the)?(?: cable| telegram| message)? $",
    re.IGNORECASE,
)
_OF_A_YEAR = re.compile(r"(?:\b(?:in|of|from|since|during|for|dated|sent|and|to|or|year)|[,(–-]) ?$", re.IGNORECASE)
_LEVEL = re.compile(
    rf"\b(?:(?P<above>above|over|higher than|more than) |(?P<least>at least|no(?:t| lower| less) (?:below|than)) |"
    r"(?P<below>below|lower than|less than) )?"
    rf"(?P<level>{any_of(CLASSIFICATIONS)}|LOU)(?:-level)?"
    r"(?P<up>,? (?:or|and) (?:higher|above|up|upwards?|over))?"
    r"(?P<down>,? (?:or|and) (?:lower|below|down|downwards?|less|under))?(?![\w-])",
    re.IGNORECASE,
)
_GRADED = re.compile(
    r"\b(?:are|is|were|was|be|classified|captioned|marked|graded|stamped|rated|level|caption)"
    r"(?: (?:as|at|both|either))? $",
    re.IGNORECASE,
)
_ONES = re.compile(r" (?:ones?|only|cables|telegrams|messages)\b", re.IGNORECASE)
_CLASSIFIED = re.compile(r"\bclassified\b(?! (?:as|by))", re.IGNORECASE)
_PRECEDENCE = re.compile(rf"\b({any_of(PRECEDENCES)})s?\b", re.IGNORECASE)
_PRECEDENCE_SAID = re.compile(r"\bprecedence\b", re.IGNORECASE)
_COMMON = frozenset({"IMMEDIATE", "PRIORITY", "ROUTINE", "FLASH"})
_CODE = re.compile(r"\b(?:(?:the )?(?:TAGS?|[Tt]ags?):? )?(?P<code>[A-Z]{2,4})\b(?![’'])")
_TAG_SAID = re.compile(r"\b(?:tags?|tagged|TAGS?|filed under|subject codes?|i\.e\.|for)\b", re.IGNORECASE)
_ABOUT = re.compile(
    r"\b(?:on|about|concerning|regarding|for|tagged|tags?|under|to do with|the)(?: (?:with|as|the|for|of|tags?))* $",
    re.IGNORECASE,
)
_THEN_TAG = re.compile(r",? (?:tags?|TAGS?|traffic|cables|telegrams|messages|items)\b|, ", re.IGNORECASE)
_TAG_IN_WORDS = (
    re.compile(
        r"\b(?:tagged|tags?)(?: (?:as|with|for|under))* (?:the )?(?P<meaning>(?:[a-z-]+ ){0,2}[a-z-]+)(?=[?.,;]|$)",
        re.IGNORECASE,
    ),
    re.compile(r"\b(?P<meaning>[a-z-]+(?: [a-z-]+)?) tag\b", re.IGNORECASE),
)
"""A few words of a TAG's meaning: `tagged for terrorism`."""
_SIGNED_BY = re.compile(
    r"\b[Ss]ign(?:ed|ing)? (?:off )?(?:by|with the name(?: of)?) (?:[A-Z][a-z]+\.? )?(?P<name>[A-Z][\w-]+)"
)
_SIGNER_TITLE = r"(?:(?:ambassador|charg[ée]|consul(?: general)?|minister|secretary|mr\.?|mrs\.?|ms\.?|dr\.?) )?"


def conditions(question: str, catalog: Catalog) -> list[Condition]:
    """All that is asked of the cables, in the order of the question."""
    archive, found, plain = catalog.revisioned_facets(), list[Condition](), _without_accents(question)
    for extracted in (
        _parts(question),
        _references(question, catalog),
        _days(question),
        _levels(question),
        _captions(question, archive),
        _signers(question, archive),
        _agencies(question, catalog),
        _places(plain, archive),
        _tags(question, archive),
        _countries(plain),
        _precedences(question),
    ):
        for each in extracted:
            if each.end > each.start and not any(each.start < one.end and one.start < each.end for one in found):
                found.append(turned(question, each, found))
    return held_together(question, sorted(found, key=lambda each: each.start))


def _without_accents(text: str) -> str:
    """The same letters without their accents, each where it was: `Yaoundé` is a post."""
    return "".join(unicodedata.normalize("NFD", each)[:1] or each for each in text)


def _parts(question: str) -> Iterator[Condition]:
    for each in parts_said(question):
        lacking = Filters(lacking=(each.part,))
        clue = Clue(
            "lacking", question[each.start : each.end], each.told, Filters() if each.there else lacking, "binding"
        )
        yield Condition(each.start, each.end, clue, excluded=lacking if each.there else None)


def _references(question: str, catalog: Catalog) -> Iterator[Condition]:
    for each in cable_ids(question, catalog):
        called = _CALLED.search(question[: each.start])
        start, cable_id = called.start() if called else each.start, each.cable_id
        if _DOES.search(question[:start]):
            continue  # what that one refers to is a fact of its head
        if _GIVES.match(question, each.end) or _GIVEN_IN.search(question[:start]):
            cable = catalog.get(cable_id)
            ids = [one.cable_id for one in cable.header.references if one.cable_id] if cable else []
            if cable and not catalog.present(ids):
                continue  # what is not held is told of by its head alone
            clue = _of_cables("cited", question[start : each.end], f"referred to by {cable_id}", ids)
        elif _RELATED.search(question):
            ids = [one.cable_id for one in catalog.cited_by(cable_id)]
            clue = _of_cables("citing", question[start : each.end], f"referring to {cable_id}", ids)
        else:
            continue
        yield Condition(start, each.end, clue, plain=True)


def _of_cables(kind: ClueKind, text: str, value: str, ids: Sequence[str]) -> Clue:
    # That there are none must not read as: any.
    return Clue(kind, text, value, Filters(cables=tuple(ids) or ("none",)), "binding")


def _days(question: str) -> Iterator[Condition]:
    for each in periods(question):
        wanted = Filters(since=each.since, until=each.until)
        said = question[each.start : each.end]
        clue = Clue("sent", said, f"sent {told(each.since, each.until)}", wanted, "binding")
        # After what announces a subject, `2000 men` and `Resolution 1803` are of it.
        number = said.isdigit() and not _OF_A_YEAR.search(question[: each.start])
        yield Condition(each.start, each.end, clue, plain=not number)


def _levels(question: str) -> Iterator[Condition]:
    said = False
    for match in _LEVEL.finditer(question):
        said = True
        level = match["level"].upper()
        place = next((n for n, each in enumerate(CLASSIFICATIONS) if each == level), 1)  # LOU stands for the second
        levels = CLASSIFICATIONS[place + 1 :] if match["above"] else CLASSIFICATIONS[place:]
        if match["below"] or match["down"]:
            levels = CLASSIFICATIONS[:place] if match["below"] else CLASSIFICATIONS[: place + 1]
        levels = levels if any(match[way] for way in ("above", "least", "below", "up", "down")) else levels[:1]
        wanted = Filters(classifications=levels)
        graded = bool(_GRADED.search(question[: match.start()]) or _ONES.match(question, match.end()))
        yield _condition(match, "classification", f"classified {' or '.join(levels)}", wanted, plain=graded)
    for match in () if said else _CLASSIFIED.finditer(question):
        levels = CLASSIFICATIONS[1:]
        yield _condition(match, "classification", "classified at any level", Filters(classifications=levels))


def _captions(question: str, archive: Facets) -> Iterator[Condition]:
    known = {*CAPTIONS, *archive.captions}
    for match in re.finditer(rf"\b({any_of(known)})(?![\w])", question, re.IGNORECASE):
        # `sensitive` is a caption only where it stands in capitals.
        if match[1].isupper() or match[1].upper() != "SENSITIVE":
            caption = match[1].upper()
            graded = bool(_GRADED.search(question[: match.start()]))
            yield _condition(match, "caption", f"captioned {caption}", Filters(captions=(caption,)), plain=graded)


def _signers(question: str, archive: Facets) -> Iterator[Condition]:
    lower = question == question.lower()
    for match in re.finditer(rf"\b{_SIGNER_TITLE}(?P<name>[^\W\d_][\w-]+)(?:['’]s?)?(?![\w])", question, re.IGNORECASE):
        name = match["name"].upper()
        if name in archive.signers and (lower or match["name"][0].isupper()):
            yield _condition(match, "signer", f"signed {name.title()}", Filters(signers=(name,)))
    for match in _SIGNED_BY.finditer(question):
        yield _condition(match, "signer", f"signed {match['name'].title()}", Filters(signers=(match["name"].upper(),)))


def _agencies(question: str, catalog: Catalog) -> Iterator[Condition]:
    """Addressees that are no posts, as heads print them: `USCINCSO`, `DEA HQS WASHDC` for `DEA headquarters`."""
    lower = question.lower()
    for name in catalog.addressees_called(set(re.findall(r"\w{3,}", lower))) if _TO_WHOM.search(question) else ():
        if canonical_post(name):
            continue
        words = [word for word in name.split() if word not in ("WASHDC", "WASHINGTON", "DC")]
        said = r"[ -]".join("(?:headquarters|hqs?)" if word in ("HQS", "HQ") else re.escape(word) for word in words)
        for match in re.finditer(rf"\b(?:the )?{said}\b(?!(?-i: ?[A-Z]{{2,}}))", question, re.IGNORECASE):
            if not match.group().islower() or question == lower:
                yield _addressed(match, match.group().removeprefix("the "), (name,))


def _places(question: str, archive: Facets) -> Iterator[Condition]:
    to_whom = False
    end = 0
    for match in _place_pattern().finditer(question):
        name = match["place"]
        post = canonical_post(name) or places().get(name, "")
        if not post or (name == name.lower() and post not in archive.posts and question != question.lower()):
            continue  # in small letters a word of its own: `nice` is no post
        listed = re.fullmatch(r"(?:, | and | or |, and |, or )(?:the )?", question[end : match.start()])
        to_whom = to_whom if listed else _is_to(question, match)
        end = match.end()
        told_name = posts()[post].name.split(" (")[0] if post in posts() else name
        yield _sent_by_or_to(match, post, told_name, to_whom)
    for match in _DEPARTMENT.finditer(question):
        yield _sent_by_or_to(match, "STATE", "the Department", _is_to(question, match))


def _is_to(question: str, match: re.Match[str]) -> bool:
    return bool(_TO.search(question[: match.start()]) or _AS_ADDRESSEE.match(question, match.end()))


def _sent_by_or_to(match: re.Match[str], post: str, name: str, to_whom: bool) -> Condition:
    if to_whom:
        return _addressed(match, name, (post,))
    said = _FROM.search(match.string[: match.start()])
    return _condition(match, "post", f"sent by {name}", Filters(posts=(post,)), plain=bool(said))


def _addressed(match: re.Match[str], name: str, there: tuple[str, ...]) -> Condition:
    """Of addressees in general, or only of those for action, or for information."""
    action, info = FOR_ACTION.search(match.string), FOR_INFO.search(match.string)
    if action and not info:
        return _condition(match, "addressee", f"sent to {name} for action", Filters(action_addressees=there))
    if info and not action:
        return _condition(match, "addressee", f"sent to {name} for information", Filters(info_addressees=there))
    return _condition(match, "addressee", f"addressed to {name}", Filters(addressees=there))


@cache
def _place_pattern() -> re.Pattern[str]:
    known = {*places(), *posts()} - {"STATE"}  # a word of its own: `please state`
    return re.compile(rf"\b{_BEFORE_PLACE}(?P<place>{any_of(known)})(?:['’]s?)?(?![\w-])", re.IGNORECASE)


def _countries(question: str) -> Iterator[Condition]:
    for match in _country_pattern().finditer(question):
        name = next(each for each in country_codes() if each.lower() == match["country"].lower())
        code = country_codes()[name]
        if match["country"].islower() and question != question.lower():
            continue  # `turkey`
        if _ABOUT.search(question[: match.start()]) and not _TO.search(question[: match.start()]):
            yield _condition(match, "country", f"about {name}", Filters(countries=(code,)))
            continue
        there = tuple(each.post for each in posts().values() if each.geo_tag == code or each.country == name)
        if _is_to(question, match):
            yield _addressed(match, f"a post in {name}", there)
        else:
            yield _condition(match, "post", f"sent by a post in {name}", Filters(posts=there))


@cache
def _country_pattern() -> re.Pattern[str]:
    return re.compile(rf"\b{_BEFORE_PLACE}(?P<country>{any_of(country_codes())})(?:['’]s?)?(?![\w-])", re.IGNORECASE)


def _tags(question: str, archive: Facets) -> Iterator[Condition]:
    by_code = False
    for match in _CODE.finditer(question):
        code = match["code"]
        if code in archive.tags or (code in tags() and _TAG_SAID.search(question[: match.end() - len(code)])):
            by_code = True
            yield _condition(match, "tag", f"tagged {described(code)}", Filters(tags=(code,)))
    if by_code:
        return  # what is said in words beside a code only explains it
    for match in re.finditer(rf"\b(?P<meaning>{any_of(tag_meanings())})\b", question, re.IGNORECASE):
        code = tag_meanings()[match["meaning"].lower()]
        if code in archive.tags and _names_tag(question, match):
            yield _condition(match, "tag", f"tagged {described(code)}", Filters(tags=(code,)))
    for match in (found for pattern in _TAG_IN_WORDS for found in pattern.finditer(question)):
        said = set(key_words(match["meaning"]))
        meant = [code for code in archive.tags if (known := tags().get(code)) and said <= set(key_words(known.meaning))]
        if said and len(meant) == 1:
            yield _condition(match, "tag", f"tagged {described(meant[0])}", Filters(tags=(meant[0],)))


def _names_tag(question: str, match: re.Match[str]) -> bool:
    return bool(_ABOUT.search(question[: match.start()]) or _THEN_TAG.match(question, match.end()))


def _precedences(question: str) -> Iterator[Condition]:
    for match in _PRECEDENCE.finditer(question):
        name = next(each for each in PRECEDENCES if each == match[1].upper())
        if name in _COMMON or _PRECEDENCE_SAID.search(question) or match[1].isupper():
            yield _condition(match, "precedence", f"of precedence {name}", Filters(precedences=(name,)))


def _condition(match: re.Match[str], kind: ClueKind, value: str, filters: Filters, *, plain: bool = False) -> Condition:
    clue = Clue(kind, match.group().strip(), value, filters, "binding")
    return Condition(match.start(), match.end(), clue, plain=plain)
