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
    arabic, latin = (sum(1 for _ in letter.finditer(text)) for letter in (_ARABIC_LETTER, _LATIN_LETTER))
    return "ar" if arabic > latin else "en"
