"""Damage to PDFs in their objects and unpacked streams; where these stand is left for the reader to find."""

import re
import zlib
from base64 import a85decode
from collections.abc import Iterator

from mutations import BYTES, EXTREMES, Chance, Mutation, flipped

_OBJECT = re.compile(rb"(\d+)\s+\d+\s+obj\b(.*?)\bendobj", re.DOTALL)
_STREAM = re.compile(rb"(.*?)\bstream\r?\n(.*)\bendstream", re.DOTALL)
_TRAILER = re.compile(rb"trailer\s*(<<.*?>>)\s*startxref", re.DOTALL)


class Objects:
    """The objects of a PDF by number, streams unpacked."""

    def __init__(self, data: bytes) -> None:
        self.of: dict[int, bytes] = {}
        for found in _OBJECT.finditer(data):
            self.of[int(found[1]) % 10**9] = _unpacked(found[2])
        trailers = _TRAILER.findall(data)
        root = next((number for number, body in self.of.items() if b"/Catalog" in body), 1)
        self.trailer = trailers[-1] if trailers else b"<< /Root %d 0 R >>" % root

    def written(self) -> bytes:
        """A PDF without a table of where its objects are."""
        objects = b"".join(b"%d 0 obj%sendobj\n" % item for item in self.of.items())
        return b"%PDF-1.7\n" + objects + b"trailer\n" + self.trailer + b"\nstartxref\n0\n%%EOF\n"

    def streams(self) -> Iterator[tuple[int, bytes, bytes]]:
        """The numbers, dictionaries and contents of the streams."""
        for number, body in self.of.items():
            if found := _STREAM.match(body):
                yield number, found[1], found[2]

    def set_stream(self, number: int, about: bytes, content: bytes, packed: bool = False) -> None:
        if packed:
            content = zlib.compress(content)
            about = about.replace(b"<<", b"<< /Filter /FlateDecode", 1)
        about = re.sub(rb"/Length\s+\d+(\s+\d+\s+R)?", b"/Length %d" % len(content), about)
        self.of[number] = about + b"stream\n" + content + b"\nendstream\n"


def _unpacked(body: bytes) -> bytes:
    found = _STREAM.match(body)
    if not found or b"/FlateDecode" not in found[1]:
        return body
    content = found[2]
    try:
        if b"/ASCII85Decode" in found[1]:
            content = a85decode(content.strip().removesuffix(b"~>"))
        content = zlib.decompressobj().decompress(content, 10**7)
    except (zlib.error, ValueError):
        return body
    about = re.sub(rb"/Filter\s*(\[[^\]]*\]|/FlateDecode)", b"", found[1])
    about = re.sub(rb"/Length\s+\d+(\s+\d+\s+R)?", b"/Length %d" % len(content), about)
    return about + b"stream\n" + content + b"\nendstream\n"


def unpacked(chance: Chance, data: bytes) -> bytes:
    """Any damage to the bytes of objects and streams as they are when they are unpacked."""
    objects = Objects(data)
    others = [Objects(chance.random.choice(chance.others)).written()]
    mutation = chance.random.choice(BYTES)
    return mutation(Chance(chance.random, others, chance.largest), objects.written())


def renumbered(chance: Chance, data: bytes) -> bytes:
    """References that lead to other objects, to themselves or to none."""
    plain = Objects(data)
    text = plain.written()
    for _ in range(chance.random.randrange(1, 6)):
        if found := chance.of(rb"\b\d+ \d+ R\b", text):
            target = chance.random.choice([*plain.of, 0, 10**6, 2**32])
            text = text[: found.start()] + b"%d 0 R" % target + text[found.end() :]
    return text


def misvalued(chance: Chance, data: bytes) -> bytes:
    """Numbers beyond measure, and names in the place of others."""
    text = Objects(data).written()
    for _ in range(chance.random.randrange(1, 10)):
        if found := chance.of(rb"(?<![\w.])-?\d+(?:\.\d+)?(?![\w.])", text):
            value = chance.random.choice(
                (*EXTREMES, b"1e-30", b"0.00001", b"1000000", b"<< >>", b"[ ]", b"null")
            )
            text = text[: found.start()] + value + text[found.end() :]
        one, other = chance.of(rb"/[A-Za-z]\w*", text), chance.of(rb"/[A-Za-z]\w*", text)
        if one and other and chance.random.random() < 0.3:
            text = text[: one.start()] + other[0] + text[one.end() :]
    return text


def objects_moved(chance: Chance, data: bytes) -> bytes:
    """Objects that are gone, that stand for others, or that come from another file."""
    objects = Objects(data)
    other = Objects(chance.random.choice(chance.others))
    for _ in range(chance.random.randrange(1, 4) if objects.of else 0):
        number = chance.random.choice(list(objects.of))
        sources = chance.random.choice((objects, objects, other)).of
        objects.of[number] = chance.random.choice([b" null ", *sources.values()])
    return objects.written()


