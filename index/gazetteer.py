"""Posts, TAGS and acronyms: closed lists, kept as tables under `index/data/`, and the spelling of cable ids.

posts.tsv      canonical post, its aliases and misspellings, and the former name under which it also signed.
               Stations and aliases after heuer/cablemap (BSD), routing indicators after ACP 117 (2010);
               posts closed before 2000, countries and kinds are general knowledge.
tags.tsv       code, meaning, kind, and how sure the meaning is. Subjects rated `high` are from 5 FAH-3 H-011.1;
               geographic codes follow FIPS 10-4; the rest is attested in cables, its meaning general knowledge.
acronyms.tsv   acronym, meaning, category: general knowledge; some acronyms stand for two things.

A table is read at its first use and kept.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from index.records import CABLE_ID


@dataclass(frozen=True, slots=True)
class Post:
    """A post or agency that signs cables. `post` is its canonical token, as it stands in cable ids."""

    post: str
    name: str
    country: str
    geo_tag: str
    kind: str
    routing: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    former: str | None = None
    """An earlier name of the post, under which cables are filed too: KIEV for KYIV."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A TAGS code. `confidence` says how sure its meaning is: `high` is official, the rest wants checking."""

    code: str
    meaning: str
    kind: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Acronym:
    """One meaning of an acronym."""

    acronym: str
    meaning: str
    category: str


@dataclass(frozen=True, slots=True)
class PartialId:
    """A cable named without its year: `Astana 3162`."""

    post: str
    number: int

    def with_year(self, year: int) -> str:
        """The cable id in a given year, of two digits or four."""
        return f"{year % 100:02d}{self.post}{self.number}"


# ── the tables ───────────────────────────────────────────────────────────────────────────────


def _rows(table: str) -> list[list[str]]:
    text = resources.files("index").joinpath("data", table).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines()[1:]]


def _split(value: str) -> tuple[str, ...]:
    return tuple(value.split(";")) if value else ()


@cache
def posts() -> dict[str, Post]:
    """Every post by its canonical token."""
    found = {}
    for token, name, country, geo_tag, kind, routing, aliases, former in _rows("posts.tsv"):
        found[token] = Post(
            token, name, country, geo_tag, kind, _split(routing), _split(aliases), former=former or None
        )
    return found


@cache
def tags() -> dict[str, Tag]:
    """Every TAGS code of the list."""
    return {row[0]: Tag(*row) for row in _rows("tags.tsv")}


@cache
def acronyms() -> dict[str, tuple[Acronym, ...]]:
    """Every acronym with its meanings."""
    found: dict[str, tuple[Acronym, ...]] = {}
    for row in _rows("acronyms.tsv"):
        found[row[0]] = (*found.get(row[0], ()), Acronym(*row))
    return found


@cache
def post_spellings() -> dict[str, Post]:
    """Every spelling of a post, in letters only: canonical token, aliases, former name, place name."""
    found: dict[str, Post] = {}
    for entry in posts().values():
        found.setdefault(entry.post, entry)
    for entry in posts().values():
        # The place name in parentheses is a remark: "Kyiv (KIEV until 2006)".
        names = (*entry.aliases, entry.former or "", letters(entry.name.split("(")[0]))
        for spelling in names:
            if spelling:
                found.setdefault(spelling, entry)
    return found


@cache
def _cut_spellings() -> dict[str, Post]:
    """Posts by the first five and six letters of their name, where that names one post only.

    Page headers and the archive's document numbers cut a post at six characters, blanks
    counted: `VATICA`, `USUN N`, `BUENOS`.
    """
    found: dict[str, set[str]] = {}
    for entry in posts().values():
        for name in (entry.post, entry.former or ""):
            for length in (4, 5, 6, 8, 9, 10):
                if len(name) > length:
                    found.setdefault(name[:length], set()).add(entry.post)
    known = post_spellings()
    return {cut: posts()[next(iter(names))] for cut, names in found.items() if len(names) == 1 and cut not in known}


# ── looking up ───────────────────────────────────────────────────────────────────────────────

_NOT_LETTER = re.compile(r"[^A-Z]+")
_OFFICE = re.compile(
    r"^(?:AM(?:ERICAN)?EMBASSY|AM(?:ERICAN)?CONSUL(?:ATE)?(?:GENERAL)?|AMCONGEN|USMISSION|USINT|USOFFICE|USDEL|"
    r"AMLEGATION|EMBASSYOFFICE|EMBASSY|CONSULATEGENERAL|CONSULATE|MISSION|AMLO|USLO)(?=[A-Z]{2})"
)


def letters(name: str) -> str:
    """A name as ids write it, capital letters only: `Port-au-Prince` -> `PORTAUPRINCE`, `T0KYO` -> `TOKYO`."""
    upper = name.upper()
    if "0" in upper:
        upper = re.sub(r"(?<=[A-Z])0|0(?=[A-Z])", "O", upper)
    return _NOT_LETTER.sub("", upper)


