"""The app over an assistant: the chat and the library's page.

The pages fetch nothing from elsewhere: system fonts, no analytics, no sharing. Leaves out retrieval and
reading, and opening the app at an address (``ui.server``).
"""

import os
from collections.abc import Callable, Sequence

import gradio as gr

from assistant.pipeline import Assistant
from ui.chat.choice import ONE_LIBRARY, LibraryChoice
from ui.chat.page import add_chat_page
from ui.queueing import QuestionQueue
from ui.shelf.page import ADDRESS, add_library_page


def create_app(
    assistant: Assistant,
    examples: Sequence[str] | Callable[[], Sequence[str]] = (),
    queue: QuestionQueue | None = None,
    beside: LibraryChoice = ONE_LIBRARY,
) -> gr.Blocks:
    """The app; ``examples`` are questions to begin with, or what finds some for the library.

    ``queue`` is the line that questions wait in; ``beside`` are the libraries that the server has.
    """
    # Gradio's queue would make a pandas table of all events so far after each one, for a page we do not show.
    os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", str(10**9))
    app = gr.Blocks(title=beside.title, analytics_enabled=False, fill_width=True)
    add_chat_page(app, assistant, examples, queue or QuestionQueue(), ADDRESS, beside)
    add_library_page(app, assistant, beside)
    return app
