"""What goes wrong with files and addresses, in Arabic: the one line of a ``UserError``, for an Arabic page.

Such a line is made of clauses, "NAME: what is wrong; how to mend it", and each is known here as it is made
there. One that begins with what is not known stays as it is, in English. Leaves out what terminals tell.
"""

import re
from html import escape

_ISOLATED = "\u2068{}\u2069"  # a name runs its own way, whatever stands around it
_PLACE = re.compile(r"(?P<place>(?:https?://)?[^\s:](?:[^:]|:(?! ))*): (?P<rest>.+)", re.DOTALL)
_LINE = re.compile(r"line ([\d,]+)")
_MORE = re.compile(r"(?P<told>.+) \(and (?P<count>[\d,]+) more\)", re.DOTALL)
_CLAUSES = {  # English: Arabic; {} is filled in as it is, {why} is a clause itself
    # files
    "it is no longer there": "لم يعد موجودًا",
    "hand it over again": "أرسله من جديد",
    "it cannot be kept under this name": "لا يمكن حفظه بهذا الاسم",
    "give it another": "سمِّه باسم آخر",
    "not a kind of file that can be read": "نوع هذا الملف لا يُقرأ",
    "save it as one of {}": "احفظه بأحد هذه الأنواع: {}",
    "the file is empty": "الملف فارغ",
    "put text in or leave it out": "ضع فيه نصًّا أو اتركه",
    "there is no text in it": "ليس فيه نص",
    "put some in or leave it out": "ضع فيه نصًّا أو اتركه",
    "there is no article in it": "ليس فيه مقال",
    "put in files of the kinds that are read": "ضع فيه ملفات من الأنواع التي تُقرأ",
    "larger than {} MiB": "حجمه أكبر من {} ميغابايت",
    "longer than {} MiB": "أطول من {} ميغابايت",
    "its text is over {} characters long": "نصه أطول من {} حرف",
    "cut it into parts": "قسّمه",
    "cut it in parts": "قسّمه",
    "it is not text": "ليس نصًّا",
    "give it the extension of the kind that it is": "سمِّه بامتداد نوعه الحقيقي",
    "not UTF-8": "ليس بترميز UTF-8",
    "save the file as UTF-8": "احفظ الملف بترميز UTF-8",
    "not JSON ({})": "ليس بصيغة JSON ({})",
    "write one object on each line": "اكتب في كل سطر كائنًا واحدًا",
    "not a JSON object": "ليس كائن JSON",
    "the PDF is encrypted": "ملف PDF محمي بكلمة مرور",
    "it is encrypted": "الملف محمي بكلمة مرور",
    "it is encrypted or an old .doc": "الملف محمي بكلمة مرور أو بصيغة ‎.doc القديمة",
    "it is encrypted or of an older format": "الملف محمي بكلمة مرور أو بصيغة قديمة",
    "save it in Word as .docx without a password": "احفظه في Word بصيغة ‎.docx دون كلمة مرور",
    "save it as {} without a password": "احفظه بصيغة {} دون كلمة مرور",
    "save a copy without the password": "احفظ نسخة دون كلمة المرور",
    "pack it without a password": "اضغطه دون كلمة مرور",
    "the book is encrypted": "الكتاب محمي من النسخ",
    "get a copy without copy protection": "أحضر نسخة غير محمية",
    "the PDF is broken": "ملف PDF تالف",
    "the PDF takes too long to read": "قراءة ملف PDF تطول أكثر مما ينبغي",
    "print or save it anew": "اطبعه أو احفظه من جديد",
    "the PDF has no text layer, it may be scanned": "ليس في ملف PDF نص، ولعله مصوّر",
    "run text recognition (OCR) over it first": "مرّره أولًا على برنامج للتعرف على النصوص (OCR)",
    "read it with --ocr auto": "شغّل الخادم بالخيار ‎--ocr auto",
    "it is a picture, and these are not to be read": "هو صورة، وقراءة الصور غير مسموح بها",
    "allow it: --ocr auto": "شغّل الخادم بالخيار ‎--ocr auto",
    "it is a scan, and {}, which reads scans": "هو صورة ممسوحة، وقراءتها تحتاج إلى برنامج: {}",
    "install it: {}": "ثبّته: {}",
    "it is no picture that can be read": "ليس صورة تُقرأ",
    "the picture is broken": "الصورة تالفة",
    "save it again as PNG": "احفظها من جديد بصيغة PNG",
    "the {} is broken ({})": "ملف {} تالف ({})",
    "the page is broken ({})": "الصفحة تالفة ({})",
    "the message is broken ({})": "الرسالة تالفة ({})",
    "the archive is broken ({})": "الملف المضغوط تالف ({})",
    "it is damaged in the archive ({})": "هو تالف في الملف المضغوط ({})",
    "pack it again": "اضغطه من جديد",
    "save it again": "احفظه من جديد",
    "save it again as {}": "احفظه من جديد بصيغة {}",
    # addresses
    "{} is no address of the web": "{} ليس عنوانًا على الويب",
    "give one as https://news.example/page": "اكتب عنوانًا مثل https://news.example/page",
    "an address with a name and a password in it is not asked": "لا يُطلب عنوان فيه اسم وكلمة مرور",
    "leave them out": "احذفهما منه",
    "the site's robots.txt asks programs to keep away": "يطلب ملف robots.txt في الموقع من البرامج ألا تقرأه",
    "{} is in a private network ({}) and is not asked": "‏{} في شبكة خاصة ({})، فلا يُطلب",
    "if it may be, allow it: --allow-private, or {}": "إن كان مسموحًا فليُشغَّل الخادم بهذا الإعداد: {}",
    "no answer in good time": "لم يصل رد في الوقت المناسب",
    "it cannot be reached ({})": "لا يمكن الوصول إليه ({})",
    "the site does not answer": "الموقع لا يرد",
    "the site answers with an error ({})": "يرد الموقع بخطأ ({})",
    "the site does not give it ({})": "لا يعطيها الموقع ({})",
    "its answer is broken": "رده تالف",
    "it leads round in a circle": "يحيل بعضه إلى بعض في حلقة",
    "it leads on more than {} times": "يحيل من عنوان إلى عنوان أكثر من {} مرات",
    "it leads to {why}": "يحيل إلى عنوان آخر: {why}",
    "it leads to the site's first page": "يحيل إلى الصفحة الأولى للموقع",
    "it leads to another article ({})": "يحيل إلى مقال آخر ({})",
    "it calls itself {}, which is another article": "يسمّي نفسه {}، وهو مقال آخر",
    "it is packed as {}": "هو مضغوط بطريقة غير معروفة: {}",
    "it is no article ({})": "ليس مقالًا ({})",
    "it asks to sign in": "يطلب تسجيل الدخول",
    "it says {}": "تقول الصفحة {}",
    "there is no such page": "لا توجد هذه الصفحة",
    "nothing of it is stored, so add it again later": "لم يُحفظ منه شيء، فأضفه لاحقًا",
    "its article stays as it was": "مقاله باقٍ كما كان",
    "its text is {} % of what it was": "لم يبق من نصه إلا {}٪",
    "if it may be so, name it: majlis index add {}": "إن كان ذلك صحيحًا فأضف عنوانه هنا: {}",
    "{} page could not be asked ({why})": "تعذّر طلب صفحة واحدة ({why})",
    "{} pages could not be asked ({why})": "عدد الصفحات التي تعذّر طلبها: {} ({why})",
    "what is stored stays, and the next sync tries again": "المحفوظ باقٍ، وتُطلب مع التحديث التالي",
    "{} is no feed or sitemap and names none": "{} ليس موجزًا ولا خريطة موقع، ولا يذكر شيئًا منهما",
    "to take the page itself: majlis index add {}": "إن أردت الصفحة نفسها فأضفها مقالًا",
    "{} looks like a feed and cannot be read as one": "{} يشبه الموجز ولا يُقرأ",
    "{} looks like a sitemap and cannot be read as one": "{} يشبه خريطة موقع ولا يُقرأ",
    "{} declares entities, which no feed needs, and is not read": "في {} تعريفات غريبة عن الموجزات، فلا يُقرأ",
    "{} gives no feed or sitemap any more": "لم يعد {} موجزًا ولا خريطة موقع",
    "what came from it stays": "ما جاء منه باقٍ",
    "{} is packed, and broken": "{} مضغوط وتالف",
    # changes
    "too many changes wait": "التغييرات التي تنتظر كثيرة",
    "try again when some are done": "أعد المحاولة بعد انتهاء بعضها",
}


