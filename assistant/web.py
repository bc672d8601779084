"""Articles of the web into a library: what the command line and the page do, by the settings."""

from collections.abc import Sequence

from assistant.ingest import open_or_create
from assistant.settings import Settings
from index.library import Library
from index.progress import Progress, silent
from index.web.addresses import address_of
from index.web.connecting import WebRules
from index.web.following import WebFollower
from index.web.report import WebReport


def follower_of(
    library: Library, settings: Settings, *, allow_private: bool = False, progress: Progress = silent
) -> WebFollower:
    """What one may do with the library and the web, within what the settings allow."""
    rules = WebRules(allow=settings.web_allow, allow_private=allow_private, rate=settings.web_rate)
    return WebFollower(library, rules, progress=progress)


def add_pages(
    settings: Settings, addresses: Sequence[str], *, allow_private: bool = False, progress: Progress = silent
) -> WebReport:
    """Adds pages to the settings' library, which is created if need be."""
    for address in addresses:
        address_of(address)  # before there is an empty library
    library = open_or_create(settings.library, settings.embedder)
    return follower_of(library, settings, allow_private=allow_private, progress=progress).add(addresses)


def follow_source(
    settings: Settings,
    address: str,
    *,
    most: int,
    dry_run: bool = False,
    allow_private: bool = False,
    progress: Progress = silent,
) -> WebReport:
    """Follows a feed or sitemap in the settings' library, which is created if need be."""
    address = address_of(address)
    library = open_or_create(settings.library, settings.embedder)
    follower = follower_of(library, settings, allow_private=allow_private, progress=progress)
    return follower.follow(address, most=most, dry_run=dry_run)
