"""Bytes become the text that was meant, whatever encoding they are in."""

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import UnreadableArticle
from index.formats.text import decode

ARABIC = [
    "في القاهرة مساء الأحد",
    "أعلنت الوزارة أن المشروع سينتهي قبل نهاية العام، وقالت إن كلفته 30 مليون دينار.",
    "القهوة شراب يُعدّ من بذور البن، واسمه العلمي Coffea arabica.",
    "قال: «لا أعرف من كتب هذا المقال»؛ ثم سأل: هل نُشر؟",
]
LATIN = [
    "L'été à Genève, l'œuvre d'un maître français déjà célèbre.",
    "Die größte Straße in Köln führt über die Brücke.",
    "El niño comió una piña en España.",
    "He said “yes” – it’s 5 €.",
    "Price: £5",
]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1256"]
)
@pytest.mark.parametrize("text", ARABIC)
def test_arabic(text: str, encoding: str) -> None:
    text = text.encode(encoding, "ignore").decode(encoding)
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("text", [ARABIC[1], " ".join(ARABIC[:2])])
def test_arabic_of_the_older_standard(text: str) -> None:
    assert decode(text.encode("iso8859-6")) == text


@pytest.mark.parametrize("text", LATIN)
def test_latin(text: str) -> None:
    assert decode(text.encode("cp1252")) == text


@settings(max_examples=100)
@given(st.lists(st.sampled_from(" ".join(ARABIC[:2]).split()), min_size=6).map(" ".join))
def test_any_words_in_windows_arabic(text: str) -> None:
    assert decode(text.encode("cp1256")) == text


@settings(max_examples=100)
@given(
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"])),
    st.sampled_from(["utf-8", "utf-16", "utf-32"]),
)
def test_a_mark_of_byte_order_is_believed(text: str, encoding: str) -> None:
    data = codecs.BOM_UTF8 + text.encode() if encoding == "utf-8" else text.encode(encoding)
    assert decode(data).removeprefix("\ufeff") == text.removeprefix("\ufeff")


def test_a_few_damaged_bytes_do_not_change_the_encoding() -> None:
    data = bytearray(" ".join(ARABIC * 5).encode())
    data[100] = 0xFF
    assert "أعلنت الوزارة" in decode(bytes(data))


def test_what_the_document_declares_goes_before_the_guess_and_after_the_mark() -> None:
    assert decode("Привет".encode("koi8-r"), "koi8-r") == "Привет"
    assert decode("مرحبا".encode("utf-8-sig"), "cp1252") == "مرحبا"
    assert decode("مرحبا بكم في القاهرة".encode("cp1256"), "no-such-encoding") == "مرحبا بكم في القاهرة"
    assert decode("é “x”".encode("cp1252"), "iso-8859-1") == "é “x”"


@pytest.mark.parametrize(
    "data", [bytes(range(256)) * 4, b"%PDF-1.7 text", b"\x7fELF\x02\x01\x01" + bytes(64)]
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableArticle, match="not text"):
        decode(data)
