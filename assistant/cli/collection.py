"""``majlis index list``, ``remove`` and ``tag``: what is done with chosen articles of a library."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from assistant.cli.options import (
    json_option,
    library_option,
    open_library,
    print_json,
    print_lines,
    within_option,
)
from assistant.cli.terminal import one_line, table_lines
from index.errors import UserError
from index.progress import counted

if TYPE_CHECKING:  # the command line starts without these
    from index.library import ArticleSummary, Library


@click.command("list")
@within_option
@library_option
@json_option
def list_(within: str, as_json: bool, **flags: Any) -> None:
    """List the articles: id, language, passages, title, source.

    \b
    majlis index list --within 'tag:court-file published:2023..'
    """
    articles = _kept(open_library(**flags), within)
    if as_json:
        print_json([asdict(article) for article in articles])
    else:
        columns = ("id", "language", "passages", "title", "source")
        print_lines(table_lines([{name: getattr(a, name) for name in columns} for a in articles]))


@click.command()
@click.argument("names", metavar="[PATH_OR_ID]...", nargs=-1)
@within_option
@click.option("--yes", is_flag=True, help="Remove what --within keeps; without it they are only listed.")
@click.option("--allow-removals", is_flag=True, help="Also of this folder, or of one above it.")
@click.option("--no-proof", is_flag=True, help="Do not read the whole library for what is left.")
@library_option
@json_option
def remove(
    names: Sequence[str],
    within: str,
    yes: bool,
    allow_removals: bool,
    no_proof: bool,
    as_json: bool,
    **flags: Any,
) -> None:
    """Remove articles, named by id, by file or by folder, and say what was removed and whether any is left.

    With --within, those that fit: they are listed first, and go with --yes.

    \b
    majlis index remove old-news report.pdf 3f2a90c1d4e5b6a7
    majlis index remove --within 'source:motions/ published:..2019'
    """
    from assistant.ingest import remove_articles

    if bool(names) == bool(within.strip()):
        raise click.UsageError("name articles by PATH_OR_ID, or give --within.")
    library = open_library(**flags)
    if within:
        articles = _kept(library, within)
        if not articles:
            raise UserError(f"no article of {library.folder} fits {within!r}, so nothing was removed")
        if not yes:
            _print_plan(library, articles, as_json)
            return
        names = [article.id for article in articles]
    receipt = remove_articles(library, names, all_below=allow_removals, prove=not no_proof)
    if as_json:
        print_json(receipt.to_json())
    else:
        print_lines(receipt.lines())
    if receipt.traces is not None and receipt.traces.found:
        raise click.exceptions.Exit(1)


def _print_plan(library: "Library", articles: "Sequence[ArticleSummary]", as_json: bool) -> None:
    if as_json:
        print_json({"dry_run": True, "removed": 0, "articles": [asdict(article) for article in articles]})
        return
    print_lines(
        [
            f"{library.folder}: {counted(len(articles), 'article')} would go, and nothing did: add --yes.",
            *(f"would go: {one.id}  {one_line(one.title)}  {one_line(one.origin)}" for one in articles),
        ]
    )


@click.command()
@click.argument("names", metavar="[PATH_OR_ID]...", nargs=-1)
@click.option("--tag", "tags", metavar="TAG", multiple=True, required=True, help="May be repeated.")
@click.option("--remove", is_flag=True, help="Take the tags away.")
@within_option
@library_option
@json_option
def tag(
    names: Sequence[str], tags: Sequence[str], remove: bool, within: str, as_json: bool, **flags: Any
) -> None:
    """Tag articles, named by id, by file or by folder, or by --within; tags stay when articles are updated.

    What an article's own file states as its tags is its file's to change.

    \b
    majlis index tag papers/court --tag court-file
    majlis index tag --within 'author:"Mary Oakes"' --tag oakes
    """
    if not names and not within.strip():
        raise click.UsageError("name articles by PATH_OR_ID, or give --within.")
    tags = [" ".join(one.split()) for one in tags]
    if not all(tags):
        raise click.UsageError("a tag is at least a letter.")
    library = open_library(**flags)
    chosen = {article.id for name in names for article in _named(library, name)}
    if within.strip():
        kept = {article.id for article in _kept(library, within)}
        chosen = chosen & kept if names else kept
    changed = library.tag(sorted(chosen), tags, remove=remove)
    own = 0
    if remove:
        stated = {one.casefold() for one in tags}
        own = sum(
            one.id in chosen and not stated.isdisjoint(tag.casefold() for tag in one.tags)
            for one in library.articles()
        )
    if as_json:
        print_json({"articles": len(chosen), "changed": changed, "stated_by_their_files": own})
        return
    verb = "lost the tag" if remove else "tagged"
    lines = [f"{library.folder}: {counted(changed, 'article')} {verb}: {', '.join(map(one_line, tags))}."]
    if own:
        lines.append(f"{counted(own, 'article')} keep it, for their own files state it: change it there.")
    print_lines(lines)


def _kept(library: "Library", within: str) -> "list[ArticleSummary]":
    from index.filters import Filter

    filter = Filter.parse(within)
    with library.snapshot() as snapshot:
        return snapshot.within(filter).articles() if filter else snapshot.articles()


def _named(library: "Library", name: str) -> "list[ArticleSummary]":
    from assistant.uploads.names import origin_of

    found = library.find(origin_of(library, name))
    if not found:
        raise UserError(
            f"no article of {library.folder} has the id or the path {name!r}, so nothing was tagged; "
            f"see them with: majlis index list --library {library.folder}"
        )
    return found
