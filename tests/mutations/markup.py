"""Damage that XML and HTML make possible: depth, breadth, entities, ids, encodings, spans."""

import re

from mutations import Chance, Mutation

_TAG = rb"<[A-Za-z][\w:.-]*[^<>]*>"


def at_tag(chance: Chance, data: bytes, added: bytes) -> bytes:
    found = chance.of(_TAG, data)
    place = found.end() if found else chance.place(data)
    return data[:place] + added + data[place:]


def deep(chance: Chance, data: bytes) -> bytes:
    found = chance.of(_TAG, data)
    tag = found[0] if found else b"<div>"
    name = re.split(rb"[\s/>]", tag[1:])[0]
    depth = chance.size(3e7) // len(tag)
    closed = b"x" + (b"</" + name + b">") * depth if chance.random.random() < 0.6 else b""
    return at_tag(chance, data, tag.replace(b"/>", b">") * depth + closed)


def many(chance: Chance, data: bytes) -> bytes:
    found = chance.of(rb"<([A-Za-z][\w:.-]*)\b[^<>]*>[^<>]*</\1>|" + _TAG, data)
    element = found[0] if found else b"<p>x</p>"
    return at_tag(chance, data, element * (chance.size() // len(element) + 1))


def huge_attribute(chance: Chance, data: bytes) -> bytes:
    size = chance.size(3e7)
    more = b" ".join(b'a%d="x"' % number for number in range(size // 8))
    value = chance.random.choice(
        (b'id="' + b"x" * size + b'"', more, b'class="' + b"a " * (size // 2) + b'"')
    )
    found = chance.of(rb"<[A-Za-z][\w:.-]*", data)
    place = found.end() if found else chance.place(data)
    return data[:place] + b" " + value + data[place:]


def entities(chance: Chance, data: bytes) -> bytes:
    kind = chance.random.choice(("laughs", "quadratic", "file", "parameter", "loop"))
    defined = {
        "laughs": b'<!ENTITY e0 "lol">'
        + b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 10))
        + b'<!ENTITY e "&e9;">',
        "quadratic": b'<!ENTITY e "' + b"x" * chance.size(1e6) + b'">',
        "file": b'<!ENTITY e SYSTEM "secret">',
        "parameter": b'<!ENTITY % p SYSTEM "secret"> %p; <!ENTITY e "&#x25;p;">',
        "loop": b'<!ENTITY e "&f;"><!ENTITY f "&e;">',
    }[kind]
    data = re.sub(rb"<!DOCTYPE[^>]*>", b"", data)
    head = re.match(rb"\s*(?:<\?xml.*?\?>)?\s*", data)
    place = head.end() if head else 0
    data = data[:place] + b"<!DOCTYPE d [" + defined + b"]>" + data[place:]
    return at_tag(chance, data, b"&e;" * (chance.size(1e4) if kind == "quadratic" else 1))


def same_ids(chance: Chance, data: bytes) -> bytes:
    one = chance.random.choice((b'"n1"', b'""', b"'p'"))
    return re.sub(rb"(\b(?:id|idref|href|Id|w:id)\s*=\s*)(?:\"[^\"]*\"|'[^']*')", rb"\1" + one, data)


def wrongly_encoded(chance: Chance, data: bytes) -> bytes:
    names = (
        "utf-8",
        "utf-16",
        "utf-16-le",
        "utf-32",
        "cp1256",
        "iso8859-6",
        "utf-7",
        "cp037",
        "big5",
        "x-no",
    )
    declared = rb"((?:charset|encoding)\s*=\s*[\"']?)[\w-]+"
    name = chance.random.choice(names)
    if chance.random.random() < 0.7:
        data = re.sub(declared, rb"\g<1>" + name.encode(), data)
    if chance.random.random() < 0.6:
        codec = chance.random.choice(names[:-1])
        data = data.decode("utf-8", "replace").encode(codec, "replace")
    return data


def mistagged(chance: Chance, data: bytes) -> bytes:
    """Tags swapped, left open, closed twice."""
    tags = list(re.finditer(rb"</?[A-Za-z][\w:.-]*", data))
    for _ in range(chance.random.randrange(1, 8) if len(tags) > 1 else 0):
        one, other = chance.random.choice(tags), chance.random.choice(tags)
        data = data[: one.start()] + other[0] + data[one.end() :]
    return data


def spanned(chance: Chance, data: bytes) -> bytes:
    """Cells that say that they span the world."""
    number = chance.random.choice((b"0", b"-5", b"1000", b"65534", b"1000000000", b"9" * 40, b"x"))
    data = re.sub(rb"((?:colspan|rowspan|start)\s*=\s*[\"'])\d*", rb"\g<1>" + number, data)
    cell = b'<w:gridSpan w:val="%s"/><w:gridBefore w:val="%s"/>' % (number, number)
    data = data.replace(b"<w:tcPr>", b"<w:tcPr>" + cell)
    return data.replace(b"<td", b'<td rowspan="%s"' % number, 3 + chance.size(1e3))


def sectioned(chance: Chance, data: bytes) -> bytes:
    added = chance.random.choice(
        (b"<![CDATA[", b"<!--", b"<?x ", b"]]>", b"-->", b"<", b"&", b"&#0;", b"&#xD800;")
    )
    return at_tag(chance, data, added * chance.size(1e6))


MARKUP: tuple[Mutation, ...] = (
    deep, deep, many, many, huge_attribute, entities, same_ids, wrongly_encoded, mistagged, spanned, sectioned
)  # fmt: skip
