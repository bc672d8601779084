"""The HTML of the library page: its frame, the list, and what is being changed; pure functions.

Every text that comes from an article, a file or a person is escaped, and of a path only the name is shown.
Buttons carry what they ask for in ``data-`` attributes, which ``shelf.js`` reads.
"""

import re
from collections.abc import Sequence
from html import escape

from assistant.receipt import Receipt
from assistant.uploads import Uploaded
from assistant.uploads.names import is_upload
from index.formats import endings
from index.library.snapshot import ArticleSummary
from index.web.addresses import is_address, shown_address
from ui.paragraphs import inline
from ui.shelf.jobs import Job
from ui.shelf.problems import problem_html
from ui.shelf.web import web_form, web_outcome
from ui.shelf.words import ShelfWords, shelf_words_in
from ui.words import Words, count_articles

PAGE = 50  # articles of the list that are shown at a time
KINDS = ("PDF", "Word", "EPUB", "HTML", "Markdown", "TXT", "JSON Lines", "EML")


def frame(words: Words, *, changes: bool, files: int, megabytes: int, libraries: str = "") -> str:
    """The page, its list still empty; ``changes`` says whether the visitor may change the library.

    ``libraries`` is the HTML of the choice among several.
    """
    told = shelf_words_in(words.language)
    switches = "".join(
        f'<button type="button" data-language="{code}" lang="{code}" title="{name}" aria-label="{name}" '
        f'aria-pressed="{"true" if code == words.language else "false"}">{label}</button>'
        for code, label, name in (("en", "EN", "English"), ("ar", "ع", "العربية"))
    )
    adding = _adding(told, files, megabytes) if changes else f'<p class="note">{told.read_only}</p>'
    languages = "".join(
        f'<option value="{code}">{name}</option>'
        for code, name in (("", told.all_languages), ("ar", told.arabic), ("en", told.english))
    )
    return (
        f'<div class="shelf" lang="{words.language}" dir="{words.direction}" data-sending="{told.sending}" '
        f'data-files="{files}" data-megabytes="{megabytes}" data-too-many="{told.too_many}" '
        f'data-too-large="{told.too_large}" data-not-sent="{told.not_sent}" data-no-text="{told.no_text}" '
        f'data-no-files="{told.no_files}" data-not-taken="{told.not_taken}" '
        f'data-no-address="{told.no_address}">'
        f'<header><h1 class="name">{told.library}</h1>{libraries}'
        f'<a class="back" href="./?lang={words.language}">{told.chat}</a>'
        f'<span class="switch" role="group" aria-label="{words.switch}">{switches}</span></header>'
        f'<main>{adding}<section class="work" aria-label="{told.work}" role="status"></section>'
        f'<section class="followed" aria-label="{told.followed}"></section>'
        f'<section class="articles" aria-label="{told.library}"><form class="find" role="search">'
        f'<input type="search" dir="auto" name="search" aria-label="{told.search}" '
        f'placeholder="{told.search}">'
        f'<select name="in" aria-label="{told.columns[1]}">{languages}</select></form>'
        f'<div class="list" aria-live="polite"></div></section></main>{_dialog(told)}</div>'
    )


def listing(
    articles: Sequence[ArticleSummary], total: int, first: int, words: Words, *, changes: bool, searched: bool
) -> str:
    """Some of the articles, which are from the ``first`` on of ``total``, with the way to the others."""
    told = shelf_words_in(words.language)
    if not articles:
        return f'<p class="note">{told.nothing_found if searched else told.no_articles}</p>'
    last = f"<th><span class='unseen'>{told.remove}</span></th>" if changes else ""
    heads = "".join(f'<th scope="col">{name}</th>' for name in told.columns) + last
    rows = "".join(_row(article, told, changes) for article in articles)
    shown = told.shown.format(f"{first + 1:,}", f"{first + len(articles):,}", f"{total:,}")
    return (
        f'<p class="count">{count_articles(total, words.language)}</p>'
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        + (
            f'<nav aria-label="{told.pages}">{_ways(first, total, told)}<bdi>{shown}</bdi></nav>'
            if total > PAGE
            else ""
        )
    )


def work_html(jobs: Sequence[Job], words: Words, library: str) -> str:
    """What is being changed and what became of it, the newest first; ``library`` is a path not to be said."""
    told = shelf_words_in(words.language)
    items = "".join(f'<li class="job">{_job(job, told, library)}</li>' for job in reversed(jobs))
    ended = any(job.ended for job in jobs)
    hide = f'<button type="button" class="small" data-do="dismiss">{told.dismiss}</button>' if ended else ""
    return f'{hide}<ul tabindex="0" aria-label="{told.work}">{items}</ul>' if jobs else ""


def _adding(told: ShelfWords, files: int, megabytes: int) -> str:
    accepted = ",".join(f".{ending}" for ending in endings())
    limits = told.limits.format(told.and_so.join(KINDS), files, megabytes)
    return (
        f'<section class="add" aria-label="{told.add}"><h2>{told.add}</h2>'
        f'<div class="drop"><p>{told.drop}</p><p>'
        f'<button type="button" data-do="files">{told.choose_files}</button> '
        f'<button type="button" data-do="folder">{told.choose_folder}</button></p>'
        f'<input type="file" class="files" multiple accept="{accepted}" '
        f'aria-label="{told.choose_files}" hidden>'
        f'<input type="file" class="folder" webkitdirectory aria-label="{told.choose_folder}" hidden>'
        f'<p class="note">{limits}</p></div>'
        f"<details><summary>{told.or_paste}</summary><form class='paste'>"
        f"<label>{told.paste_title} "
        f'<input name="title" dir="auto" placeholder=" " autocomplete="off" maxlength="300"></label>'
        f'<label>{told.paste_text} <textarea name="text" dir="auto" placeholder=" " rows="6">'
        "</textarea></label>"
        f'<button type="submit">{told.paste}</button></form></details>{web_form(told)}'
        f'<p class="sent" role="status"></p></section>'
    )


