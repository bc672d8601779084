"""What was done with pages of the web, for a person and for programs."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from index.library.change import Change
from index.progress import counted

NOTHING = Change(added=0, updated=0, unchanged=0, removed=0, passages=0, embedded=0, revision=0)


@dataclass(slots=True)
class WebReport:
    """Addresses by what became of their articles; filled as pages are asked for."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    moved: list[tuple[str, str]] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)  # newly so; their articles stay
    back: list[str] = field(default_factory=list)  # were gone before
    same: list[tuple[str, str]] = field(default_factory=list)  # an address of an article that is known
    removed: list[str] = field(default_factory=list)
    followed: list[str] = field(default_factory=list)
    unchanged: int = 0
    left: int = 0  # listed, and for another time
    kept: list[str] = field(default_factory=list)  # a line each: could not be looked at, and stay
    problems: list[str] = field(default_factory=list)  # a line each: gave no article
    waiting: Counter[tuple[str, str]] = field(default_factory=Counter)  # (host, why): pages to ask again
    embedded: int = 0
    passages: int = 0
    revision: int = 0
    dry: bool = False

    def lines(self, library: str) -> list[str]:
        """What was done, then a line for each article that is concerned and each problem."""
        counts = {
            "added": len(self.added),
            "changed": len(self.changed),
            "moved": len(self.moved),
            "gone": len(self.gone),
            "unchanged": self.unchanged,
            "removed": len(self.removed),
        }
        told = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
        done = "nothing was changed" if self.dry else None
        would = "it would be " if self.dry else ""
        made = counted(self.embedded, "passage") + " embedded" if self.embedded else "nothing to embed"
        told = told or "no article came or went"
        lines = [
            f"{library}: {would}{told}; {done or made}.",
            *(f"followed: {address}" for address in self.followed),
            *(f"new: {address}" for address in self.added),
            *(f"changed: {address}" for address in self.changed),
            *(f"moved: {old} -> {new}" for old, new in self.moved),
            *(f"gone: {address} (its article stays; with --prune it goes)" for address in self.gone),
            *(f"back: {address}" for address in self.back),
            *(f"the same article: {address} as {known}" for address, known in self.same),
            *(f"removed: {address}" for address in self.removed),
        ]
        if self.left:
            lines.append(f"{counted(self.left, 'more article')} listed: the next sync takes more of them")
        return [*lines, *(f"not taken: {line}" for line in self.troubles())]

    def troubles(self) -> list[str]:
        """The problems; of hosts that do not answer, one line each."""
        lines = [*self.problems, *(f"{line}; its article stays as it was" for line in self.kept)]
        for host in sorted({host for host, _ in self.waiting}):
            whys = [why for at, why in self.waiting if at == host]
            why, count = whys[0], sum(self.waiting[host, why] for why in whys)
            lines.append(
                f"{host}: {counted(count, 'page')} could not be asked ({why}); what is "
                "stored stays, and the next sync tries again"
            )
        return lines

    def to_json(self) -> dict[str, Any]:
        """The object that the commands print: as for files, with the addresses under ``plan``."""
        return {
            "added": len(self.added),
            "updated": len(self.changed),
            "unchanged": self.unchanged,
            "removed": len(self.removed),
            "passages": self.passages,
            "embedded": self.embedded,
            "revision": self.revision,
            "moved": len(self.moved),
            "problems": self.troubles(),
            "dry_run": self.dry,
            "left": self.left,
            "followed": self.followed,
            "plan": {
                "new": self.added,
                "changed": self.changed,
                "moved": self.moved,
                "gone": self.gone,
                "back": self.back,
                "same": self.same,
                "removed": self.removed,
            },
        }
