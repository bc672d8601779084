"""Rich text as blocks: the groups with their state, and what each of their words does to it."""

from dataclasses import dataclass, replace

from index.errors import UnreadableArticle
from index.formats.rtf.letters import CODE_PAGES, SIGNS, WORDS, Letters
from index.formats.rtf.tokens import Token, tokens
from index.structure import TextBuilder

DEEPEST = 1000  # groups in each other
_PASSED_OVER = frozenset(  # groups that are no text of the body
    (
        *("colortbl", "pict", "object", "header", "headerl", "headerr", "headerf", "footer", "footerl"),
        *("footerr", "footerf", "fldinst", "filetbl", "revtbl", "rsidtbl", "listtable", "datafield"),
        *("listoverridetable", "generator", "themedata", "colorschememapping", "datastore", "xmlnstbl"),
        *("latentstyles", "pgptbl", "nonshppict", "annotation", "atnid", "atnauthor", "ftnsep", "ftnsepc"),
        *("mmathPr", "template", "bkmkstart", "bkmkend", "pntxta", "pntxtb", "shprslt", "ftncn", "aftnsep"),
        *("atntime", "atnref", "atnparent", "aftnsepc", "aftncn", "tc", "xe", "picprop", "sn", "sv", "do"),
    )
)
_READ = frozenset(("shptxt", "footnote", "fldrslt", "shpinst", "shp", "field", "listtext", "pntext", "pn"))
_INFO = frozenset(("author", "operator", "keywords", "subject", "comment", "company", "doccomm", "manager"))


@dataclass(frozen=True, slots=True)
class _State:
    """What holds in a group until it ends."""

    place: str = "body"  # body, none, fonts, styles, info, title, mark, note
    font: int = 0
    skip: int = 1  # how many letters stand for a letter of Unicode, for programs that know none
    hidden: bool = False


