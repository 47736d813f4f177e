"""Search: what was understood narrows and lifts, filters hold exactly, copies are shown once, a reranker reorders."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.catalog import Catalog
from index.conditions import to_conditions
from index.errors import EncoderError
from index.records import Cable
from index.settings import Settings
from index.terms import TermStore
from qa.assistant import Assistant, open_assistant
from qa.expand import other_words
from qa.records import Filters, FoundBy
from qa.rerank import open_cross_encoder
from qa.retrieve import CABLE_WEIGHT, DENSE_WEIGHT, fuse
from qa.understand import understand

Ask = Callable[..., Assistant]
Index = Callable[..., Any]

POSTS = ("LA PAZ", "LIMA", "ASTANA")
LEVELS = ("UNCLAS", "C O N F I D E N T I A L", "S E C R E T")
TAGS = ("PHUM, BL", "EAID, PE", "PHUM, EAID, KZ")
SIGNERS = ("BOEKER", "BREWIN", "ORDWAY")
REPEATED = "The minister of mines told us on the telephone that the strike of the tin miners would end within the week."

TEXT = """R {day:%d}1200Z {month} {day:%y}
FM AMEMBASSY {post}
TO SECSTATE WASHDC
INFO AMEMBASSY {info}

{level} {post} {number}

{caption}
E.O. 12065: N/A
TAGS: {tags}
SUBJECT: TIN STRIKE NUMBER {number}

1. The tin miners of district {number} went on strike.

2. {second}

