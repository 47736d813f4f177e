"""A question being answered: a thread reads the answer's events, the page shows what has come so far."""

import logging
import threading
from collections.abc import Collection, Iterator, Sequence
from typing import Protocol

from index.errors import ReftelError
from qa.records import Answer, AnswerReady, Event, Filters, Passage, Passages, PassagesFound, SourceOpened, TextStreamed

_log = logging.getLogger(__name__)


class Answers(Protocol):
    """What a turn asks of an assistant."""

    def stream(
        self,
        text: str,
        *,
        filters: Filters | None = None,
        ignore: Collection[str] = (),
        talk: Sequence[Answer | str] = (),
    ) -> Iterator[Event]:
        """The events of one answer: passages, sources as they are read, words, the whole."""
        ...


class Turn:
    """One question and what has come back for it.

    The work goes on in a thread of its own, because Streamlit runs the page anew at every
    click: a click while the answer is being written must not cut it short.
    """

    def __init__(
        self,
        assistant: Answers,
        question: str,
        filters: Filters,
        ignore: Sequence[str] = (),
        talk: Sequence[Answer | str] = (),
    ) -> None:
        """Begin: the thread is started here.

        Args:
            ignore: the texts of clues that the reader has removed.
            talk: the answers before it, in the light of which a follow-up is read.
        """
        self.question = question
        self.talk = tuple(talk)
        self.filters = filters
        self.ignore = tuple(ignore)
        self.passages: Passages | None = None
        self.reading: Passage | None = None
        self.draft = ""
        self.answer: Answer | None = None
        self.error: str | None = None
        self.finished = self.stopped = False
        self._news = threading.Condition()
        self._seen = self._count = 0
        threading.Thread(target=self._read, args=(assistant,), name="reftel-turn", daemon=True).start()

    @property
    def asked(self) -> str:
        """What was asked in full, which is not what a follow-up says."""
        return self.passages.query.text if self.passages and self.passages.query.said else self.question

    def wait_for_passages(self, seconds: float) -> None:
        """Return once the passages are here, the turn is finished, or the seconds are over."""
        with self._news:
            self._news.wait_for(lambda: self.passages is not None or self.finished, seconds)

    def wait_for_news(self, seconds: float) -> None:
        """Return once something has come since the last call, or the seconds are over."""
        with self._news:
            self._news.wait_for(lambda: self._count > self._seen or self.finished, seconds)
            self._seen = self._count

    def stop(self) -> None:
        """Finish now; what is still to come is dropped. A finished turn stays as it is."""
        with self._news:
            if not self.finished:
                self.finished = self.stopped = True
                self._news.notify_all()

    def _read(self, assistant: Answers) -> None:
        events = assistant.stream(self.question, filters=self.filters, ignore=self.ignore, talk=self.talk)
        try:
            for event in events:
                if self.stopped:
                    return
                self._take(event)
        except ReftelError as error:
            self.error = str(error)
        except Exception:
            # Not met by a reader as a traceback, and not hidden either: the log has it.
            _log.exception("answering failed")
            self.error = "The answer could not be finished: a fault in Reftel. The server's log has the details."
        finally:
            if close := getattr(events, "close", None):
                close()  # a generator lets go of the chat model here
            with self._news:
                self.finished = True
                self._news.notify_all()

    def _take(self, event: Event) -> None:
        with self._news:
            match event:
                case PassagesFound(passages):
                    self.passages = passages
                case SourceOpened(passage):
                    self.reading = passage
                case TextStreamed(text):
                    self.draft += text
                case AnswerReady(answer):
                    self.answer = answer
            self._count += 1
            self._news.notify_all()
