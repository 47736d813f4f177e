"""The search as a LangChain retriever, so that other chains can draw on the archive.

retriever = assistant.retriever(top_k=5)
retriever.invoke("third Civic Forum")        # Documents, best first; metadata names cable and paragraph
"""

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from qa.records import Filters, Passage


class CableRetriever(BaseRetriever):
    """One assistant's search behind LangChain's door: paragraphs as Documents."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    assistant: Any
    """An open `qa.assistant.Assistant`."""
    top_k: int | None = None
    filters: Filters | None = None

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        found = self.assistant.search(query, filters=self.filters, top_k=self.top_k)
        return [to_document(passage) for passage in found]


def to_document(passage: Passage) -> Document:
    """A passage as LangChain has it: the text is the content, all else metadata."""
    metadata = passage.to_dict()
    text = metadata.pop("text")
    return Document(page_content=text, metadata=metadata, id=f"{passage.cable_id}/{passage.ordinal}")
