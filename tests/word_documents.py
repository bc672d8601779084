"""Word documents by hand, from the XML of their body and of the parts that it needs."""

from io import BytesIO
from zipfile import ZipFile

from article_files import word_file, zip_file

NAMESPACES = " ".join(
    f'xmlns:{prefix}="{address}"'
    for prefix, address in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "v": "urn:schemas-microsoft-com:vml",
    }.items()
)
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*inside: str, style: str = "", properties: str = "") -> str:
    stated = (f'<w:pStyle w:val="{style}"/>' if style else "") + properties
    return f"<w:p>{f'<w:pPr>{stated}</w:pPr>' if stated else ''}{''.join(inside)}</w:p>"


def item(text: str, list_id: int, depth: int = 0) -> str:
    properties = f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{list_id}"/></w:numPr>'
    return paragraph(run(text), properties=properties)


def row(*cells: str, properties: str = "") -> str:
    """A row of a table; a cell is its text, or the XML of all that it holds."""
    inside = (cell if cell.startswith("<") else paragraph(run(cell)) for cell in cells)
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(f'<w:tc>{cell}</w:tc>' for cell in inside)}</w:tr>"


def table(*rows: str, properties: str = "") -> str:
    return f"<w:tbl><w:tblPr>{properties}</w:tblPr>{''.join(rows)}</w:tbl>"


def document(
    body: str, notes: dict[str, str] | None = None, *, styles: str = "", numbering: str = "", title: str = ""
) -> bytes:
    """A .docx with that body and these styles among Word's; ``notes`` are the XML of notes by kind."""
    with ZipFile(BytesIO(word_file("x", title=title))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["word/document.xml"] = f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>".encode()
    end = b"</w:styles>"
    parts["word/styles.xml"] = parts["word/styles.xml"].replace(end, styles.encode() + end)
    if numbering:
        parts["word/numbering.xml"] = f"<w:numbering {NAMESPACES}>{numbering}</w:numbering>".encode()
    for kind, inside in (notes or {}).items():
        parts[f"word/{kind}.xml"] = f"<w:{kind} {NAMESPACES}>{inside}</w:{kind}>".encode()
        for name, end, entry in (
            (
                "word/_rels/document.xml.rels",
                b"</Relationships>",
                f'<Relationship Id="n{kind}" Type="{RELATIONS}/{kind}" Target="{kind}.xml"/>',
            ),
            (
                "[Content_Types].xml",
                b"</Types>",
                f'<Override PartName="/word/{kind}.xml" ContentType="application/vnd.openxmlformats-'
                f'officedocument.wordprocessingml.{kind}+xml"/>',
            ),
        ):
            parts[name] = parts[name].replace(end, entry.encode() + end)
    return zip_file(parts)
