"""The stages in order: question -> Answer. One generator of events; `ask` returns its last.

    with open_assistant(home=".reftel") as assistant:
        passages = assistant.search("third Civic Forum", top_k=10)
        answer = assistant.ask("Who chaired the third Civic Forum?")

`assistant.chain` is the same as a LangChain runnable.
"""

from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.catalog import Catalog, Ceiling
from index.embed import Encoder, open_encoder
from index.home import Stores, encoder_of, open_stores
from index.settings import Settings, load_settings
from qa.clock import Clock
from qa.direct import Direct, direct_answer
from qa.entail import Entail, open_entailment
from qa.followup import Exchange, whole_question
from qa.meant import NONE_MEANT, NearCable, doubt, is_meant, put_meant_first, speaks_of_one, trace_of
from qa.outcome import missing_reference, outcome_of
from qa.quote import quote_answer
from qa.records import (
    Answer,
    AnswerReady,
    Event,
    Filters,
    Passage,
    Passages,
    PassagesFound,
    Query,
    SourceOpened,
    TextStreamed,
)
from qa.rerank import Reranker, open_reranker
from qa.search import Searcher, Step
from qa.understand import understand
from qa.understand.wording import LIKELY

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.runnables import RunnableConfig

    from qa.chain import AnswerChain
    from qa.drafting import Drafting
    from qa.retriever import CableRetriever

FROM_CATALOG = "catalog"
"""The name that the catalog goes by where a chat model's would stand."""

QUOTING = "none"
"""The same for the quoting answerer."""


