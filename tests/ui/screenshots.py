"""The pictures of the chat in docs/: ten main states, in both languages, wide and narrow, light and dark.

    python -m tests.ui.screenshots [FOLDER]
"""

import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event as Signal
from typing import Any

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from conftest import CHROMIUM  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

from assistant.answers import Answer, Event  # noqa: E402
from assistant.ingest import build_samples  # noqa: E402
from assistant.pipeline import Assistant  # noqa: E402
from assistant.readers import load_reader  # noqa: E402
from assistant.samples import sample_questions  # noqa: E402
from assistant.settings import Settings  # noqa: E402
from index.embedders import load_embedder  # noqa: E402
from index.library import Library  # noqa: E402
from ui.serving import serve_app  # noqa: E402

SLOW = {"en": "Why did the Ever Given run aground?", "ar": "لماذا جنحت السفينة إيفر غيفن؟"}
SURE = {"en": "Who isolated caffeine?", "ar": "متى افتتحت قناة السويس؟"}
FOLLOW = {"en": "And when?", "ar": "ومن حضر الافتتاح؟"}
SILENT = {"en": "Which opera did Verdi write for Cairo?", "ar": "أي أوبرا كتبها فيردي للقاهرة؟"}
"""Looks for an unsure one among the samples' questions."""
