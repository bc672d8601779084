"""Who may change the library on its page, and how much at a time: by the settings, pure functions."""

from ipaddress import ip_address

from assistant.settings import Settings

EVERYONE = "*"  # among the editors: whoever reaches the page


def may_change(settings: Settings, signed_in: str | None) -> bool:
    """Whether a visitor may; ``signed_in`` is the name that it has signed in with.

    Without ``editors``: who has signed in, and where nobody does, whoever sits at the machine.
    """
    if settings.read_only:
        return False
    if EVERYONE in settings.editors:
        return True
    if settings.auth:
        return bool(signed_in) and (not settings.editors or signed_in in settings.editors)
    return not settings.editors and is_loopback(settings.host)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches what listens there."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def largest_upload(settings: Settings) -> int:
    """The bytes that one file may have; 0 where nobody may hand over any."""
    return 0 if settings.read_only else settings.upload_mb << 20