class Assistant(AbstractContextManager["Assistant"]):
    """An open index, its encoder, and a chat model or none. Safe to share between threads."""

    def __init__(
        self,
        stores: Stores,
        encoder: Encoder,
        settings: Settings,
        chat_model: "BaseChatModel | None",
        model_name: str,
        reranker: Reranker | None = None,
        entail: Entail | None = None,
    ) -> None:
        self._stores = stores
        self._searcher = Searcher(stores, encoder, settings, reranker)
        self.settings = settings
        self.chat_model = chat_model
        self.model_name = model_name
        self._reranker = reranker
        self._entail = entail

    @property
    def catalog(self) -> Catalog:
        """The cables themselves."""
        return self._stores.catalog

    @property
    def encoder(self) -> Encoder:
        """The encoder of the index."""
        return self._searcher.encoder

    @property
    def chain(self) -> "AnswerChain":
        """This assistant as a LangChain runnable, from question to Answer."""
        from qa.chain import AnswerChain

        return AnswerChain(self)

    def under(self, ceiling: Ceiling) -> "Assistant":
        """This assistant for a reader to whom nothing above the ceiling exists."""
        catalog = Catalog(self.catalog.path, ceiling=ceiling)
        stores = replace(self._stores, catalog=catalog)
        return Assistant(
            stores, self.encoder, self.settings, self.chat_model, self.model_name, self._reranker, self._entail
        )

    def cables_with(self, text: str) -> tuple[int, ...]:
        """The cables that have every word of the text, best first, each by the number of one of its chunks.

        It is for the catalog to say which of them there are for this reader.
        """
        return tuple(self._stores.terms.cables_with(text))

    def retriever(self, *, filters: Filters | None = None, top_k: int | None = None) -> "CableRetriever":
        """This assistant's search as a LangChain retriever."""
        from qa.retriever import CableRetriever

        return CableRetriever(assistant=self, filters=filters, top_k=top_k)

    def search(
        self,
        text: str,
        *,
        filters: Filters | None = None,
        top_k: int | None = None,
        ignore: Collection[str] = (),
        talk: Sequence[Answer | str] = (),
    ) -> Passages:
        """The passages for a question, best first.

        Args:
            ignore: texts of clues, read from the question's words, that shall not count.
            talk: the answers before it, or only their questions, the last one last; a follow-up is asked in full.

        Raises:
            QueryError: the question has no words, or is too long.
        """
        return self._searcher.search(self._understand(text, filters=filters, ignore=ignore, talk=talk), top_k)

    def ask(
        self,
        text: str,
        *,
        filters: Filters | None = None,
        top_k: int | None = None,
        ignore: Collection[str] = (),
        talk: Sequence[Answer | str] = (),
    ) -> Answer:
        """The answer to a question; that the cables do not say is an answer too.

        Args:
            talk: the answers before it, or only their questions, the last one last; a follow-up is asked in full.

        Raises:
            QueryError: the question has no words, or is too long.
        """
        *_, last = self.stream(text, filters=filters, top_k=top_k, ignore=ignore, talk=talk)
        assert isinstance(last, AnswerReady)
        return last.answer

    def stream(
        self,
        text: str,
        *,
        filters: Filters | None = None,
        top_k: int | None = None,
        ignore: Collection[str] = (),
        talk: Sequence[Answer | str] = (),
        step: "Step | None" = None,
        config: "RunnableConfig | None" = None,
    ) -> Iterator[Event]:
        """The same as events: the passages at once, each source as it is read, the draft, the answer at the end.

        Args:
            step: runs each stage; LangChain's door gives one that reports to callbacks.
            config: handed on to the chat model.
        """
        run = step or _run
        clock = Clock()
        query = run("understand", partial(self._understand, filters=filters, ignore=ignore, talk=talk), text)
        clock.mark("understand")
        answer = yield from self._answer(query, top_k, ignore, run, config, clock)
        if answer.outcome == "not_found" and (of_a_head := self._as_of_a_head(query, ignore)):
            from_head = yield from self._answer(of_a_head, top_k, ignore, run, config, clock)
            answer = from_head if from_head.outcome == "answered" else answer
        yield AnswerReady(replace(answer, seconds=clock.seconds()))

    def _answer(
        self,
        query: Query,
        top_k: int | None,
        ignore: Collection[str],
        run: Step,
        config: "RunnableConfig | None",
        clock: Clock,
    ) -> Generator[Event, None, Answer]:
        """The events of one question that is understood; gives the answer."""
        passages = self._searcher.search_to_answer(query, top_k, run)
        near: Sequence[NearCable] = ()
        if speaks_of_one(query):
            wanted = top_k or self.settings.top_k
            passages, near = yield from put_meant_first(passages, self.catalog, self.chat_model, wanted)
        direct = self._direct(passages, near)
        if direct is not None:
            passages = replace(passages, passages=direct.passages)
        clock.mark("retrieve")
        yield PassagesFound(passages)
        search = partial(self._search_part, filters=query.filters, ignore=ignore, run=run)
        drafting = self._drafting(passages, search) if direct is None else None
        for come in drafting.stream(config) if drafting else ():
            if isinstance(come, Passage):
                yield SourceOpened(come)
                continue
            clock.first_token()
            yield TextStreamed(come)
        clock.mark("answer")
        answer: Answer = run("conclude", partial(self._conclude, passages, direct, near), drafting)
        clock.mark("verify")
        return answer

    # ── the stages ───────────────────────────────────────────────────────────────────────────

    def _understand(
        self, text: str, *, filters: Filters | None, ignore: Collection[str], talk: Sequence[Answer | str]
    ) -> Query:
        whole = whole_question(text, [Exchange.of(each) for each in talk])
        query = understand(whole, self.catalog, filters, ignore=ignore)
        return query if whole == text else replace(query, said=text)

    def _as_of_a_head(self, query: Query, ignore: Collection[str]) -> Query | None:
        """The question as one for a fact of a head, where it may be one that no paragraph answers; None elsewhere."""
        if query.asks or query.collection:
            return None
        again = understand(query.text, self.catalog, query.filters, ignore=ignore, known=LIKELY)
        return replace(again, said=query.said) if again.asks else None

    def _sources(self, passages: Passages) -> Sequence[Passage]:
        """The passages that the chat model is shown, and that an answer may cite."""
        return passages.passages[: self.settings.sources_to_model]

    def _search_part(self, text: str, *, filters: Filters, ignore: Collection[str], run: Step) -> Sequence[Passage]:
        """The passages for one part of a question, by what the person chose for the whole."""
        query = run("understand", partial(self._understand, filters=filters, ignore=ignore, talk=()), text)
        return self._searcher.search_to_answer(query, None, run).passages

    def _direct(self, passages: Passages, near: Sequence[NearCable]) -> Direct | None:
        """What the catalog answers; None where it has nothing to say.

        Args:
            near: the cables whose head may be asked about, the likeliest first.
        """
        if missing_reference(passages.query, self.catalog):
            return None
        direct = direct_answer(passages, self._stores)
        if direct and direct.statements and near and not is_meant(near[0]):
            return Direct((), passages.passages, NONE_MEANT)
        return direct

    def _drafting(self, passages: Passages, search: Callable[[str], Sequence[Passage]]) -> "Drafting | None":
        """What the chat model will write, where there is one and something to write from.

        A model that runs here, and weighs its words, is a small one: it is asked one thing at a time, and shown one
        paragraph. Where cables are asked for, what each says of it is quoted.

        Args:
            search: finds the passages for a part of the question.
        """
        query = passages.query
        if self.chat_model is None or not len(passages) or query.collection:
            return None
        if missing_reference(query, self.catalog):
            return None
        from qa.all_at_once import AllAtOnce
        from qa.part_by_part import PartByPart

        if hasattr(self.chat_model, "first_words"):
            return PartByPart(
                self.chat_model, self.model_name, query.text, passages.passages, self._entail,
                search=search, shown=self.settings.sources_to_model,
            )  # fmt: skip
        sources = self._sources(passages)
        return AllAtOnce(self.chat_model, self.model_name, query.text, sources, self._entail)

    def _conclude(
        self, passages: Passages, direct: Direct | None, near: Sequence[NearCable], drafting: "Drafting | None"
    ) -> Answer:
        """Settle what is said, by the catalog, the chat model or the cables' own words, and how the question ends.

        Args:
            near: the cables whose head may be asked about, the likeliest first; kept for the trace.
        """
        model, notes = self.model_name, [direct.notice if direct else None]
        # First of all: a chat model that reads a paragraph once more may fail even here.
        said = drafting.statements() if drafting else ()
        if direct is not None:
            statements, model = direct.statements, FROM_CATALOG
        elif drafting is None or drafting.failure:
            model = QUOTING
            statements = quote_answer(passages.query.text, self._sources(passages))
        else:
            statements = said
        if drafting is not None:
            notes.append(f"{drafting.failure} The cables are quoted instead." if drafting.failure else None)
            notes.append(drafting.remark)
        withheld = drafting.withheld if drafting else ()
        outcome, told = outcome_of(passages, statements, len(withheld), self.catalog)
        if not (direct and direct.notice):
            notes.append(told)
        if direct is not None and outcome == "answered":
            notes.append(doubt(near, statements[0].citations[0].cable_id))
        return Answer(
            query=passages.query,
            outcome=outcome,
            statements=statements if outcome == "answered" else (),
            passages=(*passages, *(drafting.added if drafting else ())),
            model=model,
            seconds={},
            notice=" ".join(note for note in notes if note) or None,
            draft=drafting.text if drafting else "",
            withheld=withheld,
            trace=drafting.trace() if drafting else trace_of(near),
        )

    def close(self) -> None:
        """Close the stores."""
        self._stores.close()

    def __exit__(self, *_: object) -> None:
        self.close()


