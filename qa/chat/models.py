"""The table of local chat models, as data: what each file must be, and where it may come from."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.errors import SettingsError

TABLE = Path(__file__).with_name("models.toml")


@dataclass(frozen=True, slots=True)
class Hub:
    """Where the file lies on the model hub."""

    repository: str
    file: str


@dataclass(frozen=True, slots=True)
class Wheels:
    """Projects of the Python package index that hold the file in numbered parts, each in a wheel.

    Every part has `part_bytes`, except the last, which has the rest.
    """

    project: str
    version: str
    parts: int
    part_bytes: int


@dataclass(frozen=True, slots=True)
class LocalModel:
    """One row of the table: a GGUF file."""

    name: str
    about: str
    licence: str
    bytes: int
    sha256: str
    hub: Hub | None = None
    wheels: Wheels | None = None


def list_models() -> tuple[LocalModel, ...]:
    """The rows of the table, the preferred model first."""
    return tuple(_to_model(row) for row in tomllib.loads(TABLE.read_text(encoding="utf-8"))["model"])


def find_model(name: str) -> LocalModel:
    """The row with this name.

    Raises:
        SettingsError: there is none.
    """
    models = {model.name: model for model in list_models()}
    if name not in models:
        raise SettingsError(f"No local chat model is called {name!r}; choose one of {', '.join(models)}.")
    return models[name]


def _to_model(row: dict[str, Any]) -> LocalModel:
    sources: dict[str, Any] = {}
    if "hub" in row:
        sources["hub"] = Hub(**row["hub"])
    if "wheels" in row:
        sources["wheels"] = Wheels(**row["wheels"])
    return LocalModel(**{**row, **sources})
