"""Chunks and their vectors <-> Chroma: in the home folder, or on a server of its own."""

from index.vectors.folder import Folder
from index.vectors.place import Place
from index.vectors.server import Server
from index.vectors.store import VectorStore

__all__ = ["Folder", "Place", "Server", "VectorStore"]
