"""What several commands share: options, the opened assistant, and JSON on standard output."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from index.web.addresses import is_address

if TYPE_CHECKING:  # the command line starts without these
    from assistant.pipeline import Assistant
    from assistant.settings import Settings
    from index.library import Library
    from index.search import IndexKinds

Command = TypeVar("Command", bound=Callable[..., Any])


def options(*decorators: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """One decorator from several, applied in the order in which the help lists them."""

    def apply(command: Command) -> Command:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return apply


database_option = click.option(
    "--database",
    metavar="URL",
    help="Of a library in PostgreSQL: postgresql://USER@HOST/DB?schema=NAME; its folder remembers it.",
)
library_option = options(
    click.option(
        "--library",
        type=click.Path(file_okay=False, path_type=Path),
        help="The library's folder.  [default: $MAJLIS_LIBRARY, else ./majlis-library]",
    ),
    database_option,
)
search_options = options(
    click.option(
        "--search",
        type=click.Choice(["local", "milvus"]),
        help="What searches the library from now on.  [default: what does; local for a new one]",
    ),
    click.option(
        "--milvus-url", metavar="URL", help="Where Milvus is, as http://host:19530.  [default: as before]"
    ),
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
embedder_option = click.option(
    "--embedder", help="bundled, hashing, or a sentence-transformers name or folder.  [default: bundled]"
)
ocr_option = click.option(
    "--ocr",
    type=click.Choice(["auto", "never", "always"]),
    help="Which pages are read as scans: those without text, none, or all.  [default: auto]",
)
ray_option = click.option(
    "--ray",
    metavar="ADDRESS",
    help="Read and embed on the machines of a Ray cluster: local starts one here; auto or HOST:PORT.",
)
retriever_option = click.option(
    "--retriever",
    type=click.Choice(["hybrid", "lexical", "dense"]),
    help="How passages are found.  [default: hybrid]",
)
reader_option = options(
    click.option(
        "--reader",
        help="bundled, sentence, llm, or a transformers question-answering name or folder."
        "  [default: bundled]",
    ),
    click.option(
        "--llm-url",
        metavar="URL",
        help="The OpenAI-compatible endpoint that --reader llm asks, as http://localhost:11434/v1.",
    ),
    click.option("--llm-model", metavar="NAME", help="The model's name there."),
    click.option(
        "--llm-key-file",
        metavar="FILE",
        type=click.Path(dir_okay=False, path_type=Path),
        help="A file that holds its key; or set MAJLIS_LLM_KEY.",
    ),
    click.option(
        "--llm-window",
        metavar="TOKENS",
        type=click.IntRange(1024, 10_000_000),
        help="How many tokens the model takes.  [default: 4096]",
    ),
    click.option(
        "--llm-timeout",
        metavar="SECONDS",
        type=click.IntRange(1, 3600),
        help="How long to wait for a word of it.  [default: 120]",
    ),
    click.option(
        "--llm-support",
        metavar="MODEL",
        help="What checks its sentences: bundled, or a transformers name or folder that tells entailment.  "
        "[default: bundled]",
    ),
    click.option(
        "--llm-unsupported",
        type=click.Choice(["mark", "omit"]),
        help="Mark a sentence that no article supports, or leave it out.  [default: mark]",
    ),
)
within_option = click.option(
    "--within",
    metavar="FILTER",
    default="",
    help="Only articles that fit, as 'source:minutes/ published:2023.. -language:ar'; of id, source, kind, "
    "language, author, published, added and tag.",
)
allow_private_option = click.option(
    "--allow-private", is_flag=True, help="Also ask hosts of private networks, such as this machine."
)
k_option = click.option("-k", type=click.IntRange(1, 1000), help="How many hits.  [default: 10]")
server_options = options(
    click.option("--host", help="The address to listen on.  [default: 127.0.0.1]"),
    click.option("--port", type=click.IntRange(0, 65535), help="The port.  [default: 7860]"),
    click.option("--root-path", metavar="PATH", help="Below which path a proxy publishes it, as /majlis."),
    click.option(
        "--allow-host",
        metavar="NAME",
        multiple=True,
        callback=lambda _context, _option, names: names or None,
        help="Another name that the server is asked by; may be repeated.",
    ),
    click.option(
        "--auth",
        metavar="FILE",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Let in only the people of this file, which majlis ui-user writes.",
    ),
    click.option("--mcp", is_flag=True, default=None, help="Offer ask, search and articles as MCP tools."),
    click.option("--log-requests", is_flag=True, default=None, help="Log requests as JSON Lines, no texts."),
    click.option(
        "--per-minute",
        type=click.IntRange(0, 100_000),
        help="How many questions a minute one visitor may ask; 0 sets no limit.  [default: 60]",
    ),
    click.option(
        "--waiting",
        type=click.IntRange(1, 1000),
        help="How many questions of one visitor may wait.  [default: 20]",
    ),
)

editing_options = options(
    click.option(
        "--editors",
        metavar="[LIBRARY=]NAME,NAME",
        multiple=True,
        callback=lambda _context, _option, given: given or None,
        help="Who may add and remove articles on the page, of those who sign in; * lets everyone. With "
        "court=mona,salim of one library among several; may be repeated.",
    ),
    click.option(
        "--read-only", is_flag=True, default=None, help="Let nobody change the library on the page."
    ),
    click.option("--upload-mb", type=click.IntRange(1, 2000), help="How large a file may be.  [default: 50]"),
    click.option(
        "--upload-files", type=click.IntRange(1, 10_000), help="How many may come at a time.  [default: 200]"
    ),
    click.option(
        "--no-originals",
        is_flag=True,
        default=None,
        help="Of files that are added on the page keep the text alone.",
    ),
)


class ArticlePath(click.Path):
    """A file or a folder; an empty name, as of a variable that is not set, is neither, not this folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            self.fail("an empty name is no file or folder; name one, or . for this folder", param, ctx)
        return super().convert(value, param, ctx)


class ArticlePlace(ArticlePath):
    """A file, a folder, or an address of the web, which stays as it was typed."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, str) and is_address(value):
            return value
        return super().convert(value, param, ctx)


article_path = ArticlePath(path_type=Path)
article_place = ArticlePlace(path_type=Path)
paths_argument = click.argument("paths", nargs=-1, required=True, type=article_path)


def settings_from(**flags: Any) -> "Settings":
    """The settings with the flags that were given on top."""
    from assistant.settings import load_settings

    return load_settings({name: value for name, value in flags.items() if value is not None})


def open_assistant(**flags: Any) -> "Assistant":
    """An assistant over the library that the flags and settings name."""
    from assistant.pipeline import Assistant
    from index.library import Library

    settings = settings_from(**flags)
    library = Library.open(settings.library, kinds=kinds_for(settings), database=settings.database)
    return Assistant(library, settings)


def open_library(**flags: Any) -> "Library":
    """The library that the flags and settings name; a command with ``search_options`` may move it."""
    from index.library import Library

    settings = settings_from(**flags)
    kinds = kinds_for(settings, moves="search" in flags)
    return Library.open(settings.library, kinds=kinds, database=settings.database)


def kinds_for(settings: "Settings", *, moves: bool = False) -> "IndexKinds | None":
    """What the library is to be searched by, where the settings say it; ``moves``: by something else too."""
    search = settings.search if moves else ""
    if not search and not settings.milvus_url:
        return None
    from index.library.database.kinds import database_of
    from index.library.generations.searched import library_kinds

    return library_kinds(database_of(settings.library, settings.database), search, settings.milvus_url)


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False))


def print_lines(lines: list[str]) -> None:
    click.echo("\n".join(lines))
