"""The assistant as a LangChain runnable: question -> Answer, with callbacks at every step.

chain = assistant.chain
chain.invoke("Who chaired the third Civic Forum?")            # an Answer
chain.invoke({"question": "…", "filters": Filters(posts=("ASTANA",)), "top_k": 5})
for event in chain.stream("…"): …                             # passages, sources read …, text …, answer
chain.batch([…]); await chain.ainvoke("…"); chain.astream("…")
"""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import TYPE_CHECKING, Any

from langchain_core.callbacks import CallbackManagerForChainRun
from langchain_core.runnables import Runnable, RunnableConfig, RunnableLambda
from langchain_core.runnables.config import patch_config, run_in_executor

from qa.records import Answer, AnswerReady, Event

if TYPE_CHECKING:
    from qa.assistant import Assistant

Question = str | dict[str, Any]


class AnswerChain(Runnable[Question, Any]):
    """One assistant behind LangChain's door. `invoke` gives the Answer, `stream` the events on the way to it."""

    def __init__(self, assistant: "Assistant") -> None:
        self.assistant = assistant

    def invoke(self, input: Question, config: RunnableConfig | None = None, **kwargs: Any) -> Answer:
        """The answer to one question."""
        *_, last = self.stream(input, config, **kwargs)
        assert isinstance(last, AnswerReady)
        return last.answer

    def stream(self, input: Question, config: RunnableConfig | None = None, **kwargs: Any) -> Iterator[Event]:
        """The events of one question."""
        yield from self._transform_stream_with_config(iter([input]), self._events, config, **kwargs)

    async def astream(
        self, input: Question, config: RunnableConfig | None = None, **kwargs: Any
    ) -> AsyncIterator[Event]:
        """The events of one question; the work runs in a thread."""
        events = self.stream(input, config, **kwargs)
        while event := await run_in_executor(config, next, events, None):
            yield event

    def _events(
        self, questions: Iterator[Question], run_manager: CallbackManagerForChainRun, config: RunnableConfig
    ) -> Iterator[Event]:
        child = patch_config(config, callbacks=run_manager.get_child())

        def step(name: str, stage: Callable[[Any], Any], value: Any) -> Any:
            return RunnableLambda(lambda each: stage(each), name=name).invoke(value, child)

        for question in questions:
            asked = {"text": question} if isinstance(question, str) else {**question, "text": question["question"]}
            asked.pop("question", None)
            yield from self.assistant.stream(**asked, step=step, config=child)
