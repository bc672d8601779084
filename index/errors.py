"""What can go wrong for the person, and nothing else.

    UserError
    ├── UnreadableArticle   one input could not be read; the others still go in
    │   └── PassedOver      it may be no article at all: in a folder it is counted, not told
    ├── NoLibrary           there is no library in that folder
    ├── LibraryBusy         another process is changing the library: wait
    ├── LibraryClosed       this user may not read or change it: give access
    ├── LibraryDamaged      what is stored is proved to be not what was stored: repair
    ├── LibraryTooNew       a newer version made it
    ├── DiskFailed          the disk is full, or cannot be read or written
    ├── DatabaseAway        the server of its database cannot be reached, or the connection was lost
    ├── TooManyFiles        the system lets this process open no more files
    ├── EngineUnavailable   the engine that searches the library does not answer: start it
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


class PassedOver(UnreadableArticle):
    """A file that people have beside their articles, such as a picture, with nothing to read in it."""


class NoLibrary(UserError):
    """There is no library where one was named."""


class LibraryBusy(UserError):
    """Another process holds the library's writer lock."""


class LibraryClosed(UserError):
    """This user may not read the library, or not change it."""


class LibraryDamaged(UserError):
    """The stored articles fail their own checks."""


class LibraryTooNew(UserError):
    """A newer version of the program made the library."""


class DiskFailed(UserError):
    """The disk is full, or cannot be read or written; what is stored is as it was."""


class DatabaseAway(UserError):
    """The server of the library's database cannot be reached; what is stored is as it was."""


class TooManyFiles(UserError):
    """The system lets this process open no more files."""


class EmbedderMismatch(UserError):
    """The library's vectors come from another embedder."""


class ModelUnavailable(UserError):
    """The named model cannot be loaded, or its files are damaged."""


class EmbedderUnavailable(ModelUnavailable):
    """The named embedder cannot be loaded."""


class EngineUnavailable(UserError):
    """The engine that the library is searched in does not answer, or cannot do what was asked."""
