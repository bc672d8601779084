"""Office files, archives and mailboxes as small as they can be, written by hand."""

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from article_files import zip_file

_OFFICE = "http://schemas.openxmlformats.org"
_RELATIONS = f"{_OFFICE}/officeDocument/2006/relationships"
_ODF = "urn:oasis:names:tc:opendocument:xmlns"


def odt_file(*lines: str, body: str = "", title: str = "") -> bytes:
    """An OpenDocument text of paragraphs, then what ``body`` has in its XML."""
    paragraphs = "".join(f"<text:p>{escape(line)}</text:p>" for line in lines)
    spaces = " ".join(f'xmlns:{name}="{_ODF}:{name}:1.0"' for name in ("office", "text", "table", "draw"))
    return zip_file(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"<office:document-content {spaces}><office:body><office:text>{paragraphs}{body}"
            "</office:text></office:body></office:document-content>",
            "meta.xml": f'<a xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title></a>',
        }
    )


def _related(parts: Mapping[str, tuple[str, str]]) -> str:
    """The relations of a part: by id the kind and the target."""
    told = "".join(
        f'<Relationship Id="{id}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for id, (kind, target) in parts.items()
    )
    return f'<Relationships xmlns="{_OFFICE}/package/2006/relationships">{told}</Relationships>'


def xlsx_file(rows: Sequence[Sequence[str]], *, sheet: str = "", name: str = "Sheet1") -> bytes:
    """A workbook of one sheet of texts; ``sheet`` is its XML instead."""
    cells = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>' for cell in row) + "</row>"
        for row in rows
    )
    main = f"{_OFFICE}/spreadsheetml/2006/main"
    return zip_file(
        {
            "_rels/.rels": _related({"r1": ("officeDocument", "xl/workbook.xml")}),
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{_RELATIONS}"><sheets>'
            f'<sheet name="{name}" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": _related({"r1": ("worksheet", "worksheets/sheet1.xml")}),
            "xl/worksheets/sheet1.xml": sheet
            or f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>',
        }
    )


def pptx_file(*slides: Sequence[str], slide: str = "") -> bytes:
    """A presentation of slides of a title and lines; ``slide`` is the XML of each instead."""
    numbers = range(1, len(slides) + 1)
    main, drawing = f"{_OFFICE}/presentationml/2006/main", f"{_OFFICE}/drawingml/2006/main"
    ids = "".join(f'<p:sldId id="{255 + n}" r:id="r{n}"/>' for n in numbers)
    parts = {
        "_rels/.rels": _related({"r1": ("officeDocument", "ppt/presentation.xml")}),
        "ppt/presentation.xml": f'<p:presentation xmlns:p="{main}" xmlns:r="{_RELATIONS}"><p:sldIdLst>{ids}'
        "</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": _related(
            {f"r{n}": ("slide", f"slides/slide{n}.xml") for n in numbers}
        ),
    }
    for number, lines in enumerate(slides, start=1):
        shapes = "".join(
            f'<p:sp><p:nvSpPr><p:nvPr><p:ph type="{"body" if at else "title"}"/></p:nvPr></p:nvSpPr>'
            "<p:txBody>"
            f"<a:p><a:r><a:t>{escape(line)}</a:t></a:r></a:p></p:txBody></p:sp>"
            for at, line in enumerate(lines)
        )
        parts[f"ppt/slides/slide{number}.xml"] = slide or (
            f'<p:sld xmlns:p="{main}" xmlns:a="{drawing}">'
            f"<p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sld>"
        )
    return zip_file(parts)


def rtf_file(*lines: str) -> bytes:
    """Rich text of paragraphs, all that is not ASCII as Unicode."""
    text = "\\par\n".join(
        "".join(
            character if character.isascii() else f"\\u{(ord(character) + 0x8000) % 0x10000 - 0x8000}?"
            for character in line
        )
        for line in lines
    )
    return f"{{\\rtf1\\ansi\\ansicpg1252 {text}\\par}}".encode("ascii")


def mailbox(*messages: bytes) -> bytes:
    """Messages as a mailbox holds them."""
    return b"".join(
        b"From someone@example.org Sat Jan  1 00:00:00 2000\n" + message.rstrip() + b"\n\n"
        for message in messages
    )
