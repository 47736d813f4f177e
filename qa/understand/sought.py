"""What kind of thing a question asks for, and where a text has things of that kind.

`How much …?` cannot be answered by a paragraph without an amount, `how long …?` not by one
without a span of time. Only kinds that can be seen in a text without reading it are told: a number, an
amount of money, a share, a day, a span of time. Any other question seeks `words`.
"""

import re
from typing import Literal

from qa.words import numbers

Sought = Literal["number", "money", "share", "day", "span", "words"]

_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_MONTH = rf"(?:{_MONTHS})[a-z]*\.?"
_COUNTED = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty"
    r"(?:-\w+)?|dozen|several|few|half|a|an|\d[\d.,/-]*)"
)
_PRICED = (
    "price|sum|amount|cost|fee|pay|salary|wages?|worth|value|loan|credit|subsidy|budget|fund(?:s|ing)?|grant|fine|debt|"
    "deficit|compensation|payment|money|dollars?"
)
_AMOUNT = (
    "price|sum|amount|costs?(?! (?:the|him|her|them)\\b)|fees?|salary|wages?|value|worth|subsidy|fine|debt|deficit|"
    "compensation|payment|pay(?! (?:the|him|her|them|for|to)\\b)"
)
"""What is an amount, where a loan, a fund or a budget may also be spoken of as such: `Which loan did they refuse?`"""
_AUXILIARY = "did|do|does|was|were|is|are|will|would|had|has|have|could|should|must|can|may|might"
_FIRST = re.compile(rf"\b(?:how|what|which|who|whom|whose|why|where|when(?= (?:{_AUXILIARY})\b))\b", re.IGNORECASE)
"""The word that asks; `when the envoy left, what …` asks what."""
_NEXT = re.compile(r"\band (?:\w+ )?(?:how|what|which|who|whom|whose|why|where|when)\b", re.IGNORECASE)
_ACCOUNT = re.compile(r"why\b|how\b(?! (?:many|much|long|soon|old|large|big|high|far)\b)", re.IGNORECASE)
_WHETHER = re.compile(rf"(?:^|, )(?:{_AUXILIARY})\b|\b(?:whether|or)\b", re.IGNORECASE)
_ASKED: tuple[tuple[Sought, str], ...] = (
    ("span", r"how (?:long|soon|old)\b|how many (?:hours|days|weeks|months|years)\b"),
    ("share", r"(?:what|which|how large a) (?:\w+ )?(?:percentage|per ?cent|share|proportion|interest rate)\b|"
              r"how much\b.*\bper ?cent|(?:what|which)\b.*\brate of interest\b"),
    ("money", rf"how (?:much|large|big|high)\b.*\b(?:{_PRICED}|pa(?:y|id)|sp(?:end|ent)|cost)\b|"
              rf"(?:what|which) (?:(?!(?:{_AUXILIARY})\b)[\w'’-]+ ){{0,3}}?(?:{_AMOUNT})\b(?! (?:of|for) (?:time|days))"
              r"|what (?:did|does|do|will|would) (?:[\w'’-]+ ){1,6}?cost\b|"
              r"what (?:is|was|were|are|will|would|should) (?:the|its|their|his|her) "
              rf"(?:[\w'’-]+ ){{0,3}}?(?:{_AMOUNT}|budget)\b"),
    ("number", r"how many\b|(?:what|which) (?:\w+ )?(?:number|quantity|total|range)\b|what (?:\w+ )?figures?\b|"
               r"how (?:much|large|big|high)\b|how far (?:is|was|are|were|away|apart|off|from|inland|out)\b|"
               r"(?:what|which) (?:[\w'’-]+ ){0,3}?rate\b"),
    ("day", r"when\b|(?:what|which) (?:\w+ )?(?:date|day|month|year|deadline)\b"),
)  # fmt: skip
_CURRENCIES = (
    "dols?|dollars?|cents?|pesos?|sucres?|soles|francs?|pounds?|sterling|marks?|dm|tenge|rupees?|lir[ae]s?|yen|escudos?|"
    "pesetas?|guilders?|florins?|sch?illings?|krone[rn]?|kronor|drachmas?|zlot[yi]s?|zlotych|forints?|ro?ubles?|dinars?|"
    "dirhams?|ri[ya]ls?|riels?|afghanis?|takas?|kyats?|bahts?|kips?|dongs?|won|yuan|ringgits?|rupiahs?|cruzeiros?|"
    "bolivianos?|bol[ií]vares|guaran[ií](?:e?s)?|quetzal(?:es)?|lempiras?|c[oó]rdobas?|colon(?:es)?|balboas?|gourdes?|"
    "leones?|cedis?|nairas?|kwachas?|rands?|birr|cfa|usd"
)
_MONEY = re.compile(rf"[$£€¥]|\b(?:{_CURRENCIES}|million|billion|thousand)\b", re.IGNORECASE)
_SOON = re.compile(r"\bhow soon\b", re.IGNORECASE)
_SHARE = re.compile(r"%|\bper ?cent(?:age)?\b|\bpct\b|\b(?:half|third|quarter|fifth)s?\b", re.IGNORECASE)
_DAY = re.compile(
    rf"\b{_MONTH}\s+\d{{1,4}}\b|\b\d{{1,2}}(?:st|nd|rd|th)\b|\b\d{{3,4}} ?(?:hours|hrs|z\b)|\b\d[\d:.]* ?[ap]\.?m\b|"
    r"\b(?:noon|midnight)\b|"
    rf"\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)?\s+{_MONTH}(?![a-z])|\b\d{{1,2}}/\d{{1,2}}\b|"
    rf"\b(?:19|20)\d\d\b|\b(?:{_MONTH}|(?:mon|tues|wednes|thurs|fri|satur|sun)day|today|yesterday|tomorrow)(?![a-z])|"
    r"\b(?:spring|summer|autumn|fall|winter|(?:next|last|this|coming) (?:week|month|year))\b",
    re.IGNORECASE,
)
_SPAN = re.compile(
    rf"\bsince\s+(?:\w+\s+){{0,2}}(?:(?:19|20)\d\d|{_MONTH})(?!\w)|"
    rf"\b{_COUNTED}[\s-]*(?:to[\s-]+{_COUNTED}[\s-]*)?(?:more\s+|additional\s+)?"
    r"(?:second|minute|hour|day|week|fortnight|month|year|decade|foot|feet|yard|mile|met(?:er|re)|kilomet(?:er|re))s?\b|"
    rf"\b(?:until|till|through)\s+(?:[\w']+\s+){{0,3}}?(?:\d|{_MONTH})",
    re.IGNORECASE,
)

