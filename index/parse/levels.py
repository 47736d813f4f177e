"""Classification: levels however spaced or damaged, the classification line with the cable's id, captions.

The order of words in the line is that of 5 FAH-2; damaged levels are those met in published cables.
"""

import re
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from index.gazetteer import canonical_post, letters
from index.records import Classification

_LEVEL = (
    r"(?:T ?O ?P +S ?E ?C ?R ?E ?T|S ?E ?C ?R ?E ?T|C ?O ?N ?F ?I ?D ?E ?N ?T ?I ?A ?L|"
    r"U ?N ?C ?L ?A ?S(?: ?S ?I ?F ?I ?E ?D)?|"
    r"L ?I ?M ?I ?T ?E ?D +O ?F ?F? ?I ?C ?I ?A ?L +U ?S ?E|LIM(?:ITED)? OFF(?:ICIAL)? USE|LOU)"
)
_CAPTION = (
    r"(?:E ?F ?T ?O|S ?I ?P ?D ?I ?S|S ?E ?N ?S ?I ?T ?I ?V ?E|N ?O ?F ?O ?R ?N|N ?O ?D ?I ?S|E ?X ?D ?I ?S|"
    r"L ?I ?M ?D ?I ?S|S ?T ?A ?D ?I ?S|FOR OFFICIAL USE ONLY|FOUO|SBU|NOCONTRACT|ORCON|PROPIN|TERREP|CHEROKEE|"
    r"(?<=/)NF\b|"
    r"EYES ONLY|ROGER CHANNEL|DISSENT CHANNEL|OFFICIAL[ -]INFORMAL|PERSONAL|MEDIANOTE|SIPTALK|NO DISTRIBUTION)"
)
_SECTION = r"(?:S[A-Z]{2,7}\.?\s*(?P<part>\d{1,2})\s*O[FN]\s*(?P<of>\d{1,2})|FINAL\s+SECTION\s+OF\s*(?P<last>\d{1,2}))"
_LATE_SECTION = re.sub(r"<(part|of|last)>", r"<\g<1>2>", _SECTION)

_ALONE = re.compile(
    rf"\s*(?P<level>{_LEVEL})(?:[ /]+(?:POSS DUPE|{_CAPTION}))*[ .]*", re.IGNORECASE
)  # fmt: skip
_LINE = re.compile(
    rf"\s*(?P<level>{_LEVEL})(?P<captions>(?:\s*/{{1,2}}\s*{_CAPTION}|\s+{_CAPTION})*)"
    rf"(?:\s+{_SECTION})?\s+(?P<post>[A-Z][A-Z0 .'’-]{{0,30}}?)??\s*(?P<number>\d{{1,7}})(?:/\d+)?"
    rf"(?:\s+{_LATE_SECTION})?"
    rf"(?P<after>(?:[\s/]+{_CAPTION})*)(?:\s+Z[A-Z]{{2}}\d*)?[\s.]*(?P<rest>\(.{{0,60}}\))?",
    re.IGNORECASE,
)
_DAMAGED = re.compile(
    rf"\s*(?P<words>[A-Z][A-Z .'’-]{{4,70}}?)(?:\s+{_SECTION})?"
    rf"(?P<post>(?:\s+[A-Z][A-Z.'’-]*){{0,4}}?)\s+(?P<number>\d{{2,7}})\s*",
    re.IGNORECASE,
)
_GLUED_LEVEL = re.compile(rf"\s*{_LEVEL}(?=[A-Z]{{2}})", re.IGNORECASE)
_LONGEST_LEVEL = 30
# A notice that may stand on the line itself: `C O R R E C T E D COPY (SUBJECT LINE)`.
_CORRECTED = re.compile(
    r"(?:\s*-\s*)?C ?O ?R ?R ?E ?C ?T ?E ?D\s{1,4}C ?O ?P ?Y\b(?:\s*\([^()]{0,60}\))?(?:\s*-{1,2}\s*)?", re.IGNORECASE
)
_WIDE = re.compile(r" {2,}")
_CAPTION_LINE = re.compile(rf"\s*{_CAPTION}(?:[\s,/]+{_CAPTION})*[\s.]*", re.IGNORECASE)
_ONE_CAPTION = re.compile(_CAPTION, re.IGNORECASE)
_DIGIT = re.compile(r"\d")
LEVEL_STARTS = frozenset(
    "".join(letters)
    for a, b, c in ("UNC", "CON", "SEC", "TOP", "LIM", "LOU")
    for spaced in (f"{a}{b}{c}", f"{a} {b}", f"{a}{b} ")
    for letters in product(*((letter, letter.lower()) for letter in spaced))
)
"""The first three signs of a line that is a level, spaced or not, in any case: to look there costs next to nothing."""
_LEVEL_LETTERS = ("UNCLAS", "CONFID", "SECRET", "TOP", "LIM", "LOU")
_CAPTION_LETTERS = frozenset(
    "EFT SIP SEN NOF NOD EXD LIM STA FOR FOU SBU NOC ORC PRO TER CHE EYE ROG DIS OFF PER MED".split()
)
"""The first three letters of every caption: most lines begin with others, which costs less to see than a pattern."""

