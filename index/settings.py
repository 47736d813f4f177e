"""Settings: one TOML file under the home folder, and REFTEL_* variables over it.

    REFTEL_HOME=~/cables reftel index …      # everything lies under the home folder
    .reftel/settings.toml                    # chat_model = "ollama:qwen3:8b"

    sign_in = true                           # a page shared by several: who may do and see what
    keepers = ["anna@example.org"]
    readers."ben@example.org" = { ceiling = "CONFIDENTIAL", barred = ["NODIS"] }

Order of precedence: arguments, environment, file, defaults. Unknown keys and impossible
values are errors at load.
"""

import os
import tomllib
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from index.errors import SettingsError
from index.records import Classification

DEFAULT_HOME = Path(".reftel")
PREFIX = "REFTEL_"
TEST_PREFIX = "REFTEL_TEST_"
"""What the tests are told, such as where real weights lie; no setting."""


class Bounds(BaseModel):
    """What one reader of a shared page may see: nothing classified above `ceiling`, nothing with a barred caption."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ceiling: Classification = "TOP SECRET"
    barred: tuple[str, ...] = ()


class Settings(BaseModel):
    """Everything a person may set. Field descriptions are shown by `reftel status --settings`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    home: Path = Field(DEFAULT_HOME, description="folder that holds all of Reftel's data")
    encoder: str = Field(
        "all-MiniLM-L6-v2",
        min_length=1,
        description="sentence-transformers name or folder, or 'openai:NAME' for a server; "
        "all-MiniLM-L6-v2 needs no network",
    )
    encoder_url: str | None = Field(
        None,
        pattern="^https?://[^/]+",
        description="address of an OpenAI-compatible server, for encoders 'openai:…'",
    )
    encoder_key: SecretStr | None = Field(
        None, description="key for encoder_url, best given as REFTEL_ENCODER_KEY; OpenAI's own takes OPENAI_API_KEY"
    )
    chroma_url: str | None = Field(
        None,
        pattern="^https?://[^/]+",
        description="address of a Chroma server that holds the vectors in place of the home folder",
    )
    chroma_token: SecretStr | None = Field(
        None, description="what that server wants to be shown, best given as REFTEL_CHROMA_TOKEN"
    )
    chroma_tenant: str = Field("default_tenant", min_length=1, description="tenant on that server")
    chroma_database: str = Field("default_database", min_length=3, description="database on that server")
    dtype: str = Field(
        "auto",
        pattern="^(auto|float32|bfloat16)$",
        description="number format of the encoder; auto takes bfloat16 where the processor has it",
    )
    chunk_tokens: int = Field(
        0, ge=0, le=8192, description="most tokens in a chunk, header words included; 0 = what the encoder takes"
    )
    max_file_mb: int = Field(100, ge=1, description="largest text file read whole, in MB")
    chat_model: str = Field(
        "auto",
        min_length=1,
        description="'auto' (the local model if it is fetched, else none), 'none', a local model's name, "
        "or 'provider:model' as LangChain names them",
    )
    chat_url: str | None = Field(None, description="address of an OpenAI-compatible server, for 'openai:…' models")
    chat_timeout: float = Field(120.0, gt=0, description="seconds to wait for a chat model")
    chat_threads: int = Field(0, ge=0, description="threads of the local chat model; 0 = one for each core")
    chat_context: int = Field(8192, ge=1024, le=131072, description="context window of the local model, in tokens")
    reranker: str = Field(
        "auto",
        min_length=1,
        description="'auto' (what is to be answered is read by late interaction), 'none', or a sentence-transformers "
        "cross-encoder, by name or folder, that reorders every search",
    )
    entailment: str | None = Field(
        None,
        min_length=1,
        description="cross-encoder for natural language inference, by name or folder, that joins checks",
    )
    top_k: int = Field(10, ge=1, le=200, description="passages found for a question")
    sources_to_model: int = Field(6, ge=1, le=50, description="passages shown to the chat model")

    max_upload_mb: int = Field(50, ge=1, description="largest file that the page takes, in MB")
    folders: tuple[Path, ...] = Field((), description="folders that keepers of a shared page may index from")
    sign_in: bool = Field(False, description="the page asks who reads it, by OpenID Connect")
    keepers: tuple[str, ...] = Field((), description="e-mail addresses of those who may index, upload and delete")
    readers: dict[str, Bounds] = Field(
        default_factory=dict, description="e-mail addresses of readers ('*': anybody else) with what each may see"
    )

    @cached_property
    def models_folder(self) -> Path:
        """Where fetched chat models lie."""
        return self.home / "models"


def load_settings(home: str | Path | None = None, **given: Any) -> Settings:
    """Settings from arguments, environment and file, in that order of precedence.

    Raises:
        SettingsError: an unknown key, an impossible value, or a file that is no TOML.
    """
    environment = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in os.environ.items()
        if name.startswith(PREFIX) and not name.startswith(TEST_PREFIX)
    }
    folder = Path(home or environment.get("home") or DEFAULT_HOME).expanduser()
    values = {**_read_file(folder / "settings.toml"), **environment}
    values |= {name: value for name, value in given.items() if value is not None}
    try:
        return Settings.model_validate({**values, "home": folder})
    except ValidationError as error:
        raise SettingsError(_explain(error, folder)) from None


def _read_file(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read ({error}); mend or remove the file.") from None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: not valid TOML: {error}; mend the file.") from None


def _explain(error: ValidationError, folder: Path) -> str:
    problems = []
    for problem in error.errors():
        name = ".".join(str(part) for part in problem["loc"])
        why = "no such setting" if problem["type"] == "extra_forbidden" else problem["msg"]
        problems.append(f"{name}: {why}")
    return (
        f"settings: {'; '.join(problems)}. "
        f"Correct {folder / 'settings.toml'} or the {PREFIX}… variable; "
        f"known settings: {', '.join(Settings.model_fields)}."
    )
