"""The frame of the chat page: header, log, question box, and the side with conversations or a source.

``ui/chat/*.js`` fills it: the log with turns that the server drew, the list with what the browser keeps, from
the ``<template>`` elements here, as text. Pure functions to HTML.
"""

from html import escape

from assistant.question import LONGEST_QUESTION
from ui.chat.words import ChatWords, chat_words_in
from ui.paragraphs import inline
from ui.render import ShownTurn, turn_html
from ui.within.words import within_words_in
from ui.words import Words

_ARROW = '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 12h15M13 5.5l6.5 6.5-6.5 6.5"/></svg>'


def frame(header: str, opening: str, words: Words, destination: str = "") -> str:
    """The page; ``opening`` is what the log holds before the first question.

    ``destination`` is the host that questions are sent to, where a model writes the answers.
    """
    more = chat_words_in(words.language)
    log = f'role="log" aria-live="polite" tabindex="0" aria-label="{words.conversation}"'
    return (
        f'<div id="frame" lang="{words.language}" dir="{words.direction}" data-lost="{more.lost}" '
        f'data-full="{more.full}"><div id="top">{header}</div><div id="room"><div id="chat">'
        f'<div id="talk"><div class="log" {log}></div></div>{_box(words, more, destination)}</div>'
        f"{_side(words, more)}</div>"
        f'<dialog id="within" aria-label="{within_words_in(words.language).choose}"></dialog>'
        f'<p id="notice" class="problem" role="alert" hidden></p>'
        f'<template id="opening">{opening}</template>'
        f'<template id="asked">{turn_html(ShownTurn(""), 0, words, 0.0)}</template>'
        f'<template id="kept">{_row(more)}</template></div>'
    )


def _box(words: Words, more: ChatWords, destination: str) -> str:
    sent = f'<p class="destination note">{more.sent_to.format(inline(destination))}</p>'
    return (
        f'<form id="question" data-longest="{LONGEST_QUESTION}">'
        f'<p class="editing note" hidden>{more.editing} '
        f'<button type="button" class="small" data-do="cancel">{more.cancel}</button></p>'
        f'<div id="asked-within"></div>'
        f'<div class="box"><textarea rows="1" dir="auto" enterkeyhint="send" autocomplete="off" '
        f'aria-label="{words.question}" placeholder="{words.placeholder}" '
        f'aria-describedby="too-long"></textarea>'
        f'<button type="button" class="stop" data-do="stop" hidden>{more.stop}</button>'
        f'<button type="submit" class="send" aria-label="{words.send}" title="{words.send}">{_ARROW}</button>'
        f'</div><p id="too-long" class="problem" role="alert" hidden '
        f'data-text="{escape(more.too_long)}"></p>{sent if destination else ""}</form>'
    )


def _side(words: Words, more: ChatWords) -> str:
    return (
        f'<aside id="side" aria-label="{words.source} · {more.conversations}"><div class="bar">'
        f'<button type="button" class="small close" data-do="close">✕ {more.close}</button></div>'
        f'<div id="panel"></div><section id="conversations" aria-label="{more.conversations}">'
        f'<h2 tabindex="-1">{more.conversations}</h2><p class="note">{more.kept}</p>'
        f'<p class="note none" hidden>{more.none_kept}</p><ul></ul></section></aside>'
    )


def _row(more: ChatWords) -> str:
    """One of the conversations that are kept; the questions for its name, and before a delete, are hidden."""

    def button(do: str, label: str) -> str:
        return f'<button type="button" class="small" data-do="{do}">{label}</button>'

    return (
        f'<li><button type="button" class="title" data-do="open" data-label="{more.open_chat}" '
        f'data-unnamed="{more.unnamed}" dir="auto"></button><div class="tools">'
        f"{button('rename', more.rename)}{button('export', more.export)}{button('delete', more.delete)}</div>"
        f'<form class="rename" hidden><input type="text" maxlength="120" dir="auto" '
        f'aria-label="{more.rename_label}"/><button type="submit" class="small">{more.rename}</button>'
        f"{button('unask', more.cancel)}</form>"
        f'<div class="sure" role="group" aria-label="{more.delete_sure}" '
        f"hidden><span>{more.delete_sure}</span> {button('delete-now', more.delete)}"
        f"{button('unask', more.keep)}</div></li>"
    )
