"""LangChain's tutorial pipeline, which Reftel is measured beside: texts cut by length, embedded, put into Chroma.

Its packages lie in a folder of their own (`make bench-indexing` installs them): they want another huggingface-hub.
"""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

PACKAGES = Path(sys.prefix) / "tutorial"

if str(PACKAGES) not in sys.path:
    sys.path.insert(0, str(PACKAGES))


def stored(texts: Iterable[tuple[str, str]], embeddings: Any, folder: Path) -> Any:
    """The vector store of texts, each with its name, in a folder: `similarity_search` gives the nearest pieces."""
    from langchain_chroma import Chroma
    from langchain_core.documents import Document
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    documents = [Document(text, metadata={"source": name}) for name, text in texts]
    splits = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200).split_documents(documents)
    return Chroma.from_documents(splits, embeddings, persist_directory=str(folder))


def files_in(paths: Iterable[Path]) -> list[tuple[str, str]]:
    """The text files under paths, with their names."""
    files = sorted(file for path in paths for file in (path.rglob("*.txt") if path.is_dir() else [path]))
    return [(str(file), file.read_text(encoding="utf-8")) for file in files]