@lru_cache(maxsize=4096)
def _find(name: str, cut: bool) -> tuple[Post, str] | None:
    """The post of this name, and the spelling by which it was found."""
    token = letters(name)
    known = post_spellings()
    while True:
        if found := known.get(token):
            return found, token
        if cut and (found := _cut_spellings().get(token)):
            return found, token
        shorter = token.removesuffix("WASHDC") if token.endswith("WASHDC") else _OFFICE.sub("", token, count=1)
        if shorter in ("", token):
            return None
        token = shorter


def post(name: str, *, cut: bool = False) -> Post | None:
    """The post of this name, in any spelling: `LA PAZ`, `AMEMBASSY LA PAZ`, `Embassy Astana`, `USUN`, `PEKING`.

    Args:
        cut: also take a name cut short, as page headers and document numbers do (`VATICA`).
    """
    found = _find(name, cut)
    return found[0] if found else None


def canonical_post(name: str, *, cut: bool = False) -> str | None:
    """The post's token as ids have it; a former name stays as it is (KIEV), for cables are filed under it."""
    found = _find(name, cut)
    if found is None:
        return None
    entry, spelling = found
    return spelling if spelling == entry.former else entry.post


@cache
def _embassies() -> dict[str, str]:
    """The embassy of each country that has just one, by the country's name in letters."""
    found: dict[str, list[str]] = {}
    for entry in posts().values():
        if entry.kind == "embassy":
            found.setdefault(letters(entry.country), []).append(entry.post)
    return {country: embassies[0] for country, embassies in found.items() if len(embassies) == 1}


def embassy_in(country: str) -> str | None:
    """The token of the one embassy in a country, which cables sometimes name for the post: `BRAZIL` for BRASILIA."""
    return _embassies().get(letters(country))


def tag(code: str) -> Tag | None:
    """The TAGS code, if the list has it."""
    return tags().get(code.upper())


def acronym(word: str) -> tuple[Acronym, ...]:
    """Every meaning of an acronym; empty if the list has none."""
    return acronyms().get(word.upper(), ())


# ── cable ids ────────────────────────────────────────────────────────────────────────────────

_SPELLED = re.compile(
    r"""\s*['’(]?(?P<year>(?:19|20)\d\d|\d\d)?\)?[\s_-]*
        (?P<post>[A-Z][A-Z0\s.'’_-]*?[A-Z])
        [\s_#-]*(?:\((?P<later>\d{2}|\d{4})\)|['’](?P<short>\d\d)\b)?[\s_#-]*
        (?P<number>\d{1,7})
        (?:_?[A-Z]\d?)?\s*""",
    re.VERBOSE,
)
_LONGEST_SPELLED = 60
# What tools took into an id from the line around it: 09EFTOSANAA433, 06MADRID002583ZFR2585.
_GLUED = re.compile(
    r"(?<=\d)(?:EFTO|NOFORN|SIPDIS|SENSITIVE|NODIS|EXDIS|LIMDIS|SECTION\d{1,2}OF\d{1,2})+(?=[A-Z]{3})|(?<=\d)Z[A-Z]{2}\d*$"
)


def _spelled(text: str) -> tuple[str | None, str, int] | None:
    """Year, post and number of an id in any spelling; the post as ids write it."""
    if len(text) > _LONGEST_SPELLED:
        return None
    text = text.upper()
    match = _SPELLED.fullmatch(text)
    token = canonical_post(match["post"], cut=True) if match else None
    mended = _SPELLED.fullmatch(_GLUED.sub("", text)) if token is None else None
    if mended and (found := canonical_post(mended["post"], cut=True)):
        match, token = mended, found
    if match is None or int(match["number"]) == 0:
        return None
    if token is None:
        # An unknown post is believed in a written-out id (`07FOOVILLE12`), not in words (`07 March 2007`).
        if re.search(r"\s", text.strip()):
            return None
        token = letters(match["post"])
    return match["year"] or match["later"] or match["short"], token, int(match["number"])


def to_cable_id(text: str) -> str | None:
    """The canonical id of a cable named with its year, in any spelling; None where there is no id in it.

    `1979LAPAZ02423`, `07 ASTANA 003162`, `2007 Port-au-Prince 12`, `1975STATE099768_b` (PlusD) are all understood.
    """
    spelled = _spelled(text)
    if spelled is None or spelled[0] is None:
        return None
    cable_id = f"{spelled[0][-2:]}{spelled[1]}{spelled[2]}"
    return cable_id if CABLE_ID.fullmatch(cable_id) else None


def to_partial_id(text: str) -> PartialId | None:
    """Post and number of a cable named without its year (`Astana 3162`); None unless the post is known."""
    spelled = _spelled(text)
    if spelled is None or spelled[0] is not None:
        return None
    return PartialId(spelled[1], spelled[2]) if post(spelled[1]) else None


_ID_PARTS = re.compile(r"(\d\d)([A-Z]+)(\d+)")


def match_key(cable_id: str) -> str:
    """One key for every name of the same post, so that `05KIEV12` and `05KYIV12` find each other."""
    match = _ID_PARTS.fullmatch(cable_id)
    found = post(match[2]) if match else None
    return f"{match[1]}{found.post}{match[3]}" if match and found else cable_id


def full_year(two_digits: int) -> int:
    """Two-digit years of cables: 50-99 are of the twentieth century, 00-49 of this one."""
    return two_digits + (1900 if two_digits >= 50 else 2000)
