"""The vectors on a Chroma server: a collection for each generation.

The catalog and the words stay in the home folder, which all processes of one machine read. The server holds the
vectors once for all of them. Its collections belong to one index, by a name that the catalog's manifest keeps, so
that several indexes may share a server.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import quote

import httpx

from index.errors import StoreError
from index.vectors.place import COLLECTION_SETTINGS, said

_PATIENCE = 10.0
"""Seconds to wait for a sign of life."""

_LONGEST = 120.0
"""Seconds to wait for an answer; by itself Chroma's client waits without end."""

_MOST_AT_ONCE = 300
"""Vectors in a request: what Chroma Cloud takes."""


@dataclass(frozen=True, slots=True)
class Server:
    """The collections of one index on a server. `makes`: the writer makes a collection, a reader finds it."""

    is_served: ClassVar[bool] = True

    url: str
    name: str
    makes: bool
    tenant: str
    database: str
    headers: dict[str, str] = field(repr=False)

    def open(self, generation: str) -> tuple[Any, Any]:
        """Chroma's client, and the collection of a generation."""
        from chromadb.errors import NotFoundError

        self._knock()
        client = self._connect()
        try:
            if self.makes:
                return client, client.get_or_create_collection(
                    self._collection(generation), embedding_function=None, configuration=COLLECTION_SETTINGS
                )
            return client, client.get_collection(self._collection(generation), embedding_function=None)
        except NotFoundError as error:
            self.close(client)
            raise StoreError(
                f"{self._called(generation)} is not there ({said(error)}); see that chroma_url, chroma_tenant and "
                "chroma_database are right, or run: reftel status --repair"
            ) from None
        except Exception as error:
            self.close(client)
            raise self.failure(generation, error) from error

    def close(self, client: Any) -> None:
        """Close a client with its connections, which Chroma's own close leaves open."""
        sessions = _sessions(client)
        client.close()
        for session in sessions:
            session.close()

    def most_at_once(self, client: Any) -> int:
        """Vectors that are taken in one call."""
        return min(int(client.get_max_batch_size()), _MOST_AT_ONCE)

    def drop(self, generation: str) -> None:
        """Drop a generation, if it is there."""
        from chromadb.errors import NotFoundError

        self._knock()
        client = self._connect()
        try:
            with suppress(NotFoundError):
                client.delete_collection(self._collection(generation))
        finally:
            self.close(client)

    def edition(self, generation: str) -> str:
        """The server's files are its own, and so is its log."""
        return ""

    def in_log(self, generation: str) -> int:
        """None that we would have to go through."""
        return 0

    @contextmanager
    def next_edition(self, generation: str, dimension: int) -> Iterator["Server"]:
        """The same place: the server writes as it does."""
        yield self

    def failure(self, generation: str, error: Exception) -> StoreError:
        """What went wrong there, in a sentence."""
        return StoreError(
            f"{self._called(generation)} cannot be used ({said(error)}); see that the server runs, then try again."
        )

    def _connect(self) -> Any:
        import chromadb
        from chromadb.config import Settings

        client = chromadb.HttpClient(
            host=self.url,
            headers=dict(self.headers),
            settings=Settings(anonymized_telemetry=False),
            tenant=self.tenant,
            database=self.database,
        )
        for session in _sessions(client):
            session.timeout = _LONGEST
        return client

    def _collection(self, generation: str) -> str:
        return f"{self.name}-{generation}"

    def _called(self, generation: str) -> str:
        return f"the collection {self._collection(generation)} at {self.url}"

    def _knock(self) -> None:
        """See that a Chroma server answers and lets us in: its own client says little of what is wrong."""
        status = self._status_of("auth/identity")
        if status in (401, 403):
            raise StoreError(f"the Chroma server {self.url} refuses the token; set REFTEL_CHROMA_TOKEN.")
        if status != 200:
            raise StoreError(f"{self.url} is no Chroma server (it answers {status}); correct chroma_url.")
        status = self._status_of(f"tenants/{quote(self.tenant, '')}/databases/{quote(self.database, '')}")
        if status != 200:
            raise StoreError(
                f"the Chroma server {self.url} opens no database {self.database!r} of a tenant {self.tenant!r} "
                f"(it answers {status}); correct chroma_tenant or chroma_database, or create them there."
            )

    def _status_of(self, path: str) -> int:
        try:
            return httpx.get(
                f"{self.url}/api/v2/{path}", headers=self.headers, timeout=_PATIENCE, follow_redirects=True
            ).status_code
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise StoreError(
                f"the Chroma server {self.url} cannot be reached ({said(error)}); "
                "see that it runs (chroma run) and that chroma_url is its address."
            ) from None


def _sessions(client: Any) -> list[httpx.Client]:
    """The connections of a client; no public name leads to them."""
    return [each._server._session for each in (client, client._admin_client)]
