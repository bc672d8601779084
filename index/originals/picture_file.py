"""A page of a picture file (.png, .jpg, .tif, .webp) as it is shown, in colours and not turned."""

import base64
from pathlib import Path

import numpy as np
from PIL import ImageSequence

from index.errors import UnreadableArticle
from index.formats.child import Said
from index.formats.ocr.picture_page import frames_of, opened_picture
from index.originals.png import png

MOST_HIGH = 20  # times the width: no page is that narrow


def picture(file: Path, number: int, width: int = 0) -> Said:
    """A page, from 1: its ratio and how many there are, and with a ``width`` its picture at most so wide.

    Raises ``UnreadableArticle``.
    """
    pages = frames_of(file)
    with opened_picture(file) as image:
        for place, page in enumerate(ImageSequence.Iterator(image), start=1):
            if place == number:
                told: Said = {"ratio": page.width / page.height, "pages": pages}
                if not width:
                    return told
                page.draft("RGB", (width, width * MOST_HIGH))  # of a JPEG less is decoded
                shown = page.convert("RGB")
                shown.thumbnail((width, width * MOST_HIGH))
                pixels = np.asarray(shown)
                drawn = base64.b64encode(png(pixels)).decode()
                return told | {"png": drawn, "width": shown.width, "height": shown.height}
    raise UnreadableArticle("the file has no such page")
