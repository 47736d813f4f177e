"""Questions that leave words out: `why?`, `and in 1975?`, `what about Peru?`, `the second one?`, `who else?`"""

import re
from collections.abc import Sequence

from qa.followup.pronouns import NAMED, PRONOUN, meant_by
from qa.followup.referents import Exchange, thing_of, things_of, when_of
from qa.followup.swap import swapped_in
from qa.followup.words import AUX, WH, either

_BARE = either(
    r"^(?P<wh>why not|why|when|where|how|who|whom|what for|in (?:what|which) year|on what date|which ones?|"
    r"(?:by|to|with|for|from|against|of) (?:whom|what|which|how much|how many)|since when|until when|"
    r"how (?:many|much|long|often|far|so|big|large))"
    r"(?: exactly| precisely| then| so| (?:was|is) (?:that|it|this)|"
    r" (?:did|does|do|was|is) (?:he|she|they|it|that|this) "
    r"(?:say|do|report|happen|claim|ask|think|believe)(?: it| that| so| this)?)?\W*$"
)
_ELSE = either(r"^(?P<wh>who|what|where|anyone|anybody|anything) else\W*$", r"^which others?\W*$")
_MORE = either(
    r"^(?:(?:tell|say|give|show) (?:me |us )?)?(?:some |any )?(?:more|further)"
    r"(?: details?| information| about (?:it|that|this|them))?(?: please)?\W*$",
    r"^(?:please )?(?:go on|continue|elaborate|explain(?: (?:it|that|this))?)(?: please)?\W*$",
    r"^(?:any )?details\W*$",
)
_FRAGMENT = either(
    r"^(?:in|on|at|from|since|until|till|before|after|during|for|by|between|under|within|around|about|to|with|of)\b",
    r"^(?:the|early|late|mid)\b",
)
_THOSE = either(r"^(?:the )?(?:those|ones) (?=(?:of|from|in|at|by|for|to) )")
"""`And those of Colombo?` is `And of Colombo?`"""
_ORDINALS = {"first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "last": -1, "other": 1}
_ORDINAL = either(
    r"\bthe (?P<which>first|second|third|fourth|fifth|last|other)"
    r"(?: (?:one|of (?:them|these|those)|cable|telegram|message|report))?(?=\W*$)",
    r"\bthe (?P<one>first|second|third|fourth|fifth|last|other) "
    r"(?:one|of (?:them|these|those)|cable|telegram)\b(?! (?:that|which|from|to|of)\b)",
)
_AFTER = either(
    r"^(?:what (?:happened|came|followed) )?(?:(?P<which>before|after|since) (?:that|then|this|it)|afterwards?|later|"
    r"next|then)\W*$"
)
_CLAUSE = either(rf"\b(?:{WH}|{AUX})\b")
_MOST_FRAGMENT = 7
"""Words that a fragment may have."""


def from_bare(core: str, talk: Sequence[Exchange]) -> str | None:
    """`Why?`, `By whom?`, `Who else?`, `More.`"""
    last = talk[-1]
    if _MORE.match(core):
        topic = thing_of(talk) or things_of(talk)
        return f"What more do the cables say about {topic}" if topic else None
    if match := _ELSE.match(core):
        return _else((match["wh"] or "which").lower(), last.question)
    if match := _BARE.match(core):
        return _asked_anew(match["wh"], last)
    return None


def _asked_anew(wh: str, last: Exchange) -> str | None:
    """The last question with another question word, or with one more: `Why did it end?`, `Who ended it, and why?`"""
    wh = {"why not": "why", "how so": "how", "what for": "why"}.get(wh.lower(), wh.lower())
    stem = last.question.rstrip(" ?.")
    opening = re.match(
        rf"^(?P<wh>which|what|how many) (?P<noun>(?!{AUX}\b).+?) (?P<rest>{AUX} .+)$", stem, re.IGNORECASE
    )
    if wh in ("how many", "which one", "which ones"):
        asked = "how many" if wh == "how many" else "which"
        return f"{asked} {opening['noun']} {opening['rest']}" if opening and opening["wh"].lower() != asked else None
    plain = re.match(rf"^(?:(?:when|where|why|how) )?(?P<rest>{AUX}(?:n['’]t)? .+)$", stem, re.IGNORECASE)
    if plain:
        return f"{wh} {plain['rest'][0].lower()}{plain['rest'][1:]}"
    return f"{stem}, and {wh}"


def _else(wh: str, question: str) -> str | None:
    """`Who else?` after `Who chaired the forum?` is `Who else chaired the forum?`"""
    match = re.match(
        r"^(?P<wh>who|whom|what|where|which [\w-]+|(?:in |at |on |to )?(?:what|which)) (?P<rest>.+)$", question, re.I
    )
    if match is None:
        return None
    asked = {"anyone": "who", "anybody": "who", "anything": "what"}.get(wh, wh)
    opening = match["wh"] if asked.startswith("which") or asked == match["wh"].lower() else asked
    return f"{opening} else {match['rest']}"


def from_fragment(core: str, talk: Sequence[Exchange], *, opened: bool, about: bool) -> str | None:
    """`In 1975?`, `And Peru?`, `What about the minister?`: the last question, asked of something else."""
    bare = _THOSE.sub("", core.rstrip(" ?.!"))
    if match := _AFTER.match(core):
        meant = when_of(talk[-1:], in_answer=False) or thing_of(talk[-1:]) or when_of(talk)
        return f"What happened {(match['which'] or 'after').lower()} {meant}" if meant else None
    if not re.search(r"\w", bare) or _CLAUSE.search(bare) or len(bare.split()) > _MOST_FRAGMENT:
        return None
    if PRONOUN.fullmatch(bare):
        return None
    if not (about or opened or (core.rstrip().endswith("?") and (_FRAGMENT.match(bare) or NAMED.search(f". {bare}")))):
        return None
    if pronoun := PRONOUN.search(bare):
        meant = meant_by(pronoun, bare, talk)
        bare = f"{bare[: pronoun.start()]}{meant}{bare[pronoun.end() :]}" if meant else bare
    return swapped_in(bare, talk[-1].question, forced=about or opened)


def from_ordinal(core: str, talk: Sequence[Exchange]) -> str | None:
    """`And the second one?`: the other one of a list, or the last question asked of the next."""
    match = _ORDINAL.search(core)
    if match is None:
        return None
    which, last = (match["which"] or match["one"]).lower(), talk[-1]
    if last.chosen is not None and which == "last":
        return None  # of a long list only the first are told
    earlier = re.search(r"\bthe (first|second|third|fourth|fifth|last)\b", last.question, re.IGNORECASE)
    alone = not _CLAUSE.search(core)
    if alone and earlier and which != "other":
        return last.question[: earlier.start(1)] + which + last.question[earlier.end(1) :]
    place = _ORDINALS[which]
    if len(last.cables) < 2 or place >= len(last.cables):
        return None
    named = last.cables[place]
    if alone:
        held = next((each for each in last.cables if each in last.question), None)
        return last.question.replace(held, named) if held else f"What does {named} say"
    return core[: match.start()] + named + core[match.end() :]
