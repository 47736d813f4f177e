"""The last question asked of something else: another date for its date, another place for its place, another name."""

import re
from functools import cache

from index.gazetteer import posts, tags
from qa.followup.words import AUX, MONTH
from qa.understand.days import periods

_PREPOSITIONS = (
    r"(?:in|on|at|from|since|until|till|before|after|during|for|by|between|about|under|within|around|to|with|of)"
)
_LEADING = re.compile(rf"^(?P<word>{_PREPOSITIONS}) ", re.IGNORECASE)
_ASKED_FOR = re.compile(
    r"^(?P<wh>(?:(?:in|on|at|by|for|to|from) )?(?:how many|how much|which|what)) "
    rf"(?P<noun>(?!{AUX}\b)[^?]+?) (?P<rest>{AUX} .+)$",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\b(?:the |its |their |['’]s )?(?:(?:prime|foreign|defense|finance|interior|deputy|acting|trade|health) )*"
    r"(?:minister|president|ambassador|embassy|government|department|secretary|general|police|army|navy|opposition|party|"
    r"union|congress|ministry|consulate|company|governor|mayor|king|delegation|commission|committee|bank)\b",
    re.IGNORECASE,
)
_PERSON = re.compile(r"(?<=\s)[A-Z][a-z'’-]+(?: [A-Z][a-z'’-]+)*")
_YEAR_STEP = re.compile(
    r"^(?:in |for |during )?the (?P<which>next|following|previous|preceding|year before|year after)(?: year)?$",
    re.IGNORECASE,
)


def swapped_in(fragment: str, question: str, *, forced: bool) -> str | None:
    """The question with the fragment where its like stood.

    Args:
        fragment: a few words without a verb: `in 1975`, `Peru`, `the minister`.
        forced: the words before it left no doubt that it follows the last question; else only a date or a place does.
    """
    stem = question.rstrip(" ?.")
    lead = _LEADING.match(fragment)
    if lead:
        fragment = f"{lead['word'].lower()}{fragment[lead.end('word') :]}"
    bare = fragment[lead.end() :] if lead else fragment
    return (
        _other_year(fragment, stem)
        or _other_time(fragment, bare, stem)
        or _other_place(bare, stem, lead["word"] if lead else "")
        or (_other_thing(fragment, bare, stem, has_lead=bool(lead)) if forced else None)
    )


def _other_year(fragment: str, stem: str) -> str | None:
    match, years = _YEAR_STEP.match(fragment), [*re.finditer(r"\b1[789]\d\d\b|\b20\d\d\b", stem)]
    if not match or not years:
        return None
    step = -1 if re.match("prev|prec|year b", match["which"], re.IGNORECASE) else 1
    return f"{stem[: years[-1].start()]}{int(years[-1].group()) + step}{stem[years[-1].end() :]}"


def _other_time(fragment: str, bare: str, stem: str) -> str | None:
    new, old = periods(fragment), periods(stem)
    if not new:
        # A month alone takes the year of the question before it.
        years = re.findall(r"\b(?:1[789]\d\d|20\d\d)\b", stem)
        dated = periods(f"{bare} {years[-1]}") if old and years else []
        if not dated or dated[0].start:
            return None
        return _other_time(f"{fragment} {years[-1]}", f"{bare} {years[-1]}", stem)
    if new[0].end < len(fragment) - 1:
        return None
    if not old:
        return f"{stem} {fragment if _LEADING.match(fragment) else f'in {fragment}'}"
    start, end = old[-1].start, old[-1].end
    opening = re.search(rf"\b{_PREPOSITIONS} (?:early |late |mid-)?$", stem[:start], re.IGNORECASE)
    has_lead = bool(_LEADING.match(fragment))
    if has_lead and opening:
        start = opening.start()
    elif has_lead and not opening and not re.match(_PREPOSITIONS, stem[start:end], re.IGNORECASE):
        fragment = bare
    return f"{stem[:start]}{fragment}{stem[end:]}"


def _other_place(bare: str, stem: str, lead: str) -> str | None:
    name = re.sub(r"^the |['’]s?$", "", bare, flags=re.IGNORECASE)
    known = next((each for each in _place_names() if each.lower() == name.lower()), None)
    if known is None:
        return None
    there = [*_place_pattern().finditer(stem)]
    if there:
        # The first place is what the question is about; a later one with the same preposition comes before it.
        same = [
            each for each in there if lead and re.search(rf"\b{lead} (?:the )?$", stem[: each.start()], re.IGNORECASE)
        ]
        old = (same or there)[0]
        new = known if name.islower() else name
        return f"{stem[: old.start()]}{new}{stem[old.end() :]}"
    elsewhere = re.search(r"\b(?:in|at) (?:the )?(?P<name>[A-Z][\w-]+(?: [A-Z][\w-]+)*)", stem)
    if elsewhere and not MONTH.match(elsewhere["name"]):
        return f"{stem[: elsewhere.start('name')]}{known}{stem[elsewhere.end() :]}"
    return f"{stem} {lead.lower() or 'in'} {known}"


def _other_thing(fragment: str, bare: str, stem: str, *, has_lead: bool) -> str | None:
    """A role for a role, a name for a name, the thing counted for another; else what the question regards."""
    if has_lead:
        lead = fragment.split()[0]
        there = re.search(rf"\b{lead} (?:the )?[A-Z][\w-]*(?: [A-Z][\w-]*)*", stem) or re.search(
            rf"\b{lead} [\w'’ -]+$", stem
        )
        return f"{stem[: there.start()]}{fragment}{stem[there.end() :]}" if there else f"{stem} {fragment}"
    head = re.escape(bare.split()[-1])
    if like := re.search(
        rf"\b(?:the|an?|its|their) (?:(?!(?:the|an?|of|in|on|at|for|{AUX})\b)[\w'’-]+ )*?{head}\b", stem, re.IGNORECASE
    ):
        return f"{stem[: like.start()]}{bare}{stem[like.end() :]}"
    role = _ROLE.search(stem)
    if role and _ROLE.fullmatch(bare):
        return f"{stem[: role.start()]}{bare}{stem[role.end() :]}"
    name = next(
        (
            each
            for each in _PERSON.finditer(stem)
            if not (_place_pattern().fullmatch(each.group()) or MONTH.match(each.group()))
        ),
        None,
    )
    if name and _PERSON.fullmatch(f" {bare}", 1):
        return f"{stem[: name.start()]}{bare}{stem[name.end() :]}"
    asked = _ASKED_FOR.match(stem)
    if asked and not bare[0].isupper() and not re.match(r"(?:the|an?|his|her|its|their) ", bare):
        return f"{asked['wh']} {bare} {asked['rest']}"
    return f"{stem}, as regards {bare}"


@cache
def _place_names() -> tuple[str, ...]:
    names = {entry.name.split(" (")[0] for entry in posts().values() if entry.kind != "agency"}
    names |= {entry.country for entry in posts().values() if entry.country}
    names |= {each.meaning.split(" (")[0] for each in tags().values() if each.kind == "geo"}
    return tuple(sorted((each for each in names if each), key=len, reverse=True))


@cache
def _place_pattern() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, _place_names()))})\b")
