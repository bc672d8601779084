"""Where an article came from, as it is asked for: the folder of its file, its site or source, its kind.

A folder is named by its whole path or by the last of it, as far as it is told; a site by its host, with or
without ``www``, or what lies above it; a source that is no address, by words of it.
"""

import re
from pathlib import PurePath

from index.text.analysis import fold

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://([^/?#]+)([^?#]*)", re.IGNORECASE)
_DOCUMENTS = frozenset("pdf docx txt md epub rtf odt pptx xlsx csv".split())  # noqa: SIM905
_SLASHES = re.compile(r"[/\\]+")


def folder_of(origin: str) -> str:
    """The folder of a file, with a slash at its end; "" for what came from no file."""
    folder, slash, _ = origin.replace("\\", "/").rpartition("/")
    return folder + slash


def kind_of_file(origin: str) -> str:
    """The ending of a file's name without its dot, in small letters; of an address only one of documents.

    >>> kind_of_file("/reports/Survey.PDF"), kind_of_file("https://news.example/a.pdf?v=2")
    ('pdf', 'pdf')
    >>> kind_of_file("https://news.example"), kind_of_file("https://news.example/article.php")
    ('html', 'html')
    """
    if address := _ADDRESS.match(origin):
        ending = PurePath(address[2]).suffix[1:].lower()
        return ending if ending in _DOCUMENTS else "html"
    return PurePath(origin).suffix[1:].lower()


def site_of(source: str, origin: str) -> str:
    """What an article names as its source, of an address only host and folder; "" where that is its file.

    An article of the web has its address as both.

    >>> site_of("https://www.reuters.com/world/a-fire-1", "/news.jsonl"), site_of("Reuters", "/news.jsonl")
    ('reuters.com/world/', 'Reuters')
    """
    address = _ADDRESS.match(source)
    if source == origin and not address:
        return ""
    if address:
        host = address[1].rpartition("@")[2].partition(":")[0].lower().removeprefix("www.")
        return host + folder_of(address[2] or "/")
    return " ".join(source.split())


def lies_in(folder: str, wanted: str) -> bool:
    """Whether a folder is the one that is wanted, or below it.

    >>> lies_in("/home/me/council/minutes/2023/", "minutes"), lies_in("/home/me/old minutes/", "minutes")
    (True, False)
    """
    parts, asked = _parts(folder), _parts(wanted)
    if wanted.startswith(("/", "\\")) or re.match(r"[a-zA-Z]:[/\\]", wanted):
        return parts[: len(asked)] == asked
    size = len(asked)
    return bool(asked) and any(parts[at : at + size] == asked for at in range(len(parts) - size + 1))


def ends_with(folder: str, wanted: str) -> bool:
    """Whether a folder's path ends as wanted; any does for nothing."""
    asked = _parts(wanted)
    return _parts(folder)[-len(asked) :] == asked if asked else True


def is_of_site(site: str, wanted: str) -> bool:
    """Whether a site is the one that is wanted, or below it.

    >>> is_of_site("arabic.reuters.com/world/", "reuters.com"), is_of_site("Reuters, London", "reuters")
    (True, True)
    """
    address = _ADDRESS.match(wanted)
    plain = (address[1] + address[2] if address else wanted).removeprefix("www.").rstrip("/")
    words, asked = _words(site), _words(plain)
    size = len(asked)
    if not size:
        return False
    if "/" in plain or "." in plain:  # an address: a host ends, and a path begins, as it is wanted
        host, _, path = fold(site).partition("/")
        wanted_host, _, wanted_path = fold(plain).partition("/")
        below = host == wanted_host or host.endswith("." + wanted_host)
        return below and (not wanted_path or (path + "/").startswith(wanted_path + "/"))
    return any(words[at : at + size] == asked for at in range(len(words) - size + 1))


def _parts(path: str) -> list[str]:
    return [part for part in _SLASHES.split(fold(path)) if part not in ("", ".")]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", fold(text))