def pages_again(chance: Chance, data: bytes) -> bytes:
    """A page tree that names its pages many times, in a circle, or counts them wrong."""
    objects = Objects(data)
    for number, body in objects.of.items():
        if found := re.search(rb"/Kids\s*\[([^\]]*)\]", body):
            times = chance.size(1e6) // 8
            again = (found[1] + b" ") * min(times, 10**5)
            kids = chance.random.choice((again, found[1] + b" %d 0 R" % number, b"1 0 R " * times))
            body = body[: found.start(1)] + kids + body[found.end(1) :]
            count = chance.random.choice((times, times, 0, -1, 2**31 - 1, 3))
            objects.of[number] = re.sub(rb"/Count\s+-?\d+", b"/Count %d" % count, body)
    return objects.written()


_PIECES = (
    *(b"(a) Tj ", b"[(a) -200 (b) 900 (c)] TJ ", b"(word ) Tj 0 -1 Td ", b"<41> Tj ", b"T* (one two) ' "),
    *(b"q ", b"Q ", b"BT ", b"ET ", b"[", b"<<", b"(", b"% ", b"/F1 0 Tf ", b"/F1 1e9 Tf ", b"/X0 Do "),
    *(
        b"0 0 m 1 1 l S ",
        b"0 0 9 9 re W n ",
        b"/P <</MCID 0>> BDC ",
        b"BI /W 9 /H 9 ID ",
        b"1 0 0 1 3 -2 cm ",
    ),
    *(b"0 1 -1 0 0 0 Tm (a) Tj ", b"1000 0 Td (a) Tj ", b"9 0 0 9 %d 300 Tm (a) Tj ", b"3 Tr (a) Tj "),
    b"1 .01 -.01 1 50 700 Tm (aslant) Tj ",
)


