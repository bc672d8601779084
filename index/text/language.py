"""Which language a text is in, told by its script alone.

It leaves out other languages than Arabic and English: each counts as the one whose script it is nearer to.
"""

import re

_ARABIC_LETTER = re.compile(r"[\u0621-\u064a\u066e-\u06d3\ufb50-\ufdff\ufe70-\ufefc]")
_LATIN_LETTER = re.compile(r"[A-Za-z\u00c0-\u024f]")


def detect_language(text: str) -> str:
    """ "ar" where most letters are Arabic, else "en".

    >>> detect_language("قهوة عربية (Coffea)"), detect_language("2024")
    ('ar', 'en')
    """
    arabic, latin = len(_ARABIC_LETTER.findall(text)), len(_LATIN_LETTER.findall(text))
    return "ar" if arabic > latin else "en"
