"""What a talk spoke of: the people, the things, the place, the time and the cable that a follow-up may mean."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.gazetteer import posts
from qa.followup.words import AUX, MONTH, WH
from qa.records import Answer, Query
from qa.understand.days import periods


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the cables of an answer about the collection are: `sent by Lima`; and what about: `that mention tuna`."""

    said: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question of the talk, asked in full; what was answered; the cables cited, in order.

    `chosen`: which cables it was about, where it was about the collection.
    """

    question: str
    answer: str = ""
    cables: tuple[str, ...] = ()
    chosen: Chosen | None = None

    @classmethod
    def of(cls, answer: Answer | str) -> "Exchange":
        """What an answer, or a question that was not answered, leaves behind for the next one."""
        if isinstance(answer, str):
            return cls(answer)
        cited = (citation.cable_id for statement in answer.statements for citation in statement.citations)
        said = " ".join(statement.text for statement in answer.statements)
        cables = tuple(dict.fromkeys((*answer.query.cable_ids, *cited)))
        return cls(answer.query.text, said, cables, _chosen(answer.query))


def _chosen(query: Query) -> Chosen | None:
    if query.collection is None:
        return None
    about = "that mention" if query.collection.told_of else "about"
    about = "that do not mention" if query.collection.unheard else about
    subject = " ".join(query.collection.subject)
    return Chosen(query.cables_in_words, f"{about} {subject}" if subject else "")


MOST_CABLES = 3
"""Cables that `they` may name."""


def _any_of(words: str) -> str:
    return f"(?:{'|'.join(words.split())})"


_RANKS = _any_of(
    "Minister Ministers President Secretary Ambassador General Colonel Captain Major Admiral Judge Senator Congressman "
    "Bishop Father Professor Governor Mayor Charge Chargé Consul Engineer King Prince Chief"
)
_OFFICES = _any_of("Prime Foreign Defense Finance Interior Deputy Vice Acting First")
_TITLE = rf"(?:(?:{_OFFICES} )?(?:(?:Dr|Mr|Mrs|Ms|Gen|Col|Capt)\.|{_RANKS}))"
_PERSON = re.compile(
    rf"\b(?P<titled>(?:{_TITLE} )+(?:[A-Z][\w'’-]+(?: (?:de |da |la |del |al-)?[A-Z][\w'’-]+){{0,2}}))"
    r"|(?<![\w'’] the )(?<!^)\b(?P<plain>[A-Z][a-z'’-]+(?: [A-Z]\.)?(?: (?:de |da |la |del )?[A-Z][a-z'’-]+){1,2})\b"
    r"(?!['’]s [A-Z])"
)
_BODIES = _any_of(
    "Embassy Department Ministry Government Forum Republic States United Bank Court Congress Assembly Commission "
    "Council Company Party Union University Board Conference Fund Agency Office Air Army Navy Force Base Port Street "
    "River Lake North South East West New San Santa La Corporation Institute Center Centers Treaty Agreement "
    "In On At The Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
)
_NO_PERSON = re.compile(rf"\b{_BODIES}\b")
_PREPOSITION = _any_of(
    "of at in on for from to by with about between against under over after before during since until through "
    "into near off among as per within without toward towards"
)
_STOP = rf"(?:{AUX}|{WH}|{_PREPOSITION}|that|and|or|but|if|than|because|it|he|she|they|not|be|been)"
_DETERMINED = re.compile(rf"\b(?:the|an?|[A-Z][\w-]+['’]s?)(?: (?!{_STOP}\b)[\w'’.&/-]+)+", re.IGNORECASE)
_PROPER = re.compile(r"\b[A-Z][\w'’-]+(?: (?:of |the |and )?[A-Z][\w'’-]+)*")
_COUNTED = re.compile(
    rf"\b(?:how many|which|what) (?P<noun>(?:(?!{_STOP}\b)[\w'’-]+ ?)+?)"
    rf"(?= (?:{_STOP}|went|came|took|sat|said|died|got)\b| *\?|$)",
    re.IGNORECASE,
)
_VERB_END = re.compile(
    r" (?:\w+ed|"
    + _any_of(
        "sent made built paid held given found taken said told put set brought bought sold lost won cut read left met "
        "kept chosen written known seen done gone due begun shown spent shot caught sunk signed"
    )
    + ")$"
)
_TAKES_OF = re.compile(r" (?P<of>of|at|in|on|for|from|between|with) (?=(?:the |an? |its |\d|[A-Z]))")
_PLACE_PHRASE = re.compile(r"\b(?:in|at|near|off|from|to) (?:the )?(?P<name>[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)*)")
_ABOUT = re.compile(r"(?<=\babout )[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)*")
_WHEREABOUTS = re.compile(r"\b(?:in|at|near|from|to) $")
_ROLE = re.compile(
    r"(?:minister|president|ambassador|secretary|general|governor|mayor|king|spokesman|officials?|people)$",
    re.IGNORECASE,
)
_PARTICLES = ("down", "up", "out", "off", "away", "over", "back", "in", "on", "about", "through")


def people_of(talk: Sequence[Exchange]) -> list[str]:
    """People named, the likeliest first: in the last answer, in its question, then further back."""
    found: list[str] = []
    for exchange in reversed(talk):
        for text in (exchange.answer, exchange.question):
            found += _people(text)
        if found:
            break
    return found


def _people(text: str) -> list[str]:
    titled = [match["titled"] for match in _PERSON.finditer(text) if match["titled"]]
    plain = [match["plain"] for match in _PERSON.finditer(f"– {text}") if match["plain"]]
    places = {each.lower() for each in _places()}
    return titled + [
        each for each in plain if not (_NO_PERSON.search(each) or MONTH.search(each) or each.lower() in places)
    ]


def thing_of(talk: Sequence[Exchange]) -> str | None:
    """What the last question was about: its object, or else its subject."""
    for exchange in reversed(talk):
        if found := _things(exchange.question):
            return max(reversed(found), key=lambda each: (_is_definite(each), len(each.split()) > 1))
    return None


def things_of(talk: Sequence[Exchange]) -> str | None:
    """The several things or people that the last question spoke of."""
    for exchange in reversed(talk):
        if match := _COUNTED.search(exchange.question):
            noun = match["noun"].strip()
            if noun.split()[-1] in ("cables", "telegrams", "messages", "reports") and exchange.cables:
                return " and ".join(exchange.cables[:MOST_CABLES])
            if noun.endswith("s") or noun.split()[-1] in ("people", "men", "women", "children", "police"):
                return f"the {noun}"
        plural = [
            each for each in _phrases(exchange.question) if re.search(r"[^s'’]s$|people$|men$", each.split(" of ")[0])
        ]
        if plural:
            return plural[-1]
    return None


def place_of(talk: Sequence[Exchange]) -> str | None:
    """`in Karaganda`, `at the port talks`: where the last question or answer stands, with its preposition."""
    for exchange in reversed(talk):
        if at := next((each for each in _phrases(exchange.question) if f" at {each}" in exchange.question), None):
            return f"at {at}"
        for text in (exchange.question, exchange.answer):
            for match in _PLACE_PHRASE.finditer(text):
                if not MONTH.match(match["name"]) and not re.search(r"^(?:from|to)\b", match.group()):
                    return match.group()
    return None


def event_of(talk: Sequence[Exchange]) -> str | None:
    """`at the third Civic Forum`."""
    thing = thing_of(talk)
    return f"at {thing}" if thing else None


def when_of(talk: Sequence[Exchange], *, in_answer: bool = True) -> str | None:
    """The period last named, in a question or in an answer."""
    for exchange in reversed(talk):
        for text in (exchange.question, exchange.answer if in_answer else ""):
            if found := periods(text):
                return text[found[-1].start : found[-1].end]
    return None


def cable_of(talk: Sequence[Exchange]) -> str | None:
    """The cable that the last answer rests on."""
    return next((each.cables[0] for each in reversed(talk) if each.cables), None)


def _phrases(question: str) -> list[str]:
    """Noun phrases in order, as well as can be told without a tagger; names where there is no other."""
    stem = question.rstrip(" ?.")
    names = (match for match in _PROPER.finditer(stem) if not _WHEREABOUTS.search(stem[: match.start()]))
    return [*_determined(stem)] or [match.group() for match in names if match.start() > 0]


def _things(question: str) -> list[str]:
    """The phrases that are no person and no time."""
    for found in (_phrases(question), [match.group() for match in _ABOUT.finditer(question)]):
        if kept := [each for each in found if not (_is_time(each) or _ROLE.search(each))]:
            return kept
    return []


def _determined(stem: str) -> Iterator[str]:
    does = re.search(r"\b(?:did|does|do)\b", stem, re.IGNORECASE)
    reach = 0
    for match in _DETERMINED.finditer(stem):
        if match.start() < reach:
            continue
        phrase, reach = match.group(), match.end()
        while of := _TAKES_OF.match(stem, reach):
            tail = re.match(rf"(?:the |an? |its )?(?:(?!{_STOP}\b)[\w'’.&/-]+ ?)+", stem[of.end() :], re.IGNORECASE)
            if tail is None or periods(tail.group()):
                break
            phrase += f" {of['of']} {tail.group().rstrip()}"
            reach = of.end() + len(tail.group().rstrip())
        yield _without_verb(phrase, follows_do=bool(does and does.end() + 1 == match.start()))


def _without_verb(phrase: str, *, follows_do: bool) -> str:
    """The phrase without the verb that it ran into: `the cork forest burn`."""
    words = phrase.split()
    if len(words) <= 2:
        return phrase
    if not follows_do:
        return _VERB_END.sub("", phrase)
    return " ".join(words[: -2 if words[-1] in _PARTICLES and len(words) > 3 else -1])


def _is_definite(phrase: str) -> bool:
    return not phrase.lower().startswith(("a ", "an "))


def _is_time(phrase: str) -> bool:
    return (bool(periods(phrase)) and len(phrase.split()) <= 3) or phrase.lower() in (
        "the end",
        "the year",
        "the month",
        "the day",
        "the time",
    )


def _places() -> frozenset[str]:
    return frozenset(each.name.split(" (")[0] for each in posts().values())
