"""The page at an address: host and port of the assistant's settings, sign-in, what Gradio is told."""

import socket
from collections.abc import Callable, Sequence
from pathlib import Path

import gradio as gr

from assistant.pipeline import Assistant
from index.errors import UserError
from ui.app import create_app
from ui.shelf.rights import largest_upload

_FOLDER = Path(__file__).parent


def serve_app(
    assistant: Assistant,
    examples: Sequence[str] | Callable[[], Sequence[str]] = (),
    *,
    block: bool = True,
) -> gr.Blocks:
    """Serves the chat at the settings' host and port (0: a free one); returns at Ctrl+C if it blocks."""
    settings = assistant.settings
    name, _, password = settings.auth.partition(":")
    style = (_FOLDER / "chat.css").read_text(encoding="utf-8")
    port = _open_port(settings.host, settings.port)
    app = create_app(assistant, examples)
    app.launch(
        server_name=settings.host,
        server_port=port,
        auth=(name, password) if name else None,
        head=f"<style>{style}</style>",  # css= would rewrite the selectors, and breaks :is()
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]),
        footer_links=[],
        run_history=False,
        share=False,
        enable_monitoring=False,
        max_file_size=largest_upload(settings),
        ssr_mode=False,
        quiet=True,
        prevent_thread_lock=True,
    )
    print(f"The chat is at {app.local_url} (Ctrl+C ends it)", flush=True)
    if block:
        app.block_thread()
    return app


def _open_port(host: str, port: int) -> int:
    """The port, or a free one for 0; ``UserError`` where the address cannot be listened at."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise UserError(
                f"cannot listen at {host}:{port} ({error.strerror}); choose another with --host or --port"
            ) from error
        return int(probe.getsockname()[1])
