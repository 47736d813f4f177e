"""A statement against its evidence, mark by mark: figures, counts, names, denials, directions, turns of time, voice.

Each function tells, in plain words, what the statement has that the evidence has not, or has the other way round.
"""

import re
from collections.abc import Iterator

from index.sentences import sentence_spans
from qa.words import figures, in_full, key_words, names, numbers

ALIKE = 5
"""Letters that two words must share from their first on to be alike: Bolivian and Bolivia, Peruvian and Peru's."""


_NOT = re.compile(
    r"\b(?:not(?! (?:only|just|merely)\b)|never(?! before\b)|no longer|without|cannot|n['’]t)\b|(?<=\w)n['’]t\b",
    re.IGNORECASE,
)
"""What happened `never before` has happened now."""
_WRITER = frozenset("us usa usg american americans america united states u.s".split())
"""Whoever writes a cable writes for the United States, named or not."""
_DENIED_WORDS = 3
"""Words after a negation that it may deny."""
_TURNS = frozenset("first last only again later earlier previously finally".split())
"""What sets one thing before, after or above others."""
_QUOTED = re.compile(r"[\"“][^\"”]*[\"”]")
_SPEAKS_AS_WRITER = re.compile(
    r"\b(?:[Ww]e|[Oo]urs?|us|[Mm]y|me)\b|"
    r"\bI (?:am|was|have|had|would|will|shall|can|could|may|do|did|see|saw|met|said|told|asked|called|think|thought|"
    r"feel|felt|understand|understood|believed?|expect(?:ed)?|hoped?|suggest(?:ed)?|request(?:ed)?|recommend(?:ed)?|"
    r"proposed?|agreed?|appreciated?)\b"
)
"""The verbs, since `Title I wheat` is not the writer."""
_LETTERS = re.compile(r"\b[A-H](?:, (?:and )?[A-H]\b)+")
_ON_CONDITION = re.compile(
    r"(?:^|[.,;:]\s+|\bthat\s+)(?:if|unless)\b(?!\s+(?:any|not|possible|necessary|so)\b)", re.IGNORECASE
)
_HEDGED = re.compile(
    r"\b(?:if|unless|would|could|may|might|whether|should|conditions?|provided|case|until|as long|depend\w*)\b",
    re.IGNORECASE,
)
_HEARSAY = re.compile(
    r"\b(?:(?:reported|alleged|supposed|purported)ly|rumou?r(?:ed|s)?|unconfirmed|"
    r"what (?:he|she|they|it) (?:termed|called))\b",
    re.IGNORECASE,
)
_OWNED = re.compile(
    r"\b(?:report|alleg|suppos|purport|rumou?r|claim|term|call|believ|accus|charg)\w*|"
    r"\b(?:said|says?|told|according|unconfirmed)\b",
    re.IGNORECASE,
)
"""What leaves to others what they say."""
_WAY = re.compile(r"\b(from|to) (?:the )?((?:[A-Z][\w'’-]+ ?)+)")
_OTHER_WAY = {"from": "to", "to": "from"}


def words_of(text: str) -> set[str]:
    """Stems of a text's words, acronyms in full as well."""
    return set(key_words(text)) | set(key_words(in_full(text)))


def missing_figures(statement: str, evidence: str) -> Iterator[str]:
    """Figures that the evidence does not have in any form."""
    there = numbers(evidence)
    for printed, forms in figures(statement).items():
        if not forms & there:
            yield f"{printed} is not in the source"


def missing_counts(statement: str, evidence: str) -> Iterator[str]:
    """Numbers in words are often counts that a writer made: three reasons, two ministers."""
    there = numbers(evidence)
    digits = set().union(*figures(statement).values())
    yield from sorted(each for each in numbers(statement) - there - digits if each != "1")


def missing_names(statement: str, evidence: str) -> Iterator[tuple[str, str]]:
    """Names that the evidence does not have, each with what to tell of it."""
    there = words_of(evidence) | {word.lower() for word in re.findall(r"\w+", evidence)}
    openings = {word[:ALIKE] for word in there}
    for name in names(statement):
        word = name.lower()
        known = word in _WRITER or word in there or word[:ALIKE] in openings or set(key_words(name)) & there
        if not known:
            yield name, f"{name} is not named in the source"


def turned_round(statement: str, evidence: str) -> Iterator[str]:
    """What the source only denies and the statement affirms, or the other way round."""
    denied, affirmed = _denied(evidence)
    said_not, said = _denied(statement)
    for word in sorted((said & denied) - affirmed - said_not):
        yield f"the source denies what is said with “{word}”"
    for word in sorted((said_not & affirmed) - denied - said):
        yield f"the source affirms what is denied with “{word}”"


def _denied(text: str) -> tuple[set[str], set[str]]:
    """Stems that stand right after a negation, and those that do not."""
    denied: set[str] = set()
    rest = text
    for match in _NOT.finditer(text):
        after = re.match(rf"\W*(?:\w+\W+){{0,{_DENIED_WORDS - 1}}}\w+", text[match.end() :])
        if after:
            # The first word with a meaning is what is denied; further words may be its objects.
            denied.update(key_words(after.group())[:1])
            rest = rest.replace(after.group(), " ", 1)
    return denied, set(key_words(rest))


def missing_turns(statement: str, evidence: str) -> Iterator[str]:
    """`first`, `later`, `only`: what a question says is easily taken over, and says much."""
    there = set(re.findall(r"\w+", evidence.lower()))
    for word in sorted(_TURNS & set(re.findall(r"\w+", statement.lower())) - there):
        yield f"the source does not say “{word}”"


def led_astray(statement: str, evidence: str) -> Iterator[str]:
    """`from Lima` where the evidence has only `to Lima`, or the other way round."""
    for way, name in _WAY.findall(statement):
        ways = set(re.findall(rf"\b(from|to) (?:the )?{re.escape(name.strip())}\b", evidence.lower(), re.IGNORECASE))
        if ways == {_OTHER_WAY[way]}:
            yield f"the source has it {_OTHER_WAY[way]} {name.strip()}"


def other_voice(statement: str, quote: str) -> Iterator[str]:
    """Where the words are there, and what is said with them is not: the writer's voice, a condition, hearsay, a doubt.

    Args:
        quote: the words of the source that carry the statement best.
    """
    if _SPEAKS_AS_WRITER.search(_QUOTED.sub("", statement)):
        yield "it speaks as the writer of the cable does"
    if _LETTERS.search(statement):
        yield "its letters stand for what the source lists"
    if _ON_CONDITION.search(quote) and not _HEDGED.search(statement):
        yield "the source says so on a condition"
    if _HEARSAY.search(quote) and not _OWNED.search(statement):
        yield "the source has it only from others"
    asked = [quote[start:end].rstrip().endswith("?") for start, end in sentence_spans(quote)]
    if asked and all(asked):
        yield "the source only asks"