_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b(?! (?:hours|hrs|men|women|people|troops|[a-z-]+s)\b)")
"""A year, and not `2000 rifles`."""
_AHEAD = re.compile(
    r"\b(?:expect|plan|schedul|forecast|foresee|foresaw|predict|project|propos|promis|intend|intent|target|due|will|would|"
    r"could|might|may|should|going to|by|until|for)",
    re.IGNORECASE,
)
"""What asks for something expected, which an earlier cable may tell."""


def sought_by(question: str) -> Sought:
    """The kind of thing that would answer the question: the first of them, where it asks for several."""
    asking = _FIRST.search(question)
    if asking is None:
        return "words"
    asked = _NEXT.split(question[asking.start() :])[0]
    return next((sought for sought, said in _ASKED if re.match(said, asked, re.IGNORECASE)), "words")


def asks_for_account(question: str) -> bool:
    """Whether a question asks why or how, or whether at all, rather than for a person, a thing, a place or a number."""
    asking = _FIRST.search(question)
    return asking is None or bool(_ACCOUNT.match(question, asking.start()))


def asks_whether(question: str) -> bool:
    """Whether a yes or a no answers a question, or one of the things that it names: `before or after the vote`."""
    return bool(_WHETHER.search(question))


def has_sought(sought: Sought, text: str, question: str) -> bool:
    """Whether the text has a thing of this kind that the question has not itself; always, where words are sought."""
    if sought == "words":
        return True
    if sought == "day":
        asked = {found.lower() for found in _DAY.findall(question)}
        return any(found.lower() not in asked for found in _DAY.findall(text))
    if sought == "span":
        return bool(_SPAN.search(text) or (_SOON.search(question) and _DAY.search(text)))
    if not (numbers(text) - numbers(question)):
        return False
    return {"money": _MONEY, "share": _SHARE, "number": re.compile("")}[sought].search(text) is not None


def could_answer(question: str, text: str, sent: str | None) -> bool:
    """Whether a text has what the question seeks, as far as can be seen, and was written late enough to have it."""
    # Of several things asked for, a text may have the other one.
    has = bool(_NEXT.search(question)) or has_sought(sought_by(question), text, question)
    return has and not _came_later(question, sent)


def _came_later(question: str, sent: str | None) -> bool:
    """Whether what is asked about came after the cable was sent, and nothing expected is asked for."""
    years = [int(year) for year in _YEAR.findall(question)]
    return bool(sent and years) and min(years) > int(str(sent)[:4]) and not _AHEAD.search(question)