_WORDS: dict[str, Classification] = {
    "TOPSECRET": "TOP SECRET",
    "SECRET": "SECRET",
    "CONFIDENTIAL": "CONFIDENTIAL",
    "LIMITEDOFFICIALUSE": "LIMITED OFFICIAL USE",
    "LIMOFFUSE": "LIMITED OFFICIAL USE",
    "LIMOFFICIALUSE": "LIMITED OFFICIAL USE",
    "LIMITEDOFFUSE": "LIMITED OFFICIAL USE",
    "LOU": "LIMITED OFFICIAL USE",
    "OFFICIALUSEONLY": "LIMITED OFFICIAL USE",
    "UNCLASSIFIED": "UNCLASSIFIED",
    "UNCLAS": "UNCLASSIFIED",
}
_SPACED_CAPTIONS = frozenset(
    ("EFTO", "SIPDIS", "SENSITIVE", "NOFORN", "NODIS", "EXDIS", "LIMDIS", "STADIS", "NOCONTRACT", "ORCON", "PROPIN")
)
_CAPTION_NAMES = {"OFFICIALINFORMAL": "OFFICIAL INFORMAL", "NF": "NOFORN"}


class ClassificationLine(NamedTuple):
    """`UNCLAS SECTION 01 OF 03 ASTANA 003162`, taken apart."""

    level: Classification
    captions: tuple[str, ...]
    part: int | None
    of: int | None
    post: str | None
    number: int
    damaged: bool = False


def to_level(words: str) -> Classification | None:
    """The level that these words mean, spaces and case aside; a letter or two may be missing or wrong."""
    token = letters(words)
    if token.startswith("LIMITEDOF") and token.endswith("USE"):
        return "LIMITED OFFICIAL USE"
    return _WORDS.get(token) or _nearest_level(token)


@lru_cache(maxsize=1024)
def _nearest_level(token: str) -> Classification | None:
    if not 5 <= len(token) <= 20:
        return None
    for word, level in _WORDS.items():
        allowed = 2 if len(word) > 8 else 1
        if len(word) >= 6 and abs(len(word) - len(token)) <= allowed and distance(token, word, allowed) <= allowed:
            return level
    return None


def distance(left: str, right: str, limit: int) -> int:
    """Edits between two short words (a swap of neighbours counts one), or more than `limit`."""
    before, row = [0] * (len(right) + 1), list(range(len(right) + 1))
    for i, letter in enumerate(left, 1):
        older, before, row = before, row, [i]
        for j, other in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == right[j - 2] and left[i - 2] == other:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return row[-1]


