"""A drafted sentence -> a statement that stands, or one that is withheld; and the source's own words beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from qa.cite import cite_as
from qa.entail import Entail, joined
from qa.orders import evidence
from qa.quote import quote_answer
from qa.records import Passage, Statement
from qa.verify import Verdict, judge

Settled = tuple[Statement, Verdict]


def settle(statement: Statement, sources: Sequence[Passage], question: str, entail: Entail | None = None) -> Settled:
    """The statement with its verdict; cited anew where another source carries what its own does not.

    Args:
        entail: the entailment model, where one is configured.
    """
    settled = check(statement, sources, question, entail)
    if settled[1].support != "unsupported":
        return settled
    for marker in range(1, len(sources) + 1):
        other = check(cite_as(statement.text, marker, sources, question), sources, question, entail)
        if other[1].support == "supported":
            return other
    return settled


def check(statement: Statement, sources: Sequence[Passage], question: str, entail: Entail | None = None) -> Settled:
    """The statement with the verdict of the rules, joined by the entailment model's on the words cited."""
    verdict = judge(statement, sources, question)
    if entail is not None and statement.citations:
        cited = " ".join(evidence(citation.quote, statement.text) for citation in statement.citations)
        support, reason = joined(verdict.support, entail(cited, statement.text))
        verdict = replace(verdict, support=support, reasons=(*verdict.reasons, reason) if reason else verdict.reasons)
    return replace(statement, support=verdict.support), verdict


def weakened(statement: Statement, verdict: Verdict, reason: str) -> Settled:
    """The same, only partly supported, and why."""
    return replace(statement, support="partly"), replace(verdict, support="partly", reasons=(*verdict.reasons, reason))


def parted(settled: Sequence[Settled]) -> tuple[tuple[Statement, ...], tuple[Statement, ...]]:
    """The statements that stand, and those that are withheld."""
    statements = [statement for statement, _ in settled]
    return (
        tuple(each for each in statements if each.support != "unsupported"),
        tuple(each for each in statements if each.support == "unsupported"),
    )


def quoted_from(marker: int, question: str, sources: Sequence[Passage], hint: str = "") -> tuple[Statement, ...]:
    """One source's own words: the stretch of it that is nearest to the question, and to a draft of its answer.

    However far off its words are, since it is known from elsewhere to answer.
    """
    only = [each if n == marker else replace(each, text="") for n, each in enumerate(sources, 1)]
    return quote_answer(question, only, hint, floor=-1.0)[:1]


def trace_of(settled: Sequence[Settled]) -> list[Mapping[str, object]]:
    """Each verdict with its reasons, for the trace."""
    return [
        {"text": statement.text, "support": verdict.support, "reasons": list(verdict.reasons)}
        for statement, verdict in settled
    ]