{signer}
"""


def a_cable(number: int, **given_: Any) -> str:
    day = date(1974, 1, 15) + timedelta(days=31 * number)
    values = {
        "day": day,
        "month": f"{day:%b}".upper(),
        "post": POSTS[number % 3],
        "info": POSTS[(number + 1) % 3],
        "level": LEVELS[number % 3],
        "caption": "EXDIS" if number % 2 else "",
        "tags": TAGS[(number // 2) % 3],
        "signer": SIGNERS[(number // 3) % 3],
        "number": number,
        "second": f"Bread cost {number} pesos.",
    }
    return TEXT.format(**(values | given_))


@pytest.fixture
def archive(tmp_path: Path, index_files: Index) -> Path:
    folder = tmp_path / "cables"
    folder.mkdir()
    for number in range(1, 13):
        second = REPEATED if number in (3, 6) else f"Bread cost {number} pesos."
        (folder / f"{number}.txt").write_text(a_cable(number, second=second))
    index_files(folder)
    return folder


def cables_of(assistant: Assistant, question: str, **given_: Any) -> set[str]:
    return {passage.cable_id for passage in assistant.search(question, top_k=50, **given_)}


@pytest.mark.parametrize(
    ("question", "cable_ids"),
    [
        ("What did the miners do in March 1974?", {"74ASTANA2"}),
        ("cables from Lima on the tin miners", {"74LIMA1", "74LIMA4", "74LIMA7", "74LIMA10"}),
        ("Which SECRET cables speak of a strike?", {"74ASTANA2", "74ASTANA5", "74ASTANA8", "74ASTANA11"}),
        ("Which cables signed by Ordway speak of the strike?", {"74LAPAZ6", "74LIMA7", "74ASTANA8"}),
        ("strike cables tagged KZ", {"74LIMA4", "74ASTANA5", "74LIMA10", "74ASTANA11"}),
        ("EXDIS cables from La Paz about tin", {"74LAPAZ3", "74LAPAZ9"}),
    ],
)
def test_a_firm_clue_narrows_the_search(archive: Path, ask_with: Ask, question: str, cable_ids: set[str]) -> None:
    assistant = ask_with()
    assert cables_of(assistant, question) == cable_ids
    assert not assistant.search(question).widened


def test_a_clue_that_leads_nowhere_is_let_go_and_said(archive: Path, ask_with: Ask) -> None:
    assistant = ask_with()
    found = assistant.search("What did the tin miners do in 1932?")
    assert found.widened and len(found) > 0
    assert "1932" in (assistant.ask("What did the tin miners do in 1932?").notice or "")


def test_a_clue_that_is_removed_counts_no_more(archive: Path, ask_with: Ask) -> None:
    assistant = ask_with()
    question = "What did the miners do in March 1974?"
    assert cables_of(assistant, question) < cables_of(assistant, question, ignore=["March 1974"])


def test_what_a_person_sets_is_never_widened(archive: Path, ask_with: Ask) -> None:
    assistant = ask_with()
    assert cables_of(assistant, "bread in 1974", filters=Filters(since=date(1980, 1, 1))) == set()


def test_paragraphs_that_say_the_same_are_shown_once(archive: Path, ask_with: Ask) -> None:
    found = ask_with().search("minister of mines telephone strike end within the week", top_k=20)
    said = [passage for passage in found if passage.text == REPEATED]
    assert [(passage.cable_id, passage.also_in) for passage in said] in (
        [("74LAPAZ3", ("74LAPAZ6",))],
        [("74LAPAZ6", ("74LAPAZ3",))],
    )


WITHOUT_A_YEAR = (
    "{post} {n}", "{post}-{n}", "{post} no. {n}", "{post}'s cable {n}", "{post} #{n}",
    "Embassy {post} {n}", "telegram {n} from {post}", "cable no. {n} of {post}",
)  # fmt: skip


@st.composite
def spelt_ids(draw: st.DrawFn) -> tuple[str, str]:
    """A cable of the archive, and its id as someone may write it."""
    number = draw(st.integers(1, 12))
    post = POSTS[number % 3]
    cable_id = f"{74 if number < 12 else 75}{post.replace(' ', '')}{number}"
    written = draw(st.sampled_from((post, post.replace(" ", ""), post.title(), post.lower())))
    digits = draw(st.sampled_from(("", "0", "000"))) + str(number)
    year = draw(st.sampled_from(("", cable_id[:2], f"19{cable_id[:2]}", f"'{cable_id[:2]}")))
    if not year:
        called = draw(st.sampled_from(WITHOUT_A_YEAR))
        return cable_id, called.format(post=written, n=digits)
    gap = draw(st.sampled_from((" ", "", "-", "/")))
    return cable_id, gap.join((year, written if gap else written.replace(" ", ""), digits))


def test_an_id_in_any_spelling_finds_its_cable_first(archive: Path, ask_with: Ask) -> None:
    assistant = ask_with()
    questions = (
        "{}",
        "What does {} say?",
        "bread pesos in March 1974, see {}.",
        "WHAT OF THE STRIKE ({})",
        "{}: bread?",
    )

    @settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
    @given(spelt_ids(), st.sampled_from(questions))
    def check(spelt: tuple[str, str], question: str) -> None:
        cable_id, words = spelt
        assert assistant.search(question.format(words), top_k=3)[0].cable_id == cable_id

    check()


@pytest.mark.parametrize(
    ("question", "cable_ids"),
    [
        ("What do La Paz 3 and 6 say?", ("74LAPAZ3", "74LAPAZ6")),
        ("Lima 1, 4 and 7", ("74LIMA1", "74LIMA4", "74LIMA7")),
        ("74LAPAZ3 and Astana 2 of 1974", ("74LAPAZ3", "74ASTANA2")),
        ("telegram 9 of 1974 from La Paz", ("74LAPAZ9",)),
        ("Were 3 of 12 miners in La Paz hurt?", ()),
        ("In 1974 La Paz sent 9 cables", ()),
        ("La Paz 8.5 percent", ()),
        ("Lima 3", ()),
    ],
)
def test_ids_are_read_beside_their_posts_only(
    archive: Path, ask_with: Ask, question: str, cable_ids: tuple[str, ...]
) -> None:
    assert understand(question, ask_with().catalog).cable_ids == cable_ids


DAYS = st.none() | st.dates(date(1974, 1, 1), date(1975, 3, 1))
FILTERS = st.builds(
    Filters,
    since=DAYS,
    until=DAYS,
    posts=st.sets(st.sampled_from(("LAPAZ", "LIMA", "ASTANA", "PARIS"))).map(tuple),
    countries=st.sets(st.sampled_from(("BL", "PE", "KZ"))).map(tuple),
    tags=st.sets(st.sampled_from(("PHUM", "EAID", "BL"))).map(tuple),
    classifications=st.sets(st.sampled_from(("UNCLASSIFIED", "SECRET"))).map(tuple),
    captions=st.sets(st.sampled_from(("EXDIS", "NODIS"))).map(tuple),
    signers=st.sets(st.sampled_from(SIGNERS)).map(tuple),
    addressees=st.sets(st.sampled_from(("LIMA", "STATE", "LAPAZ"))).map(tuple),
    cables=st.sets(st.sampled_from(("74LAPAZ3", "74LIMA4", "74LIMA7"))).map(tuple),
)


def passes(cable: Cable, filters: Filters) -> bool:
    """The filters' meaning, spelt out over a whole cable."""
    header = cable.header
    assert header.sent is not None
    day = header.sent.date()
    sent_to = [each.name.removeprefix("AMEMBASSY ").replace(" ", "") for each in (*header.to, *header.info)]
    addressees = {"STATE" if name.startswith("SECSTATE") else name for name in sent_to}
    country = {"LAPAZ": "BL", "LIMA": "PE", "ASTANA": "KZ"}[header.origin]
    return all(
        (
            filters.since is None or filters.since <= day,
            filters.until is None or day <= filters.until,
            not filters.posts or header.origin in filters.posts,
            not filters.countries or {country, *header.tags} & set(filters.countries),
            not filters.tags or set(header.tags) & set(filters.tags),
            not filters.classifications or header.classification in filters.classifications,
            not filters.captions or set(header.captions) & set(filters.captions),
            not filters.signers or header.signer in filters.signers,
            not filters.addressees or addressees & set(filters.addressees),
            not filters.cables or cable.cable_id in filters.cables,
        )
    )


