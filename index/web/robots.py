"""A site's robots.txt: what it lets a program ask for, and how often (RFC 9309).

The longest rule that fits decides, and ``*`` and ``$`` stand for what they do there; the standard library's
parser takes the first rule, and takes ``*`` for a star.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

LONGEST = 500 * 1024  # bytes of one that are read, as RFC 9309 has it
_SLOWEST = 30.0  # seconds between two requests that a site may ask for
NAME = "majlis"  # by which a site may speak of this program


@dataclass(frozen=True, slots=True)
class RobotRules:
    """The rules for this program: (allowed, pattern); the seconds between requests; the sitemaps named."""

    rules: tuple[tuple[bool, str], ...] = ()
    delay: float = 0.0
    sitemaps: tuple[str, ...] = ()

    def allow(self, address: str) -> bool:
        """Whether an address of the site may be asked for."""
        split = urlsplit(address)
        path = split.path + (f"?{split.query}" if split.query else "")
        fitting = [(len(rule), may) for may, rule in self.rules if _fits(rule, path)]
        return max(fitting, default=(0, True))[1]  # of two as long, the one that allows


@dataclass(slots=True)
class _Group:
    names: list[str] = field(default_factory=list)
    rules: list[tuple[bool, str]] = field(default_factory=list)
    delay: float = 0.0
    ended: bool = False  # another name begins another group


def parse_robots(text: str) -> RobotRules:
    """The rules of a robots.txt for this program; those for all where it is not named.

    >>> rules = parse_robots("User-agent: *\\nDisallow: /private/\\nAllow: /private/open$\\nCrawl-delay: 2")
    >>> rules.allow("https://a.example/private/x"), rules.allow("https://a.example/private/open"), rules.delay
    (False, True, 2.0)
    """
    groups: list[_Group] = []
    sitemaps: list[str] = []
    for line in text.lstrip("\ufeff").splitlines():
        key, colon, value = (part.strip() for part in line.partition("#")[0].partition(":"))
        match key.lower() if colon else "":
            case "user-agent":
                if not groups or groups[-1].ended:
                    groups.append(_Group())
                groups[-1].names.append(value.lower().partition("/")[0])
            case "allow" | "disallow" as rule if groups:
                groups[-1].ended = True
                if value:
                    groups[-1].rules.append((rule == "allow", value))
            case "crawl-delay" if groups:
                groups[-1].ended = True
                if re.fullmatch(r"\d+(?:\.\d+)?", value):
                    groups[-1].delay = min(float(value), _SLOWEST)
            case "sitemap":
                sitemaps.append(value)
    named = [group for group in groups if NAME in group.names]
    chosen = named or [group for group in groups if "*" in group.names]
    rules = tuple(rule for group in chosen for rule in group.rules)
    return RobotRules(rules, max((group.delay for group in chosen), default=0.0), tuple(sitemaps))


def _fits(rule: str, path: str) -> bool:
    """Whether a path begins as a rule says; looked for part by part, so that no rule takes long."""
    parts, whole = rule.removesuffix("$").split("*"), rule.endswith("$")
    if not path.startswith(parts[0]):
        return False
    at = len(parts[0])
    for part in parts[1:-1]:
        if (found := path.find(part, at)) < 0:
            return False
        at = found + len(part)
    if len(parts) == 1:
        return not whole or at == len(path)
    if whole:
        return path.endswith(parts[-1]) and len(path) - len(parts[-1]) >= at
    return path.find(parts[-1], at) >= 0