def _dialog(told: ShelfWords) -> str:
    return (
        f'<dialog aria-label="{told.question}"><form method="dialog"><p>{told.question}</p>'
        f'<p class="title" dir="auto"></p><p class="note own">{told.own_file}</p>'
        f'<p class="note other">{told.other_file}</p><p><button value="remove" class="danger">{told.remove}'
        f'</button> <button value="" autofocus>{told.cancel}</button></p></form></dialog>'
    )


def _row(article: ArticleSummary, told: ShelfWords, changes: bool) -> str:
    language = told.arabic if article.language == "ar" else told.english
    remove = (
        f'<td><button type="button" class="small" data-do="remove" data-id="{escape(article.id)}" '
        f'data-title="{escape(article.title)}" data-own="{"yes" if is_upload(article.origin) else "no"}" '
        f'aria-label="{escape(told.remove_named.format(article.title))}">{told.remove}</button></td>'
    )
    return (
        f'<tr><th scope="row" lang="{article.language}">{inline(article.title)}</th>'
        f'<td data-name="{told.columns[1]}">{language}</td>'
        f'<td data-name="{told.columns[2]}">{inline(article.published) if article.published else ""}</td>'
        f'<td data-name="{told.columns[3]}">{article.passages:,}</td>'
        f'<td data-name="{told.columns[4]}" class="source"><bdi>{escape(name_of(article.source))}</bdi></td>'
        f"{remove if changes else ''}</tr>"
    )


def name_of(source: str) -> str:
    """Where an article came from, without the folders of the machine.

    >>> name_of("/home/salma/trip.md"), name_of("trip/notes.md"), name_of("https://example.org/a")
    ('trip.md', 'trip/notes.md', 'https://example.org/a')
    """
    if is_address(source):
        return shown_address(source)
    absolute = re.match(r"[/\\]|[A-Za-z]:[/\\]", source)
    return re.split(r"[/\\]", source)[-1] if absolute else source


def _ways(first: int, total: int, told: ShelfWords) -> str:
    ways = ((told.earlier, first - PAGE, first <= 0), (told.later, first + PAGE, first + PAGE >= total))
    return "".join(
        f'<button type="button" class="small" data-do="page" data-first="{max(0, to)}"'
        f"{' disabled' if off else ''}>{name}</button>"
        for name, to, off in ways
    )


def _job(job: Job, told: ShelfWords, library: str) -> str:
    if not job.ended:
        counts = {"fetching": told.fetching, "reading": told.reading, "embedding": told.embedding}
        if job.stage in counts and job.total:
            text = counts[job.stage].format(f"{min(job.done + 1, job.total):,}", f"{job.total:,}")
            bar = f'<progress max="{job.total}" value="{job.done}" aria-label="{text}"></progress>'
            return f"<p>{text}</p>{bar}"
        stages = {"": told.waiting, "removing": told.removing}
        return f"<p>{stages.get(job.stage, told.writing)}</p>"
    if job.problem:
        known = {"busy": told.busy, "unexpected": told.unexpected}
        text = known.get(job.problem) or problem_html(job.problem.replace(library, "…"), told.language)
        return f'<p class="problem">{text}</p>'
    if job.outcome.web:
        return web_outcome(job.outcome.web, told)
    if job.outcome.unfollowed:
        return f"<p>{told.unfollowed.format(f'<bdi>{escape(job.outcome.unfollowed)}</bdi>')}</p>"
    if job.outcome.receipt:
        return _receipt(job.outcome.receipt, told)
    return f"<ul>{''.join(_uploaded(upload, told) for upload in job.outcome.uploads)}</ul>"


def _uploaded(upload: Uploaded, told: ShelfWords) -> str:
    name = f"<bdi>{escape(upload.name)}</bdi>"
    if not upload.articles:
        why = problem_html(upload.problem, told.language)
        return f'<li class="problem">{told.not_taken.format(name, why)}</li>'
    if upload.articles > 1:
        said = told.added_several.format(name, f"{upload.articles:,}")
    else:
        said = (told.replaced if upload.replaced else told.added).format(name)
    problem = ""
    if upload.problem:
        problem = f' <span class="problem">{problem_html(upload.problem, told.language)}</span>'
    return f"<li>{said}{problem}</li>"


def _receipt(receipt: Receipt, told: ShelfWords) -> str:
    titles = "".join(
        f"<p>{told.removed.format(f'<bdi>{inline(a.title)}</bdi>')}</p>" for a in receipt.articles
    )
    for name in receipt.files:
        file = f"<bdi>{escape(name.rpartition('/')[2])}</bdi>"
        titles += f"<p>{told.file_removed.format(file)}</p>"
    traces = receipt.traces
    if traces is None:
        return titles
    looked = told.looked_for.format(*(f"{count:,}" for count in (traces.windows, traces.bytes, traces.files)))
    left = told.none_left
    if traces.found:
        waits = all(name.startswith("majlis.sqlite") for name in traces.found)
        left = told.in_use if waits else told.some_left.format(escape(", ".join(traces.found)))
    return f'{titles}<p class="note">{looked} {left}</p>'
