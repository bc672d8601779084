"""Files that somebody made to harm: what runs, what leaves its folder, what fills the memory or never ends.

    python tests/hostile_files.py [FOLDER]

reads each in a process of its own kind, prints what became of it, and keeps them in FOLDER.
"""

import struct
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from article_files import pdf_file, zip_file
from office_files import odt_file, pptx_file, rtf_file, xlsx_file

MILL = "The old mill stands by the river."
CANARY = "/tmp/majlis-canary"  # what any of them would write that ran
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
_BOMB = f'<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a0 "ha">{_LAUGHS}]>'
_SECRET = '<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a11 SYSTEM "file:///etc/passwd">]>'


def pdf_of(*objects: str, data: bytes = b"") -> bytes:
    """A PDF of these objects, of which the first is the catalog; ``data`` is a stream after them."""
    parts = [f"{number} 0 obj\n{each}\nendobj\n".encode("latin-1") for number, each in enumerate(objects, 1)]
    if data:
        head = f"{len(objects) + 1} 0 obj\n<< /Filter /FlateDecode /Length {len(data)} >>\nstream\n"
        parts.append(head.encode() + data + b"\nendstream\nendobj\n")
    return b"%PDF-1.7\n" + b"".join(parts) + b"trailer << /Root 1 0 R >>\n%%EOF\n"


def acting_pdf(action: str) -> bytes:
    """A PDF that asks for something to be done when it is opened."""
    page = pdf_file([MILL])
    return page.replace(b"/Type /Catalog", f"/Type /Catalog /OpenAction << {action} >>".encode())


