"""What was removed from a library, and whether any of it is left there."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from index.library import ArticleSummary, Change, Traces
from index.library.database.postgres.address import REMEMBERED
from index.progress import counted
from index.structure import visible


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was removed from a library, and what of it is left in its folder; None: not looked for.

    ``files`` are those that the library kept of the articles: they went with them.
    """

    library: Path
    change: Change
    articles: tuple[ArticleSummary, ...]
    traces: Traces | None
    files: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """For a person: what was removed, then whether any of it is left."""
        lines = [f"{self.library}: {counted(self.change.removed, 'article')} removed."]
        lines += [f"removed: {a.id}  {_line(a.title)}  {_line(a.origin)}" for a in self.articles]
        lines += [f"removed: the file {_line(name)}, which was kept in the library" for name in self.files]
        if self.traces is not None:
            looked = (
                f"{counted(self.traces.windows, 'piece')} of what they said looked for in all "
                f"{counted(self.traces.bytes, 'byte')} of {counted(self.traces.files, 'file')}"
            )
            lines.append(f"{looked}: {'none is left.' if not self.traces.found else 'some are left.'}")
            lines += [self._left(name) for name in self.traces.found]
            if (self.library / REMEMBERED).exists():
                lines.append(
                    "in PostgreSQL their rows are deleted; a VACUUM of its server gives up their room"
                )
        return lines

    def _left(self, name: str) -> str:
        if ".damaged-" in name:
            return f"left: in {self.library / name}, a damaged file that a repair kept; delete it yourself"
        log = self.library / "majlis.sqlite-wal"
        if (
            name.startswith("majlis.sqlite") and log.exists() and log.stat().st_size
        ):  # not taken into the file yet
            return f"left: in {self.library / name} while another process reads; the next change takes it out"
        return (
            f"left: in {self.library / name}; take it out with: majlis index repair --library {self.library}"
        )

    def to_json(self) -> dict[str, Any]:
        """The object that ``majlis index remove --json`` prints."""
        return asdict(self.change) | {
            "articles": [asdict(article) for article in self.articles],
            "files": list(self.files),
            "traces": None if self.traces is None else asdict(self.traces),
            "problems": [] if self.traces is None else [self._left(name) for name in self.traces.found],
            "passed_over": {},
        }


def _line(text: str) -> str:
    return " ".join(visible(text).split())
