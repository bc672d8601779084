"""What a visitor of the chat does and sees, in a Chromium that a test drives."""

from typing import Any


def ask(page: Any, question: str) -> Any:
    """Types and sends a question; its turn, once it is answered."""
    turns = page.locator(".turn").count()
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    turn = page.locator(".turn").nth(turns)
    turn.locator(".reply:not(.searching)").wait_for()
    return turn


def marked(page: Any) -> str:
    """The quote or passage that is marked in the panel."""
    page.wait_for_selector("#panel mark.current")
    return "".join(page.locator("#panel mark:is(.quote, .passage).current").all_text_contents())


def highlight_is_in_view(page: Any) -> bool:
    """Whether the whole highlight lies inside the article's scroller and the window."""
    page.wait_for_timeout(600)  # it may scroll smoothly
    inside: bool = page.evaluate("""() => {
        const box = document.querySelector("#panel .shown .text").getBoundingClientRect();
        return [...document.querySelectorAll("#panel mark.current")].every(mark => {
            const {top, bottom} = mark.getBoundingClientRect();
            return top >= Math.max(box.top, 0) && bottom <= Math.min(box.bottom, innerHeight);
        });
    }""")
    return inside


def restored(page: Any) -> None:
    """Reloads the page and waits until its conversation is there again."""
    page.reload()
    page.wait_for_selector(":is(.welcome, .turn)")


def conversations(page: Any) -> list[str]:
    """The titles in the list of conversations, newest first."""
    return list(page.locator("#conversations li > .title").all_text_contents())
