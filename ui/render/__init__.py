"""The forms an answer and a cable are shown in: Markdown, terminal text, safe HTML."""

from ui.render.text import footnote, to_markdown, to_terminal

__all__ = ["footnote", "to_markdown", "to_terminal"]
