"""The languages and screens in which a test looks at a page.

What a page does is looked at in one language and how it looks on two screens; in the others, and on the
others, with ``make test-exhaustive``. Where words are what is looked at, a test is run in both anyway.
"""

import pytest

_more = pytest.mark.exhaustive
IN_ENGLISH = pytest.mark.parametrize("locale", ["en-US", pytest.param("ar-EG", marks=_more)])
IN_ARABIC = pytest.mark.parametrize("locale", ["ar-EG", pytest.param("en-US", marks=_more)])
SCREENS = pytest.mark.parametrize(
    ("locale", "width", "scheme"),
    [
        ("en-US", 1280, "light"),
        ("ar-EG", 390, "dark"),
        pytest.param("ar-EG", 1280, "dark", marks=_more),
        pytest.param("en-US", 390, "dark", marks=_more),
        pytest.param("ar-EG", 390, "light", marks=_more),
    ],
)
