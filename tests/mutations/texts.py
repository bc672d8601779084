"""Damage that Markdown, front matter, JSON Lines and plain text make possible."""

from mutations import Chance, Mutation

_MARKS = (
    *("> ", "- ", "* ", "1. ", "- - ", "> - ", "# ", "\t", "a\n", "a\n-", "\n\n", "```\n", "[a]: b\n", "|"),
    *("[", "![", "](", "[](", "[[]", "![a](b)", "[^1]", "<", "<a ", "<b>", "<!--", "&", "&amp;", "\\", "$$"),
    *("*a ", "**", "**a*", "*_", "_", "`", "~~", " a ", "\u0301", "\u202e"),
)


def marked_down(chance: Chance, data: bytes) -> bytes:
    """Marks of Markdown in numbers that nobody writes."""
    mark = chance.random.choice(_MARKS)
    times = chance.size(2e6) // len(mark)
    added = chance.random.choice(("", "\n\n")) + mark * times + chance.random.choice(("", "a", "a\n\n"))
    place = chance.place(data)
    if chance.random.random() < 0.2:  # a staircase: each line deeper
        steps = range(min(times, 1500))
        added = "\n\n" + "".join("  " * step + mark + "a\n" for step in steps)
    return data[:place] + added.encode() + data[place:]


def tabled(chance: Chance, data: bytes) -> bytes:
    columns = chance.size(1e6)
    rows = max(1, chance.size(1e6) // columns)
    table = b"\n\n" + b"|a" * columns + b"\n" + b"|-" * columns + b"\n" + (b"|b" * columns + b"\n") * rows
    return data[: chance.place(data)] + table + chance.random.choice((b"", b"|b\n" * chance.size(1e5)))


def fronted(chance: Chance, data: bytes) -> bytes:
    """Front matter in YAML or TOML that unfolds, sinks or is none."""
    size = chance.size(1e6)
    laughs = "a0: &a0 [x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, chance.random.randrange(2, 40))
    )
    yaml = chance.random.choice(
        (
            laughs,
            laughs + "title: *a1\ndate: *a1\n",
            laughs.replace("[", "{k: ").replace("]", "}").replace(",", ", k2: "),
            "title: " + "[" * size,
            "title: " + "{a: " * size,
            "title: &a [*a, *a]\n",
            "? " * size + "x",
            "- " * size + "x",
            "title: " + "9" * size,
            "title: " + "1:" * size + "1",
            "title: 0b" + "1" * size,
            "date: 2021-99-99\ntitle: .inf",
            "date: 0000-00-00 99:99:99\n",
            "title: !!python/object/apply:os.system [exit]\n",
            "title: !!binary " + "A" * size,
            "<<: " + "[" + "{a: b}, " * size + "]",
            "&a " * size,
            "!" * size,
            "title: '" + "\n" * size + "'",
            "title: |" + "9" * min(size, 50) + "\n a",
            "".join(f"k{n}: v\n" for n in range(min(size, 20000))),
            "%YAML " + "1" * size + ".1\n",
            'title: "\\ud800 \\xff \\U00110000"',
            "=: 5\nnull: [~]\n1.5: {}\n? [a, b]\n: c\n",
        )
    )
    toml = chance.random.choice(
        (
            "title = " + "[" * size,
            "title = " + "{a = " * size,
            "a" + ".a" * size + " = 1",
            "[" + "a." * size + "a]",
            "title = " + "9" * size,
            "title = 0x" + "f" * size,
            "date = 2021-99-99",
            "title = 1e" + "9" * size,
            'title = """' + "\n" * size + '"""',
            "[[a]]\n" * size,
            'title = "\\ud800"',
            "".join(f"k{n} = {n}\n" for n in range(min(size, 20000))),
        )
    )
    body = data.split(b"\n---\n")[-1]
    fence, front = chance.random.choice((("---", yaml), ("---", yaml), ("+++", toml)))
    return f"{fence}\n{front}\n{fence}\n".encode("utf-8", "replace") + body


def line_changed(chance: Chance, data: bytes) -> bytes:
    """A line of JSON with a value that no article has."""
    size = chance.size(4e6)
    few = min(size, 10**5)
    value = chance.random.choice(
        (
            *('"' + "a" * size * 9 + '"', "[" * size, '{"a":' * size, "9" * size, "1e" + "9" * few, "NaN"),
            *('"\\ud800"', '"\\udc00\\ud800 a"', '"\\u0000"', '"a", "text": "b"', '"' + "\u202e" * 9 + '"'),
            *("null", "true", "{}", "[]", "1.5", "-Infinity", '""', '"' + "\\u0301" * size + '"'),
            *('"' + "\\n" * size + '"', '"' + "ا\u0651\u064e" * few + '"'),
        )
    )
    lines = data.split(b"\n")
    number = chance.random.randrange(len(lines))
    key = chance.random.choice(("id", "title", "text", "published", "source", "language", "more", "author"))
    lines[number] = lines[number].removesuffix(b"}") + f', "{key}": {value}}}'.encode()
    return b"\n".join(lines)


def worded(chance: Chance, data: bytes) -> bytes:
    """Very much of one character, with and without words about it."""
    character = chance.random.choice(
        "a .\n\r\t\0\u0301\u064b\u0640\u200f\u202e\ufeff\u2028\x85\x1b\U0001f600اﻻﷺ<[(\"'\u00ad-_1"
    )
    times = chance.size() // len(character.encode())
    added = chance.random.choice((character, character + "a", "a" + character + " ")) * (times // 2)
    place = chance.place(data)
    return data[:place] + added.encode() + data[place:]


def recoded(chance: Chance, data: bytes) -> bytes:
    text = data.decode("utf-8", "replace")
    codec = chance.random.choice(
        ("utf-8-sig", "utf-16", "utf-16-be", "utf-32", "utf-7", "cp1256", "iso8859-6")
    )
    return text.encode(codec, "replace") + chance.random.choice((b"", b"\0", b"\xff", text.encode()))


MARKDOWN: tuple[Mutation, ...] = (marked_down, marked_down, tabled, fronted, fronted)
JSON_LINES: tuple[Mutation, ...] = (line_changed,)
PLAIN: tuple[Mutation, ...] = (worded, recoded)


_WORDS = (
    *(b"{", b"}", b"{\\*\\", b"\\u-99999 ", b"\\uc9999999999", b"\\bin9999999999 ", b"\\'", b"\\'ff"),
    *(b"\\cell", b"\\row", b"\\trowd\\intbl a\\cell\\row", b"{\\footnote a}", b"\\s1", b"\\f9999999999 "),
    *(b"{\\fonttbl{\\f0\\fcharset178 ", b"{\\stylesheet{\\s1 heading 1;}}", b"\\ilvl99\\ls1 a\\par"),
    b"{\\info{\\title ",
)


def rich_words(chance: Chance, data: bytes) -> bytes:
    """Groups and words of rich text in numbers and with values that no program writes."""
    piece = chance.random.choice(_WORDS)
    place = chance.place(data)
    return data[:place] + piece * (chance.size(2e6) // len(piece) + 1) + data[place:]


RICH: tuple[Mutation, ...] = (rich_words,)