def open_assistant(
    home: str | Path | None = None,
    *,
    settings: Settings | None = None,
    chat_model: "str | BaseChatModel | None" = None,
    encoder: Encoder | None = None,
) -> Assistant:
    """Open the index under `home` for questions.

    Args:
        chat_model: a name as in the settings, or a LangChain chat model; None takes the settings' one.
        encoder: an open encoder; None opens the one that built the index.

    Raises:
        StoreMissing: nothing is indexed there.
        ChatUnavailable: the chat model cannot be opened.
    """
    named = chat_model if isinstance(chat_model, str) else None
    settings = settings or load_settings(home)
    if named:
        settings = settings.model_copy(update={"chat_model": named})
    stores = open_stores(settings)
    encoder = encoder or open_encoder(
        encoder_of(stores.catalog, settings.encoder), settings.dtype, settings.encoder_url, settings.encoder_key
    )
    reranker = open_reranker(settings.reranker)
    entail = open_entailment(settings.entailment) if settings.entailment else None
    if chat_model is not None and not isinstance(chat_model, str):
        return Assistant(stores, encoder, settings, chat_model, type(chat_model).__name__, reranker, entail)
    if settings.chat_model == QUOTING:
        return Assistant(stores, encoder, settings, None, QUOTING, reranker, entail)
    from qa.chat import chat_model_name, open_chat_model

    return Assistant(stores, encoder, settings, open_chat_model(settings), chat_model_name(settings), reranker, entail)


def _run(_: str, stage: Callable[[Any], Any], value: Any) -> Any:
    return stage(value)
