"""Whether a question asks for several things, and how many things a text sets side by side.

`Which three measures …?` is answered where measures are listed, more likely than where they are mentioned.
"""

import re

MANY = 3
"""Things side by side that make a list."""

_COUNT = r"(?P<two>two)|(?P<more>three|four|five|six|seven|eight|nine|ten|several)"
_LITTLE = r"(?:of|in|on|for|to|by|at|as|from|with|and|or|was|were|is|are|did|does|do|has|had|have)\b"
_PLURAL = r"(?-i:[a-z])[\w'’-]+(?<![suix'’])s\b"
_ASKS = re.compile(
    rf"\b(?:what|which|(?:name|list|were) the)\s+(?:{_COUNT})\s+\w+|"
    # Not `on what terms`, which asks how; not `the ship at which fighters shot`, which does not ask.
    rf"(?<!\bon )(?<!\bunder )(?<!\w (?:at|in|of|to) )\b(?:what|which)\s+"
    rf"(?:(?!{_LITTLE})[\w'’-]+\s+){{0,3}}?(?!{_LITTLE}){_PLURAL}|"
    r"\b(?:name|list) (?:the|all)\b|\bwho (?:all|were|accompanied|attended|sat|took part)\b",
    re.IGNORECASE,
)
_MARKED = re.compile(r"(?:^|\s)(?:--+|-(?=\s)|\*|\([a-z1-9]\)|[a-z1-9]\)|[A-H]\.)\s*\S", re.IGNORECASE)
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3})")
_CLAUSE = re.compile(r"[.;:?!](?:\s|$)")
_COMMA = re.compile(r",\s+(?:and\s+)?|\s+and\s+", re.IGNORECASE)
_SENTENCE = re.compile(r"[.?!]\s")
_SHORT = 6
"""Words that an item between commas has at most."""


def asks_for_list(question: str) -> int:
    """How many things of a kind a question asks for at least, as far as its wording tells: 0, 2 or 3."""
    asks = _ASKS.search(question)
    return 0 if asks is None else 2 if asks["two"] else MANY


def says_how_many(question: str) -> bool:
    """Whether a question that asks for several things counts them: `which three measures`, not `which measures`."""
    asks = _ASKS.search(question)
    return asks is not None and bool(asks["two"] or asks["more"])


def items_in(text: str) -> int:
    """How many things the text sets side by side: marked, or between semicolons, or between commas; the most of them.

    One, where it does not.
    """
    text = _THOUSANDS.sub("", text)
    parted = max(sentence.count(";") + 1 for sentence in _SENTENCE.split(text))
    return max(len(_MARKED.findall(text)), parted, *(_longest_run(clause) for clause in _CLAUSE.split(text)))


def _longest_run(clause: str) -> int:
    """The most short pieces in a row between the clause's commas."""
    longest = run = 0
    for piece in _COMMA.split(clause):
        run = run + 1 if 0 < len(piece.split()) <= _SHORT else 0
        longest = max(longest, run)
    return longest
