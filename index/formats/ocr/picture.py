"""Pictures of pages (.png, .jpg, .tif, .webp): what they say; each page of a TIFF is one of the article."""

from pathlib import Path

from index.errors import UnreadableArticle
from index.formats import Parsed, ParsedArticle
from index.formats.ocr import current
from index.formats.ocr.scanned import ScannedText
from index.formats.ocr.worker import read_pages


def read(file: Path) -> Parsed:
    """The text of a picture."""
    with file.open("rb"):
        pass  # so that whoever may not read it is told so
    if current().mode == "never":
        raise UnreadableArticle("it is a picture, and these are not to be read; allow it: --ocr auto")
    from index.formats.ocr.picture_page import frames_of

    try:
        frames = frames_of(file)
    except UnreadableArticle:
        raise
    except Exception as error:  # whatever a damaged picture makes of the library
        raise UnreadableArticle(f"the picture is broken ({type(error).__name__}); save it again") from error
    whole = ScannedText()
    for number, digest, found in read_pages(file, range(frames)):
        if isinstance(found, UnreadableArticle):
            if frames == 1:
                raise found
            yield UnreadableArticle(str(found), f"page {number + 1}")
        else:
            whole.add(number, digest, found, label=str(number + 1) if frames > 1 else "")
    yield whole.article(ParsedArticle(""))
