"""The HTML of what the library page has of the web: the form, the followed sites, and what was done."""

from collections.abc import Sequence
from html import escape

from index.web.addresses import shown_address
from index.web.records import FollowedSource
from index.web.report import WebReport
from ui.shelf.problems import problem_html
from ui.shelf.words import ShelfWords

_MOST_TOLD = 20  # addresses of one kind


def web_form(told: ShelfWords) -> str:
    """Where an address is given."""
    return (
        f'<form class="web"><h3>{told.web}</h3><label>{told.web_address} '
        '<input name="address" type="text" inputmode="url" dir="ltr" placeholder="https://" '
        'autocomplete="off" maxlength="2000"></label>'
        f'<p><button type="submit" value="page">{told.web_page}</button> '
        f'<button type="submit" value="feed">{told.web_feed}</button></p>'
        f'<p class="note">{told.web_note}</p></form>'
    )


def followed_html(sources: Sequence[tuple[FollowedSource, int, int]], told: ShelfWords) -> str:
    """The sites that are followed, with how many articles of each there are, and are gone from there."""
    if not sources:
        return ""
    items = "".join(_followed(source, pages, gone, told) for source, pages, gone in sources)
    every = (
        f'<button type="button" class="small" data-do="sync" data-address="">{told.sync_all}</button>'
        if len(sources) > 1
        else ""
    )
    return f"<h2>{told.followed}</h2><ul>{items}</ul>{every}"


def _followed(source: FollowedSource, pages: int, gone: int, told: ShelfWords) -> str:
    address = escape(source.address)
    title = f'<strong dir="auto">{escape(source.title)}</strong>' if source.title else ""
    counts = told.web_articles.format(f"{pages:,}")
    if gone:
        counts += f" · {told.web_gone_articles.format(f'{gone:,}')}"
    problem = ""
    if source.problem:
        problem = f'<p class="problem">{problem_html(source.problem, told.language)}</p>'
    buttons = "".join(
        f'<button type="button" class="small" data-do="{what}" data-address="{address}" '
        f'aria-label="{name}: {address}">{name}</button> '
        for what, name in (("sync", told.sync), ("unfollow", told.unfollow))
    )
    return (
        f'<li><p>{title} <bdi class="address" dir="ltr">{escape(shown_address(source.address))}</bdi></p>'
        f'<p class="note">{counts}</p>{problem}<p>{buttons}</p></li>'
    )


def web_outcome(report: WebReport, told: ShelfWords) -> str:
    """What was done, a line for each address that it concerns."""
    kinds = (
        (told.follows, report.followed),
        (told.added, report.added),
        (told.changed, report.changed),
        (told.gone_page, report.gone),
        (told.back, report.back),
    )
    lines = [line for said, addresses in kinds for line in _lines(said, [(one,) for one in addresses], told)]
    lines += _lines(told.moved, report.moved, told)
    if not (
        report.added or report.changed or report.moved or report.gone or report.back or report.troubles()
    ):
        lines.append(f"<li>{told.nothing_new}</li>")
    if report.unchanged:
        lines.append(f"<li>{told.as_it_was.format(f'{report.unchanged:,}')}</li>")
    if report.left:
        lines.append(f"<li>{told.for_later.format(f'{report.left:,}')}</li>")
    lines += [
        f'<li class="problem">{problem_html(line, told.language)}</li>'
        for line in report.troubles()[:_MOST_TOLD]
    ]
    return f"<ul>{''.join(lines)}</ul>"


def _lines(said: str, addresses: Sequence[tuple[str, ...]], told: ShelfWords) -> list[str]:
    lines = [
        f"<li>{said.format(*(f'<bdi>{escape(shown_address(address))}</bdi>' for address in one))}</li>"
        for one in addresses[:_MOST_TOLD]
    ]
    if len(addresses) > _MOST_TOLD:
        lines.append(f"<li>{told.and_more.format(f'{len(addresses) - _MOST_TOLD:,}')}</li>")
    return lines