def png(width: int, height: int, data: bytes = b"", more: bytes = b"") -> bytes:
    """A black and white picture of that size, or what says that it is."""

    def chunk(kind: bytes, held: bytes) -> bytes:
        return struct.pack(">I", len(held)) + kind + held + struct.pack(">I", zlib.crc32(kind + held))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + more + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def zeros(size: int) -> bytes:
    """Zeros, packed."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(size >> 20)) + packer.flush()


def tiff(width: int, height: int, next_page: int = 0) -> bytes:
    """The head of a TIFF; ``next_page`` is where it says that its next page is."""
    tags = {256: width, 257: height, 258: 1, 259: 1, 262: 1, 273: 8, 279: 1}
    told = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags.items())
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + told + struct.pack("<I", next_page)


def zip_of(*entries: tuple[zipfile.ZipInfo | str, bytes]) -> bytes:
    """An archive of any entries, names that are there twice as well."""
    stored = BytesIO()
    with zipfile.ZipFile(stored, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return stored.getvalue()


def linked(name: str, to: str) -> tuple[zipfile.ZipInfo, bytes]:
    """A link in an archive."""
    entry = zipfile.ZipInfo(name)
    entry.external_attr = 0o120777 << 16
    return entry, to.encode()


def lying_zip(size: int) -> bytes:
    """An archive whose file says that it is another size than it is."""
    data = bytearray(zip_file({"a.txt": MILL * 1000}))
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = data.index(mark)
        data[at + offset : at + offset + 4] = struct.pack("<I", size)
    return bytes(data)


def nested_zip(depth: int) -> bytes:
    """Archives in archives."""
    data = zip_file({"a.txt": MILL})
    for _ in range(depth):
        data = zip_file({"in.zip": data})
    return data


def nested_mail(depth: int) -> bytes:
    """Messages that are sent on with each other."""
    text = f"Subject: inner\n\n{MILL}\n".encode()
    for level in range(depth):
        mark = f"b{level}".encode()
        head = b"Subject: s\nContent-Type: multipart/mixed; boundary=" + mark + b"\n\n--" + mark + b"\n"
        text = head + b"Content-Type: message/rfc822\n\n" + text + b"\n--" + mark + b"--\n"
    return text


def attached(names: list[str]) -> bytes:
    """A message with files of those names."""
    parts = "".join(
        f'--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename="{name}"\n\n{MILL}\n'
        for name in names
    )
    return f"Subject: s\nContent-Type: multipart/mixed; boundary=b\n\n{parts}--b--\n".encode()


def odt_of(content: str) -> bytes:
    return zip_file({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content})


def sheet(rows: str, before: str = "", after: str = "") -> bytes:
    """A workbook whose sheet is this XML."""
    return xlsx_file(
        [], sheet=f'{before}<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'
    )


_TEXT_CELL = f'<row><c t="inlineStr"><is><t>{MILL}</t></is></c></row>'
_SCRIPT = f"<script>require('fs').writeFileSync('{CANARY}','')</script>"
HOSTILE: dict[str, Callable[[], bytes]] = {
    "javascript.pdf": lambda: acting_pdf(f"/S /JavaScript /JS (app.launchURL\\('file://{CANARY}'\\))"),
    "launch.pdf": lambda: acting_pdf(f"/S /Launch /F (/usr/bin/touch) /P ({CANARY})"),
    "submits.pdf": lambda: acting_pdf("/S /SubmitForm /F (http://127.0.0.1:9/)"),
    "100000-pages.pdf": lambda: pdf_of(
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count 100000 /Kids [{'3 0 R ' * 100_000}] >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >>",
    ),
    "pages-in-themselves.pdf": lambda: pdf_of(
        "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Count 9 /Kids [2 0 R 2 0 R] >>"
    ),
    "claims-pages.pdf": lambda: pdf_of(
        "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Count 2147483647 /Kids [] >>"
    ),
    "huge-page.pdf": lambda: pdf_file([MILL]).replace(b"[0 0 612 792]", b"[0 0 9e9 9e9]"),
    "bomb.pdf": lambda: pdf_of(
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R >>",
        data=zeros(512 << 20),
    ),
    "huge-scan.pdf": lambda: (
        pdf_of(
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
            "/Resources << /XObject << /I 5 0 R >> >> >>",
            "<< /Length 26 >>\nstream\nq 612 0 0 792 0 0 cm /I Do Q\nendstream",
            data=b"",
        )
        + b"5 0 obj\n<< /Type /XObject /Subtype /Image /Width 20000 /Height 20000 /BitsPerComponent 1 "
        b"/ColorSpace "
        b"/DeviceGray /Filter /FlateDecode /Length 48600 >>\nstream\n"
        + zeros(48 << 20)
        + b"\nendstream\nendobj\n"
    ),
    "no-pdf.pdf": lambda: b"%PDF-1.7\n" + bytes(100_000),
    "script.svg": lambda: f"<svg xmlns='http://www.w3.org/2000/svg'>{_SCRIPT}</svg>".encode(),
    "script.html": lambda: f"<p>{MILL}</p>{_SCRIPT}<img src=x onerror='alert(1)'>".encode(),
    "frames.html": lambda: f"<p>{MILL}</p><iframe src='file:///etc/passwd'></iframe>".encode(),
    "20000x20000.png": lambda: png(20_000, 20_000, zeros(48 << 20)),
    "claims-100000x100000.png": lambda: png(100_000, 100_000, b""),
    "claims-too-much.png": lambda: png(2**31 - 1, 2**31 - 1, b""),
    "bomb.png": lambda: png(3_000, 3_000, zeros(512 << 20)),
    "text-bomb.png": lambda: png(
        100, 100, zeros(1 << 20), more=struct.pack(">I", 9) + b"zTXta\0\0" + zeros(64 << 20)
    ),
    "one-pixel.png": lambda: png(1, 1, zlib.compress(b"\0\0")),
    "script.png": lambda: f"<svg>{_SCRIPT}</svg>".encode(),
    "huge.jpg": lambda: b"\xff\xd8\xff\xc0\x00\x0b\x08\xff\xff\xff\xff\x01\x01\x11\x00\xff\xd9",
    "huge.tif": lambda: tiff(60_000, 60_000),
    "pages-without-end.tif": lambda: tiff(100, 100, next_page=8),
    "cut-off.webp": lambda: b"RIFF\xff\xff\xff\xffWEBPVP8L" + bytes(50),
    "up.zip": lambda: zip_file({"../../up.txt": MILL, "a/../../b.txt": MILL}),
    "root.zip": lambda: zip_file({"/etc/cron.d/a.txt": MILL, "C:\\Windows\\a.txt": MILL}),
    "links.zip": lambda: zip_of(linked("a.txt", "/etc/passwd"), linked("b", "/"), ("b/c.txt", b"c")),
    "bomb.zip": lambda: zip_file({"a.txt": bytes(512 << 20)}),
    "many-bombs.zip": lambda: zip_file({f"{n}.txt": bytes(30 << 20) for n in range(20)}),
    "nested.zip": lambda: nested_zip(50),
    "100000-files.zip": lambda: zip_file({f"{n}.exe": b"" for n in range(100_001)}),
    "says-small.zip": lambda: lying_zip(10),
    "says-large.zip": lambda: lying_zip(2**31 - 1),
    "names.zip": lambda: zip_file({"a\nb.txt": MILL, "\u202etxt.exe.txt": MILL, "a" * 5000 + ".txt": MILL}),
    "same-name.zip": lambda: zip_file({"a.txt": MILL}) + zip_file({"a.txt": MILL}),
    "cut-off.zip": lambda: zip_file({"a.txt": MILL})[:-10],
    "laughs.odt": lambda: odt_of(f"{_BOMB}<b>&a11;</b>"),
    "reads-a-file.odt": lambda: odt_of(f"{_SECRET}<b>&a11;</b>"),
    "tags.odt": lambda: odt_of("<b>" + "<p/>" * 6_000_000 + "</b>"),
    "deep.odt": lambda: odt_of("<b>" * 100_000),
    "repeated.odt": lambda: odt_file(
        body="<table:table>" + "<table:table-row table:number-rows-repeated='999999999'><table:table-cell "
        "table:number-columns-repeated='999999999'><text:p>a</text:p></table:table-cell>"
        "</table:table-row>" * 50 + "</table:table>"
    ),
    "bomb.odt": lambda: odt_of("<b>" + " " * (300 << 20) + "</b>"),
    "laughs.xlsx": lambda: sheet("<row><c><v>&a11;</v></c></row>", before=_BOMB),
    "reads-a-file.xlsx": lambda: sheet("<row><c><v>&a11;</v></c></row>", before=_SECRET),
    "huge.xlsx": lambda: sheet(
        f'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>{MILL}</t></is></c></row>' + _TEXT_CELL,
        after='<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>',
    ),
    "cells.xlsx": lambda: sheet("<row>" + "<c/>" * 3_000_000 + "</row>"),
    "deep.xlsx": lambda: sheet("<row>" * 100_000),
    "formula.xlsx": lambda: sheet(f"<row><c><f>cmd|'/c touch {CANARY}'!A1</f><v>1</v></c></row>{_TEXT_CELL}"),
    "laughs.pptx": lambda: pptx_file(["a"], slide=f"{_BOMB}<b>&a11;</b>"),
    "deep.pptx": lambda: pptx_file(["a"], slide="<spTree>" + "<grpSp>" * 100_000),
    "groups.rtf": lambda: b"{\\rtf1 " + b"{" * 10_000_000,
    "object.rtf": lambda: rtf_file(MILL).replace(
        b"\\par}", b"\\par{\\object\\objautlink\\objupdate{\\*\\objdata 0105000002000000}}}"
    ),
    "includes.rtf": lambda: rtf_file(MILL).replace(
        b"\\par}", b'\\par{\\field{\\*\\fldinst INCLUDETEXT "/etc/passwd"}}}'
    ),
    "words.rtf": lambda: b"{\\rtf1 " + b"\\u9999999" * 3_000_000,
    "commas.csv": lambda: b"," * 20_000_000,
    "quotation.csv": lambda: b'a,"' + b"x" * 20_000_000,
    "formula.csv": lambda: f"Name,Said\nmill,=cmd|'/c touch {CANARY}'!A1\n".encode(),
    "nested-100.eml": lambda: nested_mail(100),
    "nested-5000.eml": lambda: nested_mail(5_000),
    "attached.eml": lambda: attached([f"../../{n}.txt" for n in range(3_000)]),
    "header.eml": lambda: b"Subject: " + b"=?utf-8?q?a?= " * 1_000_000 + b"\n\n" + MILL.encode(),
    "from.mbox": lambda: b"From a\n\n" * 1_000_000,
    "one-message.mbox": lambda: b"From a\n\n" + b"x" * (70 << 20),
}


def main() -> None:
    """The command."""
    from mutated_files import Readers

    with tempfile.TemporaryDirectory() as place, Readers() as readers:
        folder = Path(sys.argv[1]) if sys.argv[1:] else Path(place)
        folder.mkdir(parents=True, exist_ok=True)
        for name, make in HOSTILE.items():
            file = folder / name
            file.write_bytes(make())
            size = file.stat().st_size
            said, seconds, memory = readers.read(file)
            told = said.get("fault") or said["told"]
            print(f"{name}: {size:,} bytes, {seconds:.1f} s, {memory:.0f} MB: {told}", flush=True)


if __name__ == "__main__":
    main()
