"""What a program wrote where a title belongs is none."""

import pytest

from index.formats.titles import stated_title


@pytest.mark.parametrize(
    ("stated", "title"),
    [
        ("untitled", ""),
        ("Untitled-3", ""),
        ("Microsoft Word - final_v3 (2).docx", ""),
        ("Microsoft PowerPoint - quays", ""),
        ("PowerPoint Presentation", ""),
        ("i-xx_Quays-fm.indd", ""),
        ("C:\\Users\\me\\report", ""),
        ("https://example.org/a", ""),
        ("final_report_2", ""),
        ("مستند بدون عنوان", ""),
        ("Document1", ""),
        ("Doc1", ""),
        ("Word Document", ""),
        ("Normal.dotm", ""),
        ("New Microsoft Word Document (2)", ""),
        ("مستند1", ""),
        ("A document of the town", "A document of the town"),
        ("Untitled: a life", "Untitled: a life"),
        (" The  Bridge\x00", "The Bridge"),
        ("ﻣﻴﻨﺎﺀ ﻃﺮﻓﺎﻭﻱ", "ميناء طرفاوي"),
    ],
)
def test_stated_titles(stated: str, title: str) -> None:
    assert stated_title(stated) == title
