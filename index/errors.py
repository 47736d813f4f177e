"""Every error a person may meet. Each message says what, where and why, and ends with what to do.

ReftelError
├── SettingsError              the settings cannot be used
├── CorpusError                a file or folder of cables cannot be read
│   └── CableSyntaxError       one cable cannot be parsed
├── StoreError                 the index cannot be used
│   ├── StoreMissing           nothing is indexed yet
│   ├── StoreBusy              another process is writing
│   ├── StoreDamaged           files of a derived store are broken
│   └── StoreMismatch          built by another encoder or another version
├── EncoderError               the encoder cannot be loaded or run
├── QueryError                 a question or a filter that cannot be searched
└── ChatError                  the chat model cannot be used
    ├── ChatUnavailable        no key, no package, no server, no weights, or a time-out
    └── ReplyError             its reply has not the form asked for

The command line and the page catch the root and nothing else.
"""


class ReftelError(Exception):
    """The root of the tree: shown as one line, exit code 1."""


class SettingsError(ReftelError):
    """The settings cannot be used."""


class CorpusError(ReftelError):
    """A file or folder of cables cannot be read."""


class CableSyntaxError(CorpusError):
    """One cable cannot be parsed."""


class StoreError(ReftelError):
    """The index cannot be used."""


class StoreMissing(StoreError):
    """Nothing is indexed yet."""


class StoreBusy(StoreError):
    """Another process is writing to the index."""


class StoreDamaged(StoreError):
    """Files of a derived store are broken; they can be made anew from the catalog."""


class StoreMismatch(StoreError):
    """The index was built by another encoder or another version."""


class EncoderError(ReftelError):
    """The encoder cannot be loaded or run."""


class QueryError(ReftelError):
    """A question or a filter that cannot be searched."""


class ChatError(ReftelError):
    """The chat model cannot be used."""


class ChatUnavailable(ChatError):
    """No key, no package, no server, no weights, or a time-out: worth another try."""


class ReplyError(ChatError):
    """The chat model's reply has not the form asked for."""