def _pattern(english: str) -> re.Pattern[str]:
    parts = re.split(r"(\{\w*\})", english)
    said = {"{}": "(.+?)", "{why}": "(?P<why>.+?)"}
    pattern = "".join(said.get(part, re.escape(part)) for part in parts)
    return re.compile(re.sub(r"^\(\.\+\?\)", "((?:(?!: ).)+?)", pattern), re.DOTALL)  # no place before it


_KNOWN = [(_pattern(english), arabic) for english, arabic in _CLAUSES.items()]


def problem_in(problem: str, language: str) -> str:
    """The line in a language: in Arabic as far as it is known here, else as it is."""
    return (_line(problem) or problem) if language == "ar" else problem


def problem_html(problem: str, language: str) -> str:
    """The same as HTML that runs its own way."""
    told = problem_in(problem, language)
    said, side = ("en", "ltr") if told == problem else ("ar", "rtl")
    return f'<bdi lang="{said}" dir="{side}">{escape(told)}</bdi>'


def _line(problem: str) -> str:
    """A line in Arabic; empty where it begins with what is not known."""
    if more := _MORE.fullmatch(problem):
        told = _line(more["told"])
        return told and f"{told} (وغيرها، وعدده: {more['count']})"
    first, *others = problem.split("; ")
    begun = _clause(first)
    return begun and "؛ ".join([begun, *(_clause(other) or _ISOLATED.format(other) for other in others)])


def _clause(said: str) -> str:
    for pattern, arabic in _KNOWN:
        if found := pattern.fullmatch(said):
            why = found.groupdict().get("why")
            filled = [one for one in found.groups() if one is not why]
            return arabic.format(*map(_ISOLATED.format, filled), why=why and (_line(why) or why))
    if placed := _PLACE.fullmatch(said):
        rest, line = _clause(placed["rest"]), _LINE.fullmatch(placed["place"])
        place = f"السطر {line[1]}" if line else _ISOLATED.format(placed["place"])
        return rest and f"{place}: {rest}"
    return ""
