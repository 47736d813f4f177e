"""What the chat model is told: one text file a prompt, filled by `$name`."""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt: its name and its text with `$name` fields."""

    name: str
    text: str

    @property
    def fields(self) -> frozenset[str]:
        """The names that `fill` must be given."""
        return frozenset(Template(self.text).get_identifiers())

    @property
    def fingerprint(self) -> str:
        """Twelve hex digits that change whenever the text does."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:12]

    @property
    def examples(self) -> tuple[tuple[str, str], ...]:
        """Of a file of examples: what is asked, and the reply that is wanted, in order."""
        parted = (example.partition("\n\nReply: ") for example in self.text.split("\n\n---\n\n"))
        return tuple((asked, reply) for asked, _, reply in parted)

    def fill(self, **values: str) -> str:
        """The text with every field filled.

        Raises:
            KeyError: a field was not given.
        """
        return Template(self.text).substitute(values)


@cache
def load_prompt(name: str) -> Prompt:
    """The prompt in `prompts/NAME.txt`.

    Raises:
        FileNotFoundError: there is no such prompt.
    """
    return Prompt(name, (files(__name__) / f"{name}.txt").read_text(encoding="utf-8").strip())


def prompt_names() -> list[str]:
    """The names of all prompts."""
    return sorted(file.name.removesuffix(".txt") for file in files(__name__).iterdir() if file.name.endswith(".txt"))
