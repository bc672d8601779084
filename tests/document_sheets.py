"""Known texts to make files of: sample articles with lists, tables, notes, and Arabic mixed with English."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

SAMPLES = Path(__file__).parents[1] / "assistant" / "samples"
HEADS = {
    "en": ("The lighthouse review", "Printed in Lindham"),
    "ar": ("مجلة المنارة الشهرية", "طبعت في مدينة لندهام"),
}
NOTES = {
    "en": "The figures are those of the harbour office for the year 1934.",
    "ar": "الأرقام من مكتب الميناء عن عام 1934 (الطبعة الثانية).",
}
ITEMS = {
    "en": [
        "Three loaves of bread and a lamp",
        "A coil of rope, forty metres long",
        "Oil for the winter months",
    ],
    "ar": ["ثلاثة أرغفة من الخبز ومصباح", "حبل طوله 40 مترا لا ينقطع", "زيت يكفي لأشهر الشتاء الأولى"],
}
ROWS = {
    "en": [
        ["Harbour", "Ships", "Opened"],
        ["Mersa Tala", "1,240", "1931"],
        ["Ras Amoud", "860", "1954"],
        ["Tarfawi", "75", "2022"],
    ],
    "ar": [
        ["الميناء", "السفن", "افتتح"],
        ["مرسى تالا", "1,240", "1931"],
        ["رأس عمود", "860", "1954"],
        ["طرفاوي", "75", "2022"],
    ],
}
MIXED = (
    "قال الدكتور John Smith من جامعة Oxford University إن الأعداد (حوالي 3,500) زادت بنسبة 12.5% "
    "بين 1998 و2004، "
    "ونشرت مجلة Nature المقال في 14/03/2005 [العدد 27] عند الساعة 10:45 على الموقع www.example.org للقراء."
)
VOWELLED = (
    "قَالَ الشَّيْخُ لِتَلامِيذِهِ: إِنَّ العِلْمَ لا يُنَالُ بِرَاحَةِ الجِسْمِ، وَمَنْ طَلَبَ العُلا سَهِرَ اللَّيَالِي. ثُمَّ قَرَأَ عَلَيْهِمْ قِصَّةَ "
    "الرَّجُلِ الَّذِي سَافَرَ إِلَى الأَنْدَلُسِ لِيَتَعَلَّمَ الطِّبَّ وَالحِسَابَ، فَأَقَامَ هُنَاكَ ثَلاثَةَ أَعْوَامٍ وَعَادَ بِكُتُبٍ كَثِيرَةٍ.",
    "كَانَ فِي قَدِيمِ الزَّمَانِ مَلِكٌ عَادِلٌ يُحِبُّ رَعِيَّتَهُ وَيَسْأَلُ عَنْ أَحْوَالِهِمْ كُلَّ لَيْلَةٍ، فَخَرَجَ ذَاتَ مَسَاءٍ مُتَنَكِّرًا فِي ثِيَابِ تَاجِرٍ غَرِيبٍ.",
    "فَلَقِيَ عَجُوزًا تَحْمِلُ حُزْمَةً مِنَ الحَطَبِ، فَقَالَ لَهَا: أَعْطِينِي حِمْلَكِ يَا أُمَّاهُ، فَإِنَّهُ ثَقِيلٌ عَلَيْكِ. قَالَتْ: جَزَاكَ اللهُ خَيْرًا، لَوْ "
    "كَانَ المَلِكُ مِثْلَكَ لَمَا جُعْنَا!",
    "لَا تُؤَجِّلْ عَمَلَ اليَوْمِ إِلَى الغَدِ، وَلَا تَقُلْ مَا لَا تَعْلَمُ، وَاسْأَلْ أَهْلَ الخِبْرَةِ قَبْلَ أَنْ تَبْدَأَ؛ فَالسُّؤَالُ نِصْفُ العِلْمِ.",
    "هٰذِهِ مَدِينَةٌ قَدِيمَةٌ بُنِيَتْ سَنَةَ 762، طُولُ سُورِهَا (ثَلَاثَةُ أَمْيَالٍ)، وَفِيهَا سُوقٌ لِلْوَرَّاقِينَ وَجِسْرَانِ عَلَى النَّهْرِ الكَبِيرِ.",
    "مَرِضَ الطِّفْلُ فَأُدْخِلَ المُسْتَشْفَى، ثُمَّ شُفِيَ بَعْدَ أُسْبُوعَيْنِ، وَقَدْ زَارَهُ الآبَاءُ وَالأُمَّهَاتُ وَالمُعَلِّمُونَ، وَأَهْدَوْا إِلَيْهِ كُتُبًا "
    "وَأَلْعَابًا وَأَزْهَارًا لَمْ يَرَ أَجْمَلَ مِنْهَا.",
)


@dataclass(frozen=True)
class Sheet:
    """What a file is made of: ``parts`` are (kind, text) with kinds h1, h2, p, li, row, note."""

    language: str
    layout: str  # one column, two columns
    parts: tuple[tuple[str, str], ...]
    font: str

    @property
    def words(self) -> list[str]:
        return [word for _, text in self.parts for word in text.replace("\t", " ").split()]

    @property
    def columns(self) -> int:
        return 2 if self.layout == "two columns" else 1


def article(name: str) -> list[tuple[str, str]]:
    """The headings and paragraphs of a sample article."""
    text = (SAMPLES / f"{name}.md").read_text(encoding="utf-8")
    text = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)
    parts = []
    for block in re.split(r"\n\s*\n", text):
        line = " ".join(re.sub(r"[*_`]|\[([^\]]*)\]\([^)]*\)", r"\1", block).split())
        if line.startswith("#"):
            parts.append(("h1" if line.startswith("# ") else "h2", line.lstrip("# ")))
        elif line:
            parts.append(("p", line))
    return parts


def sheets() -> Iterator[tuple[str, Sheet]]:
    """The files to make, by name."""
    fonts = {
        "ar": ["Amiri", "Noto Naskh Arabic", "KacstBook", "DejaVu Sans"],
        "en": ["DejaVu Serif", "Noto Sans"],
    }
    for language, layout in product(("en", "ar"), ("one column", "two columns")):
        for number, font in enumerate(fonts[language]):
            names = {
                "en": ["en-ever-given", "en-rosetta", "en-penicillin"],
                "ar": ["ar-petra", "ar-suez-canal", "ar-james-webb", "ar-water-project"],
            }
            chosen = (
                names[language][number % 2 :][:2]
                if layout == "two columns"
                else names[language][number % 3 :][:2]
            )
            parts = [part for name in chosen for part in article(name)]
            if language == "ar":
                parts[2:2] = [("p", MIXED)]
                parts += [("p", MIXED)]
            parts += [("li", item) for item in ITEMS[language]]
            parts += [("p", parts[1][1])]
            parts += [("row", "\t".join(row)) for row in ROWS[language]] if layout == "one column" else []
            parts += [("note", NOTES[language])] if number % 2 else []
            yield f"{language}-{layout.split()[0]}-{number}", Sheet(language, layout, tuple(parts), font)
    for layout, (number, font) in product(
        ("one column", "two columns"), enumerate(("Amiri", "Noto Naskh Arabic", "DejaVu Sans"))
    ):
        clauses = re.split(r"(?<=[،.]) ", VOWELLED[0])
        turns = [" ".join(clauses[turn:] + clauses[:turn]) for turn in range(len(clauses))]
        parts = [("h1", "قِصَّةُ الرِّحْلَةِ"), *(("p", text) for text in (*VOWELLED, *turns[1:]) * 3)]
        yield f"vowelled-{layout.split()[0]}-{number}", Sheet("ar, vowelled", layout, tuple(parts), font)
