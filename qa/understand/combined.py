"""A condition on cables that a question states, and what the words between make of several.

`not from Lima` turns one round, and `tagged EAID and ETRD` wants both.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from qa.records import Clue, Filters

_TELLS = (
    r"\b(?:mention|discuss|describ|quot|nam(?:e|es|ing)\b|contain|say(?:s|ing)?\b|refer|sp(?:eak|oke)|tells?\b|talk|touch|"
    r"deal|report|br(?:ing|ought)|mak(?:e|es|ing)\b)"
)
TOLD_OF = re.compile(_TELLS, re.IGNORECASE)
"""What announces words that a paragraph must have; elsewhere a header may show what a cable is about."""
_TELLING_OF = re.compile(rf"{_TELLS}\w*(?: (?:of|about|on|to|up))* ?$", re.IGNORECASE)

_NOT = re.compile(
    r"\b(?:not|n['’]t|never|neither|other than|except(?:ing| for)?|exclud(?:e|es|ing)|but not|besides|apart from"
    r"|outside|without|lacks?|lacking|leaving|ignoring|no)\b(?: [\w'’-]+){0,3}? ?$|n['’]t(?: [\w'’-]+){0,3}? ?$",
    re.IGNORECASE,
)
"""What turns a condition round that follows within a few words: `did not originate in La Paz`."""

_ACTING = ("signer", "post")
_NOT_DOING = re.compile(r"\b(?:not|never) (?:sign|send)\b", re.IGNORECASE)
_NOT_SIGN = re.compile(r" (?:(?:did|does|do|has|have) )?(?:not|never) (?:sign|send)\b", re.IGNORECASE)
_AND = re.compile(r"(?:,| or| nor| and|, or|, and) (?:the )?", re.IGNORECASE)
_SEVERAL_AT_ONCE = ("tag", "caption")
"""Kinds of which a cable may have several; an `and` between addressees may as well mean either."""
_CHAIN = re.compile(
    r"(?: \([^()]*\))?(?:,|,? (?:and|plus|as well as|together with)(?: also)?)(?: (?:the|tagged|captioned))* ",
    re.IGNORECASE,
)
_BOTH = re.compile(r"\bboth (?:the )?$", re.IGNORECASE)
_WITH_ALL = re.compile(
    r"\b(?:tagged|tags?|captioned|captions?|with|under|marked|carr\w+|bear\w*|ha(?:s|ve|ving)|both|as|for|on|about)"
    r"(?: (?:both|the|as|with|TAGS?|tags?|captions?))*:? $",
    re.IGNORECASE,
)
"""What a cable is to have both of: `tagged EAID and ETRD`; the EXDIS and NODIS cables are of either kind."""
_ALL_OF_THEM = re.compile(r"\b(?:and|plus|as well as|together with)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Condition:
    """A clue, and where in the question it stands.

    What the cables must be besides is in `also`, what they must not be in `excluded`: the clue says it, and its filters
    do not have it.
    """

    start: int
    end: int
    clue: Clue
    excluded: Filters | None = None
    also: tuple[Filters, ...] = ()
    plain: bool = False
    """Said of the cables, wherever it stands: a day, a reference, `from Lima`."""


def turned(question: str, each: Condition, found: Iterable[Condition]) -> Condition:
    """The condition turned round, where the question says that the cables are not so."""
    # What stands before another condition speaks of that one.
    before = max((one for one in found if one.end <= each.start), key=lambda one: one.end, default=None)
    after = before.end if before else 0
    said = _NOT.search(question[after : each.start])
    if said and _TELLING_OF.search(said.group()):
        return each  # what is not mentioned may be a name
    listed = before is not None and before.excluded and _AND.fullmatch(question[after : each.start])
    if said and each.clue.kind not in _ACTING and _NOT_DOING.search(said.group()):
        said = None  # `did Boeker not sign in 1974`: it is Boeker who is excluded
    behind = _NOT_SIGN.match(question, each.end) if each.clue.kind in _ACTING else None
    if behind:
        each = replace(each, end=behind.end())
    elif said is None and not listed:
        return each
    start = after + said.start() if said else each.start
    # What was excluded is now wanted: `not bearing a caption`.
    clue = replace(
        each.clue, value=f"not {each.clue.value}", text=question[start : each.end], filters=each.excluded or Filters()
    )
    return Condition(start, each.end, clue, excluded=None if each.excluded else each.clue.filters)


def held_together(question: str, found: Sequence[Condition]) -> list[Condition]:
    """The same, what a cable can have several of made one where it is to have them all: `tagged EAID and ETRD`."""
    together, chains = list[Condition](), list[list[Condition]]()
    for each in found:
        if chains and _goes_on(question, chains[-1][-1], each):
            chains[-1].append(each)
        else:
            chains.append([each])
    for chain in chains:
        first, *others = chain
        of_all = _WITH_ALL if first.clue.kind in _SEVERAL_AT_ONCE else _BOTH
        if (
            not others
            or not of_all.search(question[: first.start])
            or not _ALL_OF_THEM.search(question[chain[-2].end : chain[-1].start])
        ):
            together += chain
            continue
        value = " and ".join(each.clue.value for each in chain)
        clue = replace(first.clue, text=question[first.start : chain[-1].end], value=value)
        also = tuple(each.clue.filters for each in others)
        together.append(Condition(first.start, chain[-1].end, clue, also=also))
    return together


def _goes_on(question: str, last: Condition, each: Condition) -> bool:
    """Whether the two are of a kind of which a cable may have several, one after the other."""
    return (
        last.clue.kind == each.clue.kind
        and each.clue.kind in (*_SEVERAL_AT_ONCE, "addressee")
        and not (each.excluded or last.excluded)
        and bool(_CHAIN.fullmatch(question[last.end : each.start]))
    )