class RichText:
    """Reads rich text into ``text``; ``title`` is the stated one, ``headline`` the first heading."""

    def __init__(self) -> None:
        self.text = TextBuilder()
        self.title = self.headline = ""
        self._state = _State()
        self._letters = Letters()
        self._fonts: dict[int, str] = {}
        self._styles: dict[int, str] = {}
        self._own_style = self._font_read = 0
        self._page = "cp1252"  # of the whole text
        self._paragraph: list[str] = []
        self._mark: list[str] = []  # the number or bullet of an item
        self._note: list[str] = []
        self._notes: list[str] = []
        self._named: list[str] = []  # the name of a style, or the title
        self._cells: list[str] = []
        self._rows: list[tuple[list[str], bool]] = []
        self._level, self._style, self._depth, self._in_list = 0, 0, 0, False
        self._in_table = self._head_row = self._apart = False

    def read(self, data: bytes) -> None:
        """Reads all of it; what is cut off is read as far as it goes."""
        groups: list[_State] = []
        starred = begun = False
        for token in tokens(data):
            self._letters.attend(token)
            if token.kind == "open":
                groups.append(self._state)
                if len(groups) > DEEPEST:
                    raise UnreadableArticle("it is nested too deeply to be a document; save it again")
                begun, starred = True, False
                continue
            if token.kind == "close":
                self._flush()
                self._end_group(groups[-1] if groups else _State())
                self._state = groups.pop() if groups else _State()
            elif token.kind == "sign" and token.data == b"*" and begun:
                starred = True
                continue
            elif token.kind == "word" and begun and self._begin_group(token.word, starred):
                pass
            elif self._state.place != "none":
                self._take(token)
            begun = starred = False
        self._flush()
        self._end_paragraph()
        self._end_table()

    def _begin_group(self, word: str, starred: bool) -> bool:
        """Whether the word says what the group is for."""
        place = {"fonttbl": "fonts", "stylesheet": "styles", "info": "info", "footnote": "note"}.get(word)
        if self._state.place == "none":
            return False
        if self._state.place == "info":
            place = "title" if word == "title" else "none" if word in _INFO or starred else None
        elif word in ("listtext", "pntext"):
            place = "mark"
        elif word in _PASSED_OVER or (
            starred and word not in _READ and self._state.place not in ("fonts", "styles")
        ):
            place = "none"
        if place is None:
            return False
        self._flush()
        self._state = replace(self._state, place=place)
        if place == "title":
            self._named = []
        return True

    def _end_group(self, before: _State) -> None:
        place = self._state.place
        if place == "title" and before.place != "title":
            self.title = "".join(self._named)
        elif place == "styles" and before.place == "styles":
            self._styles[self._own_style] = "".join(self._named).strip(" ;").casefold()
            self._named, self._own_style = [], 0
        elif place == "note" and before.place != "note":
            self._notes.append("".join(self._note))
            self._note = []

    def _take(self, token: Token) -> None:
        state = self._state
        if token.kind in ("text", "byte"):
            self._letters.add(token)
        elif token.kind == "sign":
            if token.data in SIGNS:
                self._flush_bytes()
                self._letters.say(SIGNS[token.data])
            if token.data in (b"\n", b"\r"):
                self._word("par", None)
        elif token.word == "u" and token.number is not None:
            self._flush_bytes()
            self._letters.unicode(token.number, state.skip)
        elif token.word in WORDS:
            self._flush_bytes()
            self._letters.say(WORDS[token.word])
        else:
            self._word(token.word, token.number)

    def _word(self, word: str, number: int | None) -> None:
        state = self._state
        if word in ("f", "fcharset", "cpg", "s", "outlinelevel"):
            self._flush()
        if word == "uc":
            self._state = replace(state, skip=min(max(number or 0, 0), 10))
        elif word == "v" or word == "deleted":
            self._flush()
            self._state = replace(state, hidden=number != 0)
        elif word == "plain":
            self._flush()
            self._state = replace(state, hidden=False, font=0)
        elif word == "f" and number is not None:
            if state.place == "fonts":
                self._font_read = number
            self._state = replace(state, font=number)
        elif word == "fcharset" and state.place == "fonts":
            self._fonts[self._font_read] = CODE_PAGES.get(number or 0, "")
        elif word == "cpg" and state.place == "fonts" and number:
            self._fonts[self._font_read] = f"cp{number}"
        elif word in ("ansicpg", "mac", "pc", "pca"):
            self._page = {"mac": "mac-roman", "pc": "cp437", "pca": "cp850"}.get(word, f"cp{number or 1252}")
        elif word == "s" and number is not None:
            if state.place == "styles":
                self._own_style = number
            else:
                self._style = number
        elif state.place in ("body", "note"):
            self._lay_out(word, number, in_note=state.place == "note")

    def _lay_out(self, word: str, number: int | None, *, in_note: bool) -> None:
        self._flush()
        if in_note:
            self._note += [" "] if word in ("par", "line") else []
        elif word in ("par", "sect", "page"):
            self._end_paragraph()
        elif word == "pard":
            self._level, self._style, self._depth, self._in_list = 0, 0, 0, False
            self._in_table = False
        elif word == "outlinelevel" and number is not None and 0 <= number < 9:
            self._level = number + 1
        elif word == "ls":
            self._in_list = bool(number)
        elif word == "ilvl":
            self._depth = min(max(number or 0, 0), 8)
        elif word in ("intbl", "itap"):
            self._in_table = number != 0
        elif word == "trowd":
            self._head_row = False
        elif word == "trhdr":
            self._head_row = True
        elif word in ("cell", "nestcell"):
            self._cells.append("".join(self._paragraph))
            self._paragraph, self._mark = [], []
        elif word in ("row", "nestrow"):
            self._rows.append((self._cells, self._head_row))
            self._cells = []
        elif word in ("line", "softline"):
            self._paragraph.append("\n")

    def _flush_bytes(self) -> None:
        font = self._fonts.get(self._state.font) or self._page
        self._letters.decode(self._page if self._state.place == "title" else font)

    def _flush(self) -> None:
        """Puts the letters so far where they belong."""
        self._flush_bytes()
        text = self._letters.taken()
        if not text or self._state.hidden:
            return
        into = {"body": self._paragraph, "mark": self._mark, "note": self._note}
        place = self._state.place
        if place in ("styles", "title"):
            self._named.append(text)
        elif place in into:
            into[place].append(text)

    def _end_paragraph(self) -> None:
        text, mark = "".join(self._paragraph), "".join(self._mark).strip()
        self._paragraph, self._mark = [], []
        if self._in_table or self._cells:
            self._paragraph = [text, " "] if text.strip() else []  # a cell of several paragraphs
            return
        self._end_table()
        style = self._styles.get(self._style, "")
        level = self._level or _level_of(style)
        kind = "heading" if level else "item" if mark or self._in_list else "paragraph"
        if kind == "item" and any(map(str.isalnum, mark)):
            text = f"{mark} {text.lstrip()}"
        depth = self._depth + 1 if kind == "item" else level
        if self.text.add(kind, text, level=depth, apart=self._apart):
            self._apart = False
            if level == 1 and not self.headline:
                self.headline = " ".join(text.split())
        else:
            self._apart = True
        self._end_notes()

    def _end_notes(self) -> None:
        notes, self._notes = self._notes, []
        for note in notes:
            self.text.add("paragraph", note)

    def _end_table(self) -> None:
        rows, self._rows = self._rows, []
        stated = any(head for _, head in rows)
        for number, (cells, head) in enumerate(rows):
            first = not stated and not number and len(rows) > 1 and len(cells) > 1
            self.text.add_row(cells, head=head or first, apart=not number and bool(self.text.text))
        if rows:
            self._apart = True
            self._end_notes()


def _level_of(style: str) -> int:
    """The rank of a heading's style by its name; 0 of another.

    >>> _level_of("heading 2"), _level_of("normal")
    (2, 0)
    """
    name, _, number = style.rpartition(" ")
    if style in ("title", "العنوان"):
        return 1
    return int(number) if name in ("heading", "عنوان") and number in set("123456789") else 0
