"""The HTML of the sign-in page, in English and Arabic; needs no script."""

from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class SignInWords:
    """The texts of the page in one language."""

    language: str
    direction: str
    title: str
    about: str
    name: str
    password: str
    sign_in: str
    wrong: str
    wait: str  # {} seconds
    signed_in: str  # as {}
    go_on: str
    sign_out: str
    other: str  # the other language, in itself


SIGN_IN_WORDS = {
    "en": SignInWords(
        language="en",
        direction="ltr",
        title="Sign in",
        about="Only people who are known here can ask.",
        name="Name",
        password="Password",
        sign_in="Sign in",
        wrong="The name or the password is wrong.",
        wait="Too many failed tries. Try again in {} seconds.",
        signed_in="You are signed in as {}.",
        go_on="Go to the chat",
        sign_out="Sign out",
        other="العربية",
    ),
    "ar": SignInWords(
        language="ar",
        direction="rtl",
        title="تسجيل الدخول",
        about="لا يسأل هنا إلا من سُجّل اسمه.",
        name="الاسم",
        password="كلمة المرور",
        sign_in="دخول",
        wrong="الاسم أو كلمة المرور غير صحيحة.",
        wait="محاولات خاطئة كثيرة. أعد المحاولة بعد {} ثانية.",
        signed_in="سجّلت الدخول باسم {}.",
        go_on="إلى المحادثة",
        sign_out="تسجيل الخروج",
        other="English",
    ),
}


def sign_in_page(language: str, next_page: str, *, problem: str = "", name: str = "") -> str:
    """The form, with what was wrong the last time and the name that was given then."""
    words = SIGN_IN_WORDS[language]
    told = f'<p class="problem" role="alert">{escape(problem)}</p>' if problem else ""
    form = (
        f'<h1>{words.title}</h1><p class="about">{words.about}</p>{told}'
        f'<form method="post" action="sign-in?{escape(_query(language, next_page))}">'
        f'<label for="name">{words.name}</label>'
        f'<input id="name" name="username" dir="auto" autocomplete="username" autocapitalize="none" '
        f'spellcheck="false" maxlength="64" required value="{escape(name)}"{"" if name else " autofocus"}>'
        f'<label for="password">{words.password}</label>'
        f'<input id="password" name="password" type="password" dir="ltr" autocomplete="current-password" '
        f'maxlength="1024" required{" autofocus" if name else ""}>'
        f"<button>{words.sign_in}</button></form>"
    )
    return _page(words, form, next_page)


def signed_in_page(language: str, person: str, next_page: str) -> str:
    """For one who has signed in: as whom, the way to the chat, and the way out."""
    words = SIGN_IN_WORDS[language]
    shown = f"<bdi>{escape(person)}</bdi>"
    inside = (
        f"<h1>{words.signed_in.format(shown)}</h1>"
        f'<p><a class="go" href=".{escape(next_page)}">{words.go_on}</a></p>'
        f'<form method="post" action="sign-out?{_query(language, "/")}">'
        f'<button class="quiet">{words.sign_out}</button></form>'
    )
    return _page(words, inside, next_page)


def _page(words: SignInWords, inside: str, next_page: str) -> str:
    other = "ar" if words.language == "en" else "en"
    return (
        f'<!doctype html><html lang="{words.language}" dir="{words.direction}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{words.title} · Majlis مجلس</title>"
        '<link rel="stylesheet" href="sign-in.css"></head><body>'
        '<header><span class="name">Majlis <span lang="ar">مجلس</span></span>'
        f'<a class="other" lang="{other}" href="sign-in?{escape(_query(other, next_page))}">{words.other}</a>'
        f"</header><main>{inside}</main></body></html>"
    )


def _query(language: str, next_page: str) -> str:
    """What the page says of itself; a page of the chat that only names a language is not worth saying."""
    told = next_page == "/" or next_page.startswith("/?lang=")
    return urlencode({"lang": language} | ({} if told else {"next": next_page}))
