"""Where the vectors of an index lie: in its home folder, or on the Chroma server that the settings name."""

import uuid

from index.catalog import Catalog
from index.errors import StoreMismatch, StoreMissing
from index.settings import Settings
from index.vectors import Folder, Place, Server


def place_of(settings: Settings, catalog: Catalog) -> Place:
    """The place of an index; the first writer gives it a name on the server, which the catalog keeps.

    Raises:
        StoreMismatch: the settings name another place than the one the index was built in.
        StoreMissing: nothing has been written to the server yet.
    """
    refuse_another_place(settings, catalog)
    if settings.chroma_url is None:
        return Folder(settings.home / "generations")
    name = catalog.manifest().get("collection", "")
    if not name:
        if not catalog.writable:
            raise StoreMissing(f"nothing is indexed in {settings.home} yet; run: reftel index PATH…")
        name = f"reftel-{uuid.uuid4().hex[:16]}"
        catalog.write_manifest({"collection": name})
    token = settings.chroma_token.get_secret_value() if settings.chroma_token else ""
    return Server(
        url=settings.chroma_url.rstrip("/"),
        name=name,
        makes=catalog.writable,
        tenant=settings.chroma_tenant,
        database=settings.chroma_database,
        # Chroma Cloud takes the one, whatever stands before a server of one's own mostly the other.
        headers={"X-Chroma-Token": token, "Authorization": f"Bearer {token}"} if token else {},
    )


def refuse_another_place(settings: Settings, catalog: Catalog) -> None:
    """Vectors do not change their place in silence.

    Raises:
        StoreMismatch: the settings name another place than the one the index was built in.
    """
    is_served = "collection" in catalog.manifest()
    if is_served != bool(settings.chroma_url) and not catalog.is_empty():
        has, wants = ("on a Chroma server", "none") if is_served else ("in the folder", "a Chroma server")
        raise StoreMismatch(
            f"{settings.home} was built with its vectors {has}, the settings name {wants}; set chroma_url as it was, "
            "or index into another home folder (reftel export gives the cables)."
        )