def drawn_again(chance: Chance, data: bytes) -> bytes:
    """Very much drawn by one stream, as it is or packed to little."""
    objects = Objects(data)
    streams = list(objects.streams())
    if not streams:
        return flipped(chance, data)
    drawing = [stream for stream in streams if b" Tf" in stream[2]]
    number, about, content = chance.random.choice(drawing or streams)
    size = chance.size(5e7)
    if chance.random.random() < 0.4:
        start, end = sorted((chance.place(content), chance.place(content)))
        piece = content[start:end]
    else:
        piece = chance.random.choice(_PIECES)
    added = piece * (size // max(1, len(piece)))
    if b"%d" in piece:
        added = b"".join(piece % (count * 7 % 600) for count in range(min(size // 30, 300_000)))
    place = content.rfind(b"ET") if chance.random.random() < 0.7 else chance.place(content)
    place = max(place, 0)
    packed = chance.random.random() < 0.7 and b"/Filter" not in about
    objects.set_stream(number, about, content[:place] + added + content[place:], packed)
    return objects.written()


def scattered(chance: Chance, data: bytes) -> bytes:
    """Very many words all over a page: in a grid, at random, one over the other, turned."""
    objects = Objects(data)
    drawing = [stream for stream in objects.streams() if b" Tf" in stream[2]]
    if not drawing:
        return flipped(chance, data)
    number, about, content = chance.random.choice(drawing)
    font = re.search(rb"/\w+ [\d.]+ Tf", content)
    said = re.search(rb"(?:\([^()]*\)|<[\da-fA-F]+>) ?Tj|\[[^\]]*\] ?TJ", content)
    if not font or not said:
        return flipped(chance, data)
    kind = chance.random.choice(("grid", "random", "over", "turned"))
    words = []
    for count in range(chance.size(1e6) // 15):
        x, y = {
            "grid": (count % 40 * 15, count // 40 % 700),
            "over": (100, 400),
        }.get(kind, (chance.random.randrange(600), chance.random.randrange(800)))
        turned = chance.random.choice((b"1 0 0 1", b"0 1 -1 0", b"-1 0 0 -1", b".7 .7 -.7 .7", b"1 0 .3 1"))
        words.append(b"%s %d %d Tm %s" % (turned if kind == "turned" else b"1 0 0 1", x, y, said[0]))
    drawn = b"\nBT %s %s ET\n" % (font[0], b"\n".join(words))
    packed = chance.random.random() < 0.7 and b"/Filter" not in about
    objects.set_stream(number, about, content + drawn, packed)
    return objects.written()


def filtered(chance: Chance, data: bytes) -> bytes:
    """Streams that say that they are packed otherwise, many times, or by rows beyond measure."""
    objects = Objects(data)
    streams = list(objects.streams())
    if not streams:
        return flipped(chance, data)
    number, about, content = chance.random.choice(streams)
    names = ["ASCIIHex", "ASCII85", "LZW", "Flate", "RunLength", "CCITTFax", "JBIG2", "DCT", "JPX"]
    chain = chance.random.choices(names, k=chance.random.choice((1, 1, 2, 50, 1000)))
    columns = chance.random.choice((1, 0, -1, 10**6, 2**31 - 1))
    filters = b" ".join(b"/%sDecode" % name.encode() for name in chain)
    parameters = b"<< /Predictor 12 /Columns %d /Colors %d >>" % (
        columns,
        chance.random.choice((1, 99, 2**30)),
    )
    about = re.sub(rb"/Filter\s*(\[[^\]]*\]|/\w+)", b"", about)
    about = about.replace(b"<<", b"<< /Filter [%s] /DecodeParms [%s]" % (filters, parameters), 1)
    if chain[0] == "Flate":
        content = zlib.compress(
            content * chance.random.choice((1, 1, 1 + chance.size(5e7) // (1 + len(content))))
        )
    objects.set_stream(number, about, content)
    return objects.written()


def nested(chance: Chance, data: bytes) -> bytes:
    """Arrays and dictionaries in each other; forms that draw each other twice, or themselves."""
    objects = Objects(data)
    if not objects.of:
        return flipped(chance, data)
    if chance.random.random() < 0.5:
        number = chance.random.choice(list(objects.of))
        depth = chance.size(1e6)
        opened, closed = chance.random.choice(((b"[", b"]"), (b"<< /A ", b" >>"), (b"(", b")")))
        value = opened * depth + b"1" + closed * chance.random.choice((depth, 0))
        objects.of[number] = objects.of[number].replace(b"<<", b"<< /More " + value + b" ", 1)
        return objects.written()
    first = max(objects.of) + 1
    depth = chance.random.choice((1, 5, 12, 16, 40, 400))
    for number, body in list(objects.of.items()):
        if b"/Type /Page\n" in body or re.search(rb"/Type\s*/Page\b(?!s)", body):
            forms = b"/XObject << /Z %d 0 R >>" % first
            body = re.sub(rb"/Resources\s*<<", b"/Resources << " + forms, body)
            objects.of[number] = re.sub(
                rb"/Contents\s+\d+ 0 R", b"/Contents %d 0 R" % (first + depth + 1), body
            )
    last = chance.random.choice((b"/Z Do", b"BT /F1 9 Tf (word) Tj ET", b"q "))
    for number in range(first, first + depth + 1):
        inside = first if last == b"/Z Do" and number == first + depth else min(number + 1, first + depth)
        drawn = b"/Z Do /Z Do" if number < first + depth else last
        objects.of[number] = (
            b"<< /Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources << /XObject << /Z %d 0 R >> >> "
            b"/Length %d >>\nstream\n%s\nendstream\n" % (inside, len(drawn), drawn)
        )
    objects.of[first + depth + 1] = b"<< /Length 5 >>\nstream\n/Z Do\nendstream\n"
    return objects.written()


def mapped(chance: Chance, data: bytes) -> bytes:
    """Letters that stand for very many, for halves of letters, for marks, or for none."""
    objects = Objects(data)
    maps = [stream for stream in objects.streams() if b"begincmap" in stream[2]]
    if not maps:
        return flipped(chance, data)
    number, about, content = chance.random.choice(maps)
    value = chance.random.choice(
        (
            b"0041" * chance.size(1e6),
            b"D800",
            b"DFFFD800",
            b"0000",
            b"FFFE",
            b"064B",
            b"0301" * 50,
            b"202E",
            b"",
        )
    )
    added = chance.random.choice(
        (
            b"1 beginbfrange <0000> <FFFF> <%s> endbfrange " % value,
            b"".join(b"1 beginbfchar <%04X> <%s> endbfchar " % (code, value[:400]) for code in range(2000)),
            b"1 beginbfrange <00000000> <FFFFFFFF> <%s> endbfrange " % value[:400],
            b"1 begincodespacerange <00> <FFFFFFFFFF> endcodespacerange ",
            b"1 begincidrange <0000> <FFFF> 0 endcidrange " * chance.size(1e4),
        )
    )
    place = content.find(b"endcmap")
    objects.set_stream(number, about, content[:place] + added + content[place:])
    return objects.written()


PDF: tuple[Mutation, ...] = (
    *(unpacked, unpacked, renumbered, misvalued, misvalued, objects_moved, pages_again, drawn_again),
    *(drawn_again, scattered, scattered, filtered, nested, mapped),
)
