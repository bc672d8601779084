"""The title that a document's properties state, unless a program wrote it there and nobody meant it.

It leaves out what a title is otherwise taken from, a heading or the file's name.
"""

import re

from index.formats.arabic_pdf import letters_of

_WRITTEN_BY_PROGRAM = re.compile(
    r"(?:microsoft (?:office )?(?:word|excel|powerpoint|publisher|outlook)\b.*"
    r"|(?:untitled|title|document|word document|doc|presentation|powerpoint presentation|slide|layout|print|"
    r"scan|scanned document|book|sheet|page|unknown|none|null|no title|anonymous|new document|"
    r"new microsoft word document|normal|template|blank document|libreoffice|"
    r"مستند|مستند جديد|عرض تقديمي|بدون عنوان|مستند بدون عنوان|عنوان|الشريحة)[ ._#()-]*\d*\)?"
    r"|.*\.(?:do[ct][xm]?|rtf|o[dt]t|pages|wpd|txt|indd|qxp|qxd|pmd|p65|fm|ai|psd|cdr|pptx?|ppsx?|key|odp|"
    r"xlsx?|ods|pdf|ps|eps|dvi|tex|html?|aspx?|php|jpe?g|png|tiff?|tmp)"
    r"|(?:https?|file|about):.*|[a-z]:\\.*|/\S+|\\\\.*"
    r"|\S*_\S*|[\da-f-]{8,}|\W*)",
    re.IGNORECASE | re.DOTALL,
)


def stated_title(title: str) -> str:
    """The title that a document states; nothing where a program wrote it there.

    >>> stated_title("Microsoft Word - final_v3 (2).docx"), stated_title("The Bridge")
    ('', 'The Bridge')
    """
    words = " ".join(letters_of(title.replace("\x00", "")).split())
    return "" if _WRITTEN_BY_PROGRAM.fullmatch(words) else words