def test_filters_select_what_a_look_at_every_cable_selects(archive: Path, ask_with: Ask) -> None:
    """In the catalog, in Tantivy, and in the search as a whole."""
    assistant = ask_with()
    catalog: Catalog = assistant.catalog
    terms: TermStore = assistant._stores.terms
    by_chunk = {chunk: cable_id for cable_id, chunks in catalog.chunks_by_cable().items() for chunk in chunks}
    cables = [cable for cable_id in set(by_chunk.values()) if (cable := catalog.get(cable_id))]

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(FILTERS)
    def check(filters: Filters) -> None:
        expected = {cable.cable_id for cable in cables if passes(cable, filters)}
        conditions = filters.conditions()
        assert {by_chunk[chunk] for chunk in catalog.select(conditions)} == expected
        assert {by_chunk[chunk] for chunk in terms.search("tin strike", 100, conditions)} == expected
        assert {by_chunk[chunk] for chunk in terms.search_cables("tin strike", 100, conditions)} == expected
        if filters:
            assert cables_of(assistant, "tin strike", filters=filters) == expected

    check()
    assert catalog.select(to_conditions()) == set(by_chunk)


def test_a_broad_filter_loses_nothing_that_shares_words(
    archive: Path, ask_with: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where too many chunks pass to compare them all, the search still finds what is inside."""
    monkeypatch.setattr("qa.retrieve.FEW", 2)
    monkeypatch.setattr("qa.retrieve.REACH", 3)
    assistant = ask_with()
    assert cables_of(assistant, "tin strike", filters=Filters(posts=("LIMA",))) == {
        "74LIMA1", "74LIMA4", "74LIMA7", "74LIMA10",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("question", "others"),
    [
        ("Why did the Bolivian government refuse?", {"GOB"}),
        ("What did the foreign minister say?", {"FonMin", "FM"}),
        ("What did the DCM say?", {"deputy chief of mission"}),
        ("How many officers were trained?", set()),
    ],
)
def test_acronyms_are_looked_for_with_what_they_stand_for(question: str, others: set[str]) -> None:
    found = other_words(question)
    assert all(word in found for word in others) and bool(found) == bool(others)


def test_a_cable_of_one_paragraph_is_told_from_others(archive: Path, ask_with: Ask, index_files: Index) -> None:
    (archive / "1.txt").write_text(a_cable(1).replace("\n2. Bread cost 1 pesos.\n", ""))
    index_files(archive)
    catalog: Catalog = ask_with().catalog
    numbers = catalog.select_cables(to_conditions())
    assert [numbers[each] for each in catalog.of_one_paragraph(numbers)] == ["74LIMA1"]


def test_the_score_of_a_cable_of_one_paragraph_leaves_meaning_its_share() -> None:
    parts: dict[FoundBy, dict[int, float]] = {"dense": {1: 0.9, 2: 0.1, 3: 0.9}, "terms": {1: 2.0, 2: 9.0, 3: 2.0}}
    fused = fuse(parts, {10: 0.0, 20: 1.0, 30: 0.0}, {1: 10, 2: 20, 3: 30}, short={10})
    assert fused[1] == pytest.approx(DENSE_WEIGHT)
    assert fused[3] == pytest.approx(DENSE_WEIGHT * (1 - CABLE_WEIGHT))
    assert fused[2] > fused[1] > fused[3]


def test_a_retriever_gives_langchain_documents(archive: Path, ask_with: Ask) -> None:
    retriever = ask_with().retriever(top_k=2, filters=Filters(posts=("LIMA",)))
    documents = retriever.invoke("What did the tin miners of district 4 do?")
    assert [document.metadata["cable_id"][:6] for document in documents] == ["74LIMA", "74LIMA"]
    assert documents[0].id == "74LIMA4/1" and "district 4" in documents[0].page_content


# ── reranking ────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A real cross-encoder of two small layers, made here; its weights know nothing, but always the same."""
    import torch
    from sentence_transformers import CrossEncoder
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    folder = tmp_path_factory.mktemp("cross")
    words = "[PAD] [UNK] [CLS] [SEP] [MASK] tin strike miners bread pesos district cost went on of the".split()
    (folder / "vocab.txt").write_text("\n".join([*words, *(str(number) for number in range(20)), "."]))
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=len(words) + 21,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        num_labels=1,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    CrossEncoder(str(folder)).save_pretrained(str(folder))
    return str(folder)


def test_a_reranker_reads_what_was_found_and_reorders_it(
    archive: Path, settings: Settings, encoder: Any, cross_encoder: str
) -> None:
    plain = open_assistant(settings=settings, encoder=encoder)
    wide = {(passage.cable_id, passage.ordinal): passage.text for passage in plain.search("tin strike", top_k=30)}
    with_it = open_assistant(settings=settings.model_copy(update={"reranker": cross_encoder}), encoder=encoder)
    found = with_it.search("tin strike", top_k=5)
    scores = [passage.score for passage in found]
    assert [passage.rank for passage in found] == [1, 2, 3, 4, 5] and scores == sorted(scores, reverse=True)
    assert all(wide[passage.cable_id, passage.ordinal] == passage.text for passage in found)
    everything = with_it.search("tin strike", top_k=30)
    assert scores == [passage.score for passage in everything][:5]  # the best of all that were read
    assert "rerank" in found.seconds


def test_a_reranker_that_is_not_there_is_one_sentence() -> None:
    with pytest.raises(EncoderError, match=r"^reranker .no/where. cannot be loaded"):
        open_cross_encoder("no/where")
