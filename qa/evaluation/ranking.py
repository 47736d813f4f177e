"""Measures of the passages found, computed by ir-measures (the trec_eval definitions)."""

from collections.abc import Collection, Sequence

from qa.evaluation.places import place_of
from qa.evaluation.questions import WHOLE, GoldQuestion, Place
from qa.records import Passage

RANKING = ("recall@1", "recall@5", "recall@10", "recall@20", "MRR", "nDCG@10")

DEPTH = 20
"""Passages looked at: what recall@20 asks for."""

CABLE_DEPTH = 100
"""The same where whole cables are ranked, each by its best passage: several may be of one cable."""


def depth_of(gold: GoldQuestion) -> int:
    """How many passages must be found to measure this question."""
    return CABLE_DEPTH if gold.cites_whole_cables else DEPTH


def ranking(gold: GoldQuestion, passages: Sequence[Passage], numbered: Collection[str] = ()) -> dict[str, float]:
    """Recall, MRR and nDCG of the gold places among the passages; nothing where there are no gold places."""
    if not gold.citations:
        return {}
    import ir_measures
    from ir_measures import RR, R, nDCG

    names = {R @ 1: "recall@1", R @ 5: "recall@5", R @ 10: "recall@10", R @ 20: "recall@20", RR: "MRR"}
    names[nDCG @ 10] = "nDCG@10"
    qrels = [ir_measures.Qrel("q", "/".join(place), gold.grades.get(place, 1)) for place in gold.citations]
    places = _places_in_order(gold, passages, numbered)
    run = [ir_measures.ScoredDoc("q", "/".join(place), -float(rank)) for rank, place in enumerate(places)]
    found = {names[each.measure]: each.value for each in ir_measures.iter_calc(list(names), qrels, run)} if run else {}
    return {name: float(found.get(name, 0.0)) for name in RANKING}


def _places_in_order(gold: GoldQuestion, passages: Sequence[Passage], numbered: Collection[str]) -> list[Place]:
    """Each place once, at its best rank: two paragraphs printed with one number are one gold place."""
    whole = {cable_id for cable_id, paragraph in gold.citations if paragraph == WHOLE}
    places = [
        (each.cable_id, WHOLE) if gold.cites_whole_cables or each.cable_id in whole else place_of(each, numbered)
        for each in sorted(passages, key=lambda each: each.rank)
    ]
    return list(dict.fromkeys(places))
