"""Letters of rich text: bytes in code pages, numbers of Unicode, words and signs that stand for a letter."""

from contextlib import suppress

from index.formats.rtf.tokens import Token

CODE_PAGES = {  # by the number of a font's character set
    0: "cp1252",
    2: "cp1252",
    77: "mac-roman",
    128: "cp932",
    129: "cp949",
    134: "gbk",
    136: "cp950",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
    254: "cp437",
    255: "cp850",
}
WORDS = {
    "tab": "\t",
    "emdash": "—",
    "endash": "–",
    "bullet": "•",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "emspace": " ",
    "enspace": " ",
    "qmspace": " ",
    "zwj": "\u200d",
    "zwnj": "\u200c",
    "ltrmark": "",
    "rtlmark": "",
}
SIGNS = {b"~": "\u00a0", b"_": "-", b"-": "", b"{": "{", b"}": "}", b"\\": "\\", b"\t": "\t"}
_SYMBOLS = range(0xF000, 0xF100)  # as Word numbers the letters of a font of symbols


class Letters:
    """Letters as they come; bytes are decoded before anything else is said, so that all stay in order."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._text: list[str] = []
        self._skip = 0  # letters that stand for one of Unicode
        self._high = 0  # the first half of a pair

    def attend(self, token: Token) -> None:
        """Ends what is skipped where a group does."""
        if token.kind in ("open", "close"):
            self._skip = 0

    def add(self, token: Token) -> None:
        """Bytes of text, without those that stand for a letter of Unicode."""
        data = token.data
        if self._skip:
            passed = min(self._skip, len(data))
            self._skip -= passed
            data = data[passed:]
        self._bytes += data

    def unicode(self, number: int, skip: int) -> None:
        """A letter by its number, negative in the upper half; ``skip`` letters stand for it."""
        code = number % 0x10000
        self._skip = skip
        if 0xD800 <= code < 0xDC00:
            self._high = code
            return
        if 0xDC00 <= code < 0xE000:
            high, self._high = self._high, 0
            self._text.append(chr(0x10000 + ((high - 0xD800) << 10) + code - 0xDC00) if high else "\ufffd")
            return
        self._text.append("•" if code in _SYMBOLS else chr(code))

    def say(self, text: str) -> None:
        """A letter that a word or a sign stands for."""
        if self._skip:
            self._skip -= 1
        else:
            self._text.append(text)

    def decode(self, encoding: str) -> None:
        """Makes text of the bytes so far."""
        if self._bytes:
            with suppress(LookupError):
                self._text.append(self._bytes.decode(encoding, "replace"))
                self._bytes.clear()
        if self._bytes:  # a code page that nobody knows
            self._text.append(self._bytes.decode("cp1252", "replace"))
            self._bytes.clear()

    def taken(self) -> str:
        """The text so far, which is then forgotten."""
        text = "".join(self._text)
        self._text.clear()
        return text
