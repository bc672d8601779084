"""What can go wrong for the person, and nothing else.

    UserError
    ├── UnreadableArticle   one input could not be read; the others still go in
    ├── NoLibrary           there is no library in that folder
    ├── LibraryBusy         another process is changing the library
    ├── LibraryDamaged      what is stored cannot be trusted
    ├── EmbedderMismatch    the library was built with another embedder
    └── ModelUnavailable    the named model cannot be loaded
        └── EmbedderUnavailable the named embedder

Every message is one line that says what, where, and the command that mends it. The command line
catches ``UserError`` in one place (exit code 1). A programmer's mistake is a ``ValueError``.
"""


class UserError(Exception):
    """A problem that the person can mend; ``str(error)`` is the one line to show."""


class UnreadableArticle(UserError):
    """One input could not be read as an article.

    ``part`` says which of its file, such as a line's number; ``origin`` is the absolute path of that file, or
    of the folder that could not be looked into, where it is known.
    """

    def __init__(self, message: str, part: str = "", origin: str = "") -> None:
        super().__init__(message)
        self.part = part
        self.origin = origin


class NoLibrary(UserError):
    """There is no library where one was named."""


class LibraryBusy(UserError):
    """Another process holds the library's writer lock."""


class LibraryDamaged(UserError):
    """The stored articles fail their own checks."""


class EmbedderMismatch(UserError):
    """The library's vectors come from another embedder."""


class ModelUnavailable(UserError):
    """The named model cannot be loaded, or its files are damaged."""


class EmbedderUnavailable(ModelUnavailable):
    """The named embedder cannot be loaded."""
