"""The embedder of a library's vectors: loaded by name when it is needed, and refused where it is another.

Libraries that are open beside one another share the model of the embedder that they have in common.
"""

from pathlib import Path
from threading import Lock
from weakref import WeakValueDictionary

from index.embedders import Embedder, load_embedder
from index.errors import EmbedderMismatch
from index.library.database import State

_shared: WeakValueDictionary[tuple[str, str], Embedder] = WeakValueDictionary()  # by name and fingerprint
_sharing = Lock()


class LibraryEmbedder:
    """What embeds for the library in a folder; ``given`` by whoever opened it, or loaded. Thread-safe."""

    def __init__(self, folder: Path, given: Embedder | None) -> None:
        self.given = given
        self._folder = folder
        self._loaded = given
        self._loading = Lock()

    def of(self, state: State) -> Embedder:
        """The embedder of the state's vectors; ``EmbedderMismatch`` where it is not to be had."""
        with self._loading:
            if self._loaded is None or (self.given is None and self._loaded.fingerprint != state.fingerprint):
                self._loaded = _loaded(state)
            self.check(state, self._loaded)
            return self._loaded

    def check(self, state: State, embedder: Embedder) -> None:
        """``EmbedderMismatch`` where the state's vectors come from another one."""
        if embedder.fingerprint == state.fingerprint:
            return
        if embedder.name == state.embedder:
            raise EmbedderMismatch(
                f"the library in {self._folder} was built with another version of the embedder "
                f"{embedder.name}: embed it anew with: majlis index repair --library {self._folder}"
            )
        raise EmbedderMismatch(
            f"the library in {self._folder} was built with the embedder {state.embedder}, not "
            f"{embedder.name}: to change it run: majlis index build PATH... --embedder {embedder.name} "
            f"--library {self._folder}"
        )


def _loaded(state: State) -> Embedder:
    """The embedder of that name, which another library may have loaded already."""
    with _sharing:
        found = _shared.get((state.embedder, state.fingerprint))
        if found is None:
            found = load_embedder(state.embedder)
            _shared[state.embedder, found.fingerprint] = found
        return found
