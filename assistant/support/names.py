"""The names in a sentence, and which of them stand in no text: of people, places, bodies, in either script.

English names are written with a capital. Arabic ones are told by their translation, which sounds as they do,
by what stands before them (الدكتور، مدينة), by the names beside them, and by two short lists: given names
that are words too, and countries. Leaves out names that are common words and stand alone.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from assistant.support.words import ALIKE, SOUND_BESIDE, Word, likeness, words_of
from index.text.analysis import fold, terms_and_spellings
from index.text.arabic import without_prefixes
from index.text.phonetic import SHORTEST, sounds
from index.text.quantities import MONTHS, NUMBER_WORDS, WEEKDAYS
from index.text.translation import translations
from index.text.units import ARABIC_LENGTH, ARABIC_MONEY, ARABIC_WEIGHT, any_of

TRANSLITERATED, SURELY = (
    0.45,
    0.6,
)  # probability of a translation that sounds the same; where it is a short one
PLACED = 0.3  # the same, of a translation that is a place
HEARD = 0.1  # the same, of a word that is held against a name
UNSURE = 0.2  # probability of the best translation of a word that the table hardly knows

_TITLES = (
    "الدكتور الدكتوره الشيخ الملك الملكه الرئيس الرييس الامير الاميره السيد السيده المهندس المهندسه الوزير"
    " النقيب الحاج"
    " الشاعر الشاعره الكاتب الكاتبه المدرب اللاعب الطبيب القاضي الاستاذ الاستاذه الجنرال العالم الرحاله"
    " الخليفه"
    " السلطان الخديوي الامبراطور الباحث الباحثه الممرضه الخطاط مدينه بلده قريه دوله محافظه جزيره نهر جبل"
    " بن ابن ابو ابي ال بنت"
)
_GIVEN = (
    "وليد سعيد كريم جميل حسن حسين علي عمر عادل امين صالح خالد ماجد ناصر نبيل رامي سامي هاني فارس طارق زياد"
    " عزيز"
    " رشيد حميد محمود احمد محمد مصطفي ابراهيم اسماعيل يوسف يحيي عيسي موسي داود سليمان ليلي سلمي سلوي هدي"
    " مني نور"
    " امل سعاد فاطمه مريم زينب عائشه ريم رنا دينا سارا ساره هند نجوي سناء وفاء شريف نادر انور جابر جمال"
    " كمال جلال"
    " حاتم حازم رياض رضا سالم سامر شاكر صابر صلاح طلال عارف عباس عثمان عصام عماد غسان فؤاد فادي فريد فهد فيصل"
    " عبد الله قاسم لطفي مازن مراد مروان منصور منير ياسر ياسين يونس زكي بشير باسم انس ايمن اكرم ادهم منذر"
    " نزار هيثم وائل"
)
_PLACES = (
    "afghan algeria america arab argentina armenia asia australia austria bahrain bangladesh belgium brazil"
    " britain"
    " british bulgaria canada chile china chinese colombia croatia cuba cyprus czech denmark danish dutch"
    " egypt"
    " england english ethiopia europe finland france french german germany ghana greece greek hungary"
    " iceland india"
    " indonesia iran iraq ireland irish israel italy italian japan jordan kenya korea kuwait lebanon libya"
    " malaysia"
    " mexico morocco nepal netherland nigeria norway oman pakistan palestine peru philippine poland polish"
    " portugal"
    " qatar roman romania russia saudi scotland scottish senegal serbia singapore spain spanish sudan swede"
    " sweden"
    " swiss switzerland syria taiwan thailand tunisia turkey turkish ukraine vietnam yemen africa london"
    " paris"
    " berlin rome madrid moscow tokyo cairo baghdad damascus beirut amman riyadh mecca jerusalem istanbul"
    " vienna"
    " washington york chicago beijing delhi athens venice milan barcelona lisbon alexandria basra tunis"
    " casablanca"
    " algiers tripoli khartoum doha dubai kyiv warsaw prague budapest brussels geneva stockholm oslo"
    " copenhagen"
)
_ENGLISH_TITLES = (
    "dr mr mrs ms king queen president professor prof sir lady lord prince princess minister secretary"
    " saint st doctor"
    " captain admiral general pope emperor sultan caliph sheikh bishop senator governor"
)
_TITLE_WORDS = frozenset((*_TITLES.split(), *_ENGLISH_TITLES.split()))
_GIVEN_NAMES = frozenset(fold(_GIVEN).split())
_PLACE_TERMS = frozenset(term for term, _ in terms_and_spellings(_PLACES))
_STEM = 5  # letters by which Syrian meets Syria
_PLACE_STEMS = frozenset(term[:_STEM] for term in _PLACE_TERMS)
_DATED = MONTHS.keys() | WEEKDAYS.keys() | NUMBER_WORDS
_UNIT = re.compile(f"(?:ال)?{any_of(f'{ARABIC_LENGTH} {ARABIC_MONEY} {ARABIC_WEIGHT}')}")
_ACRONYMS = {  # by their letters no words are found in the other language
    "us": "united states الولايات المتحده america امريكا",
    "usa": "united states الولايات المتحده america امريكا",
    "uk": "united kingdom britain بريطانيا المملكه المتحده",
    "un": "united nations الامم المتحده",
    "eu": "european union الاتحاد الاوروبي",
    "uae": "united arab emirates الامارات",
    "who": "world health organization منظمه الصحه العالميه",
}

_ACRONYM_TERMS = {
    short: frozenset(term for term, _ in terms_and_spellings(names)) for short, names in _ACRONYMS.items()
}


def unfound_names(sentence: str, texts: Sequence[str]) -> list[tuple[int, int]]:
    """The ranges of the names of a sentence that none of the texts holds, in either script."""
    return [(word.start, word.end) for word in names_in(sentence) if not holds_name(word, texts)]


@lru_cache(maxsize=1024)
def names_in(sentence: str) -> tuple[Word, ...]:
    """The words of a sentence that are names, or parts of one."""
    words = words_of(sentence)
    return tuple(word for at, word in enumerate(words) if _is_name(words, at, sentence))


def holds_name(name: Word, texts: Iterable[str]) -> bool:
    """Whether a text holds a name as it is written, translated, by its sound, or by its letters."""
    return any(_held(name.term, name.spelling, text) for text in texts)


@lru_cache(maxsize=1 << 14)
def _held(term: str, spelling: str, text: str) -> bool:
    words = words_of(text)
    if spelling in _ACRONYMS and not _ACRONYM_TERMS[spelling].isdisjoint(word.term for word in words):
        return True
    if any(_is_same(term, spelling, word) for word in words):
        return True
    return spelling.isascii() and 2 <= len(spelling) <= 6 and spelling in _initials(text)


@lru_cache(maxsize=1 << 16)
def _is_same(term: str, spelling: str, word: Word) -> bool:
    """Whether a word is a name: spelt alike, translated, or in the other script of the same sound."""
    if word.figure or not word.content:
        return False
    if (spelling[0] >= "\u0600") == word.arabic:
        alike = likeness(term, spelling, word.term, word.spelling)
        if alike >= ALIKE:
            needed = max(3, min(len(term), len(word.term)) - 2)
            return alike == 1 or term[:needed] == word.term[:needed]
        return _sound(spelling, word.spelling, SHORTEST) and (word.arabic or word.capital)
    if likeness(term, spelling, word.term, word.spelling) > SOUND_BESIDE:
        return True
    arabic = (word.term, word.spelling) if word.arabic else (term, spelling)
    if word.arabic or word.capital:
        known = not _may_be_name(*arabic)
        if known and len(skeleton := _skeleton(spelling)) >= 2 and skeleton == _skeleton(word.spelling):
            return True
        return _sound(spelling, word.spelling, SHORTEST + 1 if known else 1)
    return False


@lru_cache(maxsize=1 << 14)
def _skeleton(spelling: str) -> str:
    """The consonants of a word with its h, which the phonetic keys leave out: ``hs`` of Hawass and of
    حواس."""
    if spelling[0] >= "\u0600":
        spelling = without_prefixes(spelling)
        letters = [_LETTERS.get(letter, "") for letter in spelling]
    else:
        for pair, letter in (
            ("sh", "$"),
            ("ch", "$"),
            ("kh", "k"),
            ("gh", "g"),
            ("th", "t"),
            ("dh", "d"),
            ("ph", "f"),
        ):
            spelling = spelling.replace(pair, letter)
        letters = [letter for letter in spelling.translate(_LATIN) if letter not in "aeiouwy"]
    return re.sub(r"(.)\1+", r"\1", "".join(letters))


_LETTERS = {
    letter: sound
    for sound, letters in {
        "b": "بپ", "t": "تطث", "g": "جغگ", "k": "قكخ", "d": "دضذ", "r": "ر", "s": "زظسص", "$": "ش",
        "f": "فڤ", "l": "ل", "m": "م", "n": "ن", "h": "حه",
    }.items()
    for letter in letters
}  # fmt: skip
_LATIN = str.maketrans("cqjvpz", "kkgfbs")


def _sound(spelling: str, other: str, shortest: int) -> bool:
    return any(len(key) >= shortest for key in sounds(spelling) & sounds(other))


@lru_cache(maxsize=1 << 14)
def _may_be_name(term: str, spelling: str) -> bool:
    """Whether an Arabic word is unknown, or one of its translations sounds as it does."""
    found = translations(term, spelling)
    return (
        not found
        or found[0][1] < UNSURE
        or spelling in _GIVEN_NAMES
        or any(share >= HEARD and not sounds(spelling).isdisjoint(sounds(name)) for name, share in found)
    )


@lru_cache(maxsize=256)
def _initials(text: str) -> str:
    """The first letters of the words with capitals, as one word."""
    return "".join(word.spelling[0] for word in words_of(text) if word.capital)


def _is_name(words: Sequence[Word], at: int, sentence: str) -> bool:
    word = words[at]
    if word.figure or not word.content or word.spelling in _DATED or len(word.spelling) < 2:
        return False
    if word.spelling in _TITLE_WORDS or _UNIT.fullmatch(word.spelling):
        return False
    if word.arabic:
        bare = without_prefixes(word.spelling)
        if bare in _DATED:
            return False
        before = words[at - 1].spelling if at else ""
        if word.spelling in _GIVEN_NAMES and (before in _TITLE_WORDS or _beside_name(words, at)):
            return True
        return _sounds_as_translated(word) or (_rare(word) and _spelt_as_name(word.spelling, before))
    if not word.capital:
        return False
    if at and not _opens(sentence, word.start):
        return True
    following = words[at + 1] if at + 1 < len(words) else None
    named = following is not None and following.capital and following.start - word.end == 1
    return named or _rare(word) or _named(word.term, word.spelling) or word.term in _PLACE_TERMS


def _spelt_as_name(spelling: str, before: str) -> bool:
    """Whether an unknown Arabic word may be a name, and no form of a word."""
    if before in _TITLE_WORDS:
        return True
    return (
        len(spelling) >= 4
        and not re.match("[وفسيتناب]|ال|لل", spelling)
        and not re.search("(?:ها|هم|ته|وا|نا|ات|ون|ين)$", spelling)
    )


def _opens(sentence: str, start: int) -> bool:
    """Whether a sentence, or what is quoted in it, begins there."""
    return not sentence[:start].rstrip("\"'“‘«([ ").strip() or sentence[:start].rstrip()[-1:] in (
        "“",
        '"',
        ":",
    )


def _beside_name(words: Sequence[Word], at: int) -> bool:
    beside = [words[place] for place in (at - 1, at + 1) if 0 <= place < len(words)]
    return any(one.spelling in _GIVEN_NAMES or _sounds_as_translated(one) or _rare(one) for one in beside)


@lru_cache(maxsize=1 << 14)
def _named(term: str, spelling: str) -> bool:
    found = translations(term, spelling)
    if sum(share for name, share in found if name[:_STEM] in _PLACE_STEMS) >= PLACED:
        return True
    for name, share in found:
        alike = sounds(spelling) & sounds(name) if share >= TRANSLITERATED else frozenset()
        if any(len(key) >= SHORTEST - (share >= SURELY) for key in alike):
            return spelling.isascii() or not _is_word(name)
    return False


def _sounds_as_translated(word: Word) -> bool:
    """Whether a likely translation of an Arabic word sounds as it does, and so is the name, or is a place."""
    return word.arabic and _named(word.term, word.spelling)


def _is_word(term: str) -> bool:
    """Whether an English term is a word that both languages have (film, metre), and no name."""
    back = translations(term, term)
    return len(back) > 3


def _rare(word: Word) -> bool:
    """Whether the table of translations does not know a word, or hardly."""
    found = translations(word.term, word.spelling)
    return not found or (word.arabic and found[0][1] < UNSURE and len(word.spelling) > 4)
