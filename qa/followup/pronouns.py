"""Pronouns, `there`, `then` and `that cable` in a follow-up -> what the talk before it says they mean."""

import re
from collections.abc import Sequence

from qa.followup.referents import Exchange, cable_of, event_of, people_of, place_of, thing_of, things_of, when_of
from qa.followup.words import AUX, WH, either

_CABLE = either(r"\b(?:that|this|the same) (?:cable|telegram|message|report|airgram|document|source)\b")
_THERE = either(
    r"(?<!is )(?<!are )(?<!was )(?<!were )\bthere(?=\W*$)", r"\b(?:was|were|is|are|else|been) there(?=\W*$)"
)
_THEN = either(
    r"\b(?P<when>(?:at|by|before|after|since|until) (?:that time|that date|then)|back then|"
    r"(?:in|during) (?:that|the same) (?:year|month|period)|on (?:that|the same) day)\b"
)
PRONOUN = either(
    r"\b(?P<him>he|him|his|she|her|hers)\b",
    r"\b(?P<them>they|them|their|theirs)\b",
    r"\b(?P<it>it|its)\b",
    r"(?<=\babout )(?P<that>this|that|these|those)(?=\W*$)",
    r"\b(?P<each>(?:each|some|any|one|all|both|most|none|which|how many) of (?:them|these|those))\b",
)
OF_A_CABLE = either(r"\b(?:say|says|signed|sent|classified|report|refer|dated|drafted|addressed|subject|tags)\b")
EXPLETIVE = either(
    r"\b(?:is|was|does|did|would|will|has|had) it (?:true|possible|known|clear|likely|said|the case|take(?! place)|"
    r"taken|been|mean|follow|matter|happen|the \w+ (?:who|that))",
    r"\bit (?:is|was|takes?|took) (?:that|who|\w+ (?:that|who|to|for))",
    r"\bhow long (?:does|did|would) it take|\bwhat (?:time|day) (?:is|was) it\b",
)
_NOUN = rf"(?!of\b|else\b|{AUX}\b|\w+ed\b|(?:made|took|led|paid|sent|gave|got|became|came|went|said|held)\b)[\w'’-]+"
_ANTECEDENT = either(
    r"\b(?:the|an?|whose|this|these|every|each|any|no) (?!of\b)[\w'’-]+",
    rf"\b(?:which|what|how much) {_NOUN}",
    r"['’]s \w+",
)
_COUNTED = either(rf"\bhow many {_NOUN}")
NAMED = re.compile(r"(?<!^)(?<![.?!] )\b(?!I\b)[A-Z][\w'’.-]+|\b\d{2}[A-Z]{3,}\d+\b")


def from_pronouns(core: str, talk: Sequence[Exchange]) -> str | None:
    """The same question with what its pronouns mean; None where one of them is not known."""
    text = core
    if match := _CABLE.search(text):
        if not (cable := cable_of(talk)):
            return None
        text = text[: match.start()] + cable + text[match.end() :]
    if (match := _THERE.search(text)) and (where := place_of(talk) or event_of(talk)):
        text = text[: match.end() - len("there")] + where + text[match.end() :]
    if (match := _THEN.search(text)) and not NAMED.search(text[: match.start()]) and (day := when_of(talk)):
        word = match["when"].split()[0].lower()
        text = (
            text[: match.start()]
            + (f"{word} {day}" if word in ("before", "after", "since", "until", "by") else _on(day))
            + text[match.end() :]
        )
    for match in reversed([*PRONOUN.finditer(text)]):
        if not _dangles(text, match):
            continue
        if (meant := meant_by(match, text, talk)) is None:
            return None
        text = text[: match.start()] + meant + text[match.end() :]
    return text if text != core else None


def _on(day: str) -> str:
    return day if re.match(r"(?:in|on|since|until|between|before|after|during)\b", day, re.I) else f"in {day}"


def _dangles(text: str, pronoun: re.Match[str]) -> bool:
    """Whether nothing in the question itself is what the pronoun means."""
    before, after = text[: pronoun.start()], text[pronoun.end() :]
    if pronoun["it"] and EXPLETIVE.search(text):
        return False
    named = _ANTECEDENT.search(before) or NAMED.search(f"{before[:1].lower()}{before[1:]}")
    if not named and not (pronoun["it"] is None and _COUNTED.search(before)):
        # `In his speech, what did Banzer say?`: a name may come after a possessive.
        possessive = pronoun.group().lower() in ("his", "her", "their", "its")
        return not (
            possessive
            and before.lower().startswith(("in ", "on ", "by ", "after ", "before ", "at "))
            and NAMED.search(after)
        )
    # `What did the minister say about it?`: the one who says is not what is spoken of.
    subject = re.match(
        rf"^(?:{WH}(?: else)?|how \w+) {AUX} (?:the |an? )?[\w'’-]+(?: [A-Z][\w'’-]+)* [a-z]+(?: [a-z]+)? $", before
    )
    return bool(subject and not after.strip(" ?.") and pronoun.group().lower() in ("it", "them", "him", "that", "this"))


def meant_by(pronoun: re.Match[str], text: str, talk: Sequence[Exchange]) -> str | None:
    """What a pronoun of the text means; None where the talk does not tell."""
    word = pronoun.group().lower()
    if pronoun["each"]:
        many = things_of(talk)
        return f"{word.rsplit(' ', 1)[0]} {many}" if many else None
    if pronoun["him"]:
        people = people_of(talk)
        meant = people[0] if people else None
        # `her` before a noun possesses.
        owns = word in ("his", "hers") or (word == "her" and bool(re.match(r" [a-z]", text[pronoun.end() :])))
    elif pronoun["them"]:
        meant, owns = things_of(talk) or thing_of(talk), word in ("their", "theirs")
    else:
        of_a_cable = cable_of(talk) if OF_A_CABLE.search(text) else None
        of_a_head = bool(talk[-1].cables) and talk[-1].answer.startswith(talk[-1].cables[0])
        meant, owns = (of_a_head and of_a_cable) or thing_of(talk) or of_a_cable, word == "its"
    if meant is None:
        return None
    return f"{meant}{'’' if meant.endswith('s') else '’s'}" if owns else meant
