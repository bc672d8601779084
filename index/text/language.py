"""Which language a text is in, told by its script alone.

It leaves out other languages than Arabic and English: each counts as the one whose script it is nearer to.
"""

import re

_ARABIC_LETTER = re.compile(r"[\u0621-\u064a\u066e-\u06d3\ufb50-\ufdff\ufe70-\ufefc]")
_ARABIC_MARK = re.compile("[\u060c\u061b\u061f\u0660-\u0669\u066a-\u066c\u06f0-\u06f9]")
_LATIN_LETTER = re.compile(r"[A-Za-z\u00c0-\u024f]")


def detect_language(text: str, unlettered: str = "") -> str:
    """ "ar" where most letters are Arabic, else "en".

    Of a text without such letters: ``unlettered``, and without that as its marks and digits are.

    >>> [detect_language(text) for text in ("قهوة عربية (Coffea)", "2024", "؟")], detect_language("?", "ar")
    (['ar', 'en', 'ar'], 'ar')
    """
    arabic, latin = (sum(1 for _ in letter.finditer(text)) for letter in (_ARABIC_LETTER, _LATIN_LETTER))
    if not arabic and not latin:
        return unlettered or ("ar" if _ARABIC_MARK.search(text) else "en")
    return "ar" if arabic > latin else "en"
