"""The speed as one HTML file that opens from disk: the growth curves, then every figure in a table.

The look is the evaluation report's (``page.css``) with the curves' colours (``speed/page.css``), both written
into the page; nothing is fetched and nothing runs.
"""

from html import escape
from importlib.resources import files

from eval.speed.curves import curves
from eval.speed.lines import groups, notes
from eval.speed.records import Speed

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def speed_page(speed: Speed) -> str:
    """The page as HTML."""
    style = "".join(
        files("eval").joinpath(name).read_text(encoding="utf-8")
        for name in ("report/page.css", "speed/page.css")
    )
    sizes = " / ".join(f"{size.passages:,}" for size in speed.sizes)
    told = "".join(f"<li>{escape(note)}</li>" for note in notes(speed))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>Speed at {sizes} passages – Majlis evaluation</title><style>{style}</style></head>"
        '<body><header><span class="name">Majlis <span lang="ar">مجلس</span></span>'
        "<h1>Evaluation: speed</h1></header>"
        f"<main><h2>Speed at {sizes} passages</h2>"
        f'<ul class="notes soft">{told}</ul>'
        f'<div class="figures">{"".join(curves(speed))}</div>'
        f"<h2>Every figure</h2>{_table(speed)}</main></body></html>\n"
    )


def _table(speed: Speed) -> str:
    columns = len(speed.sizes)
    body = "".join(
        f'<tbody><tr><th class="group" colspan="{columns + 1}" scope="rowgroup">{escape(title)}</th></tr>'
        + "".join(
            f'<tr><th scope="row">{escape(name)}</th>'
            + "".join(f"<td>{escape(figure(size))}</td>" for size in speed.sizes)
            + "</tr>"
            for name, figure in rows
        )
        + "</tbody>"
        for title, rows in groups(speed)
    )
    return f'<div class="scroll"><table class="speed">{body}</table></div>'
