"""A path -> Messages, one raw cable each, whatever the archive's format.

Text with one or many cables, ZIP, tar, gzip, JSON Lines, Cablegate CSV, FRUS volumes in TEI XML: one module a
format, each a generator over a byte stream. What cannot be read is a `Problem` with one plain sentence: never an
exception, never silence.
"""

from index.read.files import files_in, read_file

__all__ = ["files_in", "read_file"]