def level_of(text: str) -> Classification | None:
    """The level, if the line is nothing but a level, with captions perhaps: `   SECRET`, `CONFIDENTIAL//NOFORN`."""
    match = _ALONE.fullmatch(text) if len(text) < 120 and _begins_with_level(text) else None
    return to_level(match["level"]) if match else None


def _begins_with_level(text: str) -> bool:
    """Whether the first letters of a line are those of a level; `Secretary` and `Confidence` have them too."""
    start = text.lstrip()[:12]
    return start[:3] in LEVEL_STARTS and start.replace(" ", "").upper().startswith(_LEVEL_LETTERS)


def classification_line(text: str) -> ClassificationLine | None:
    """The line of level, section, post and number, or None. A lone level counts as none, for it has no number."""
    if len(text) > 160 or not _begins_with_level(text) or not _DIGIT.search(text):
        return None
    whole = _LINE.fullmatch(_plain(text))
    match = whole or _unglued(text)
    if match is None:
        return None
    level = to_level(match["level"])
    if level is None or int(match["number"]) == 0:
        return None
    post = (match["post"] or "").strip() or None
    if post is None and len(match["number"]) < 3:
        return None
    last = match["last"] or match["last2"]
    part, of = _section(last or match["part"] or match["part2"], last or match["of"] or match["of2"])
    captions = captions_in(f"{match['captions']} {match['after']}")
    return ClassificationLine(level, captions, part, of, post, int(match["number"]), damaged=whole is None)


def _unglued(text: str) -> re.Match[str] | None:
    """`CONFIDENTIALASTANA 003162`: the level run together with what follows; the post must be known."""
    level = _GLUED_LEVEL.match(text)
    match = _LINE.fullmatch(f"{level[0]} {_plain(text[level.end() :])}") if level else None
    return match if match and match["post"] and canonical_post(match["post"]) else None


def _plain(text: str) -> str:
    """The line with single blanks, and without the notice that the copy is a corrected one."""
    if "  " in text:
        text = _WIDE.sub(" ", text)
    return _CORRECTED.sub(" ", text).strip() if "CORRECTED" in text.upper().replace(" ", "") else text


def _section(part: str | None, of: str | None) -> tuple[int | None, int | None]:
    """Which section of how many; nothing where that cannot be (`SECTION 02 OF 00`)."""
    if part is None or of is None or not 1 <= int(part) <= int(of):
        return None, None
    return int(part), int(of)


def damaged_classification_line(text: str) -> ClassificationLine | None:
    """The same from a line whose level has lost letters (`CONFIDETIAL LA PAZ 0146`); the post must be known."""
    match = _DAMAGED.fullmatch(text) if len(text) < 120 else None
    if match is None:
        return None
    words = f"{match['words']} {match['post']}".split()
    for place in range(1, len(words)):
        # In a spaced level every letter is a word, so that only the known post tells where the level ends.
        before, post = " ".join(words[:place]), " ".join(words[place:])
        named = _ONE_CAPTION.search(before)
        level = to_level(before[: named.start()] if named else before) if len(before) < _LONGEST_LEVEL else None
        if level and canonical_post(post):
            part, of = _section(match["part"], match["of"])
            return ClassificationLine(level, captions_in(before), part, of, post, int(match["number"]), damaged=True)
    return None


def captions_in(text: str) -> tuple[str, ...]:
    """Every caption of a line, in full and once: `S E N S I T I V E SIPDIS` -> SENSITIVE, SIPDIS."""
    found = []
    for match in _ONE_CAPTION.finditer(text):
        token = letters(match[0])
        found.append(_CAPTION_NAMES.get(token, token if token in _SPACED_CAPTIONS else match[0].upper()))
    return tuple(dict.fromkeys(found))


def caption_line(text: str) -> tuple[str, ...]:
    """The captions, if the line holds nothing else."""
    if len(text) >= 80 or text.lstrip()[:5].replace(" ", "")[:3].upper() not in _CAPTION_LETTERS:
        return ()
    return captions_in(text) if _CAPTION_LINE.fullmatch(text) else ()
