"""What the page says of the articles that are asked, in English and in Arabic."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WithinWords:
    """The texts in one language; ``{}`` stands for what is filled in."""

    language: str
    everything: str  # how many; begins a line
    every: str  # the same within a line
    within: str  # how many articles, and which
    asked: str  # before what is being asked
    change: str
    choose: str  # the panel's name
    search: str
    any_language: str
    arabic: str
    english: str
    language_of: str
    published: str
    first: str
    last: str
    date_hint: str
    tags: str
    more: str
    more_hint: str
    no_match: str
    shown: str  # from, to, of
    earlier: str
    later: str
    apply: str
    all_articles: str
    close: str
    take_off: str  # a condition
    not_: str  # before a condition that excludes
    in_: str  # a source
    by: str  # an author
    from_: str  # a date on
    until: str
    added: str  # a date
    kind: str
    tag: str
    one: str  # an article that is named: its title runs its own way, whatever stands around it
    some: str  # how many articles that are named
    between: str  # conditions
    undated: str  # how many
    unadded: str  # how many
    asked_in: str  # which, how many
    understood: str  # which
    also_within: str  # the same, where it is told already how the question was understood
    without: str  # how many that are left out
    literally: str
    answered_outside: str
    ask_all: str
    not_outside: str
    nothing_kept: str
    only_this: str
    without_this: str
    otherwise_earlier: str
    otherwise_later: str
    no_date: str
    no_condition: str
    too_long: str
    unread: str


ENGLISH = WithinWords(
    language="en",
    everything="All {}",
    every="all {}",
    within="{}: {}",
    asked="Asking",
    change="Choose articles",
    choose="Which articles to ask",
    search="Search titles",
    any_language="Both languages",
    arabic="Arabic",
    english="English",
    language_of="Language",
    published="Published",
    first="from",
    last="to",
    date_hint="2023 or 2023-05",
    tags="Tags",
    more="Other conditions",
    more_hint="source:minutes/ author:Oakes kind:pdf -tag:draft",
    no_match="No article has such a title.",
    shown="{}–{} of {}",
    earlier="Previous",
    later="Next",
    apply="Ask these",
    all_articles="Ask all articles",
    close="Close",
    take_off="Take off: {}",
    not_="not {}",
    in_="in {}",
    by="by {}",
    from_="from {}",
    until="until {}",
    added="added {}",
    kind="{} files",
    tag="tagged {}",
    one="“\u2068{}\u2069”",
    some="{} chosen",
    between=", ",
    undated="Left out, for they state no date or none so exact: {}",
    unadded="Left out, for an older version took them in and did not note when: {}",
    asked_in="Asked within: {} ({})",
    without="without {}",
    understood="Understood as: within {}",
    also_within="Within {}",
    literally="Ask it as it stands",
    answered_outside="Other articles of the library answer this.",
    ask_all="Look there",
    not_outside="The other articles do not answer it either.",
    nothing_kept="No article fits what was chosen, so there was nothing to ask.",
    only_this="Ask only in this article",
    without_this="Ask without it",
    otherwise_earlier="An earlier article says otherwise:",
    otherwise_later="A later article says otherwise:",
    no_date="Write dates as 2023, 2023-05 or 2023-05-07, the earlier one first.",
    no_condition="Other conditions are written as here: source:minutes/ author:Oakes kind:pdf -tag:draft",
    too_long="Too long for a link: the address of this page asks all articles elsewhere.",
    unread="The link names no articles that can be understood, so all are asked.",
)

ARABIC = WithinWords(
    language="ar",
    everything="كل المقالات ({})",
    every="كل المقالات ({})",
    within="{}: {}",
    asked="السؤال في",
    change="اختيار المقالات",
    choose="أي المقالات تُسأل",
    search="البحث في العناوين",
    any_language="اللغتان",
    arabic="العربية",
    english="الإنجليزية",
    language_of="اللغة",
    published="تاريخ النشر",
    first="من",
    last="إلى",
    date_hint="2023 أو \u20662023-05\u2069",
    tags="الوسوم",
    more="شروط أخرى",
    more_hint="المصدر:محاضر/ الكاتب:حداد النوع:pdf -الوسم:مسودة",
    no_match="لا مقال بهذا العنوان.",
    shown="{}–{} من {}",
    earlier="السابق",
    later="التالي",
    apply="اسأل هذه",
    all_articles="اسأل كل المقالات",
    close="إغلاق",
    take_off="إزالة: {}",
    not_="ليس {}",
    in_="في \u2068{}\u2069",
    by="بقلم \u2068{}\u2069",
    from_="منذ {}",
    until="حتى {}",
    added="أضيف {}",
    kind="ملفات \u2068{}\u2069",
    tag="بوسم \u2068{}\u2069",
    one="«\u2068{}\u2069»",
    some="مختارة: {}",
    between="، ",
    undated="مقالات تُركت لأنها بلا تاريخ، أو بلا تاريخ دقيق: {}",
    unadded="مقالات تُركت لأن نسخة أقدم أضافتها ولم تسجّل متى: {}",
    asked_in="سُئل ضمن: {} ({})",
    without="من دون {}",
    understood="فُهم السؤال ضمن: {}",
    also_within="ضمن: {}",
    literally="خذ السؤال بلفظه",
    answered_outside="في المكتبة مقالات أخرى تجيب عن هذا السؤال.",
    ask_all="ابحث فيها",
    not_outside="وليس في سائر المقالات جواب.",
    nothing_kept="لا مقال يوافق ما حُدِّد، فلا شيء يُسأل.",
    only_this="اسأل في هذا المقال وحده",
    without_this="اسأل من دونه",
    otherwise_earlier="مقال أقدم يقول غير ذلك:",
    otherwise_later="مقال أحدث يقول غير ذلك:",
    no_date="يُكتب التاريخ هكذا: 2023 أو 2023-05 أو 2023-05-07، والأسبق أولًا.",
    no_condition="تُكتب الشروط الأخرى هكذا: المصدر:محاضر/ الكاتب:حداد النوع:pdf -الوسم:مسودة",
    too_long="أطول من أن يحمله رابط: من فتح عنوان هذه الصفحة في مكان آخر سأل كل المقالات.",
    unread="لم يُفهم ما في الرابط من تحديد المقالات، فيُسأل الجميع.",
)


def within_words_in(language: str) -> WithinWords:
    """The words in that language, "ar" or "en"."""
    return ARABIC if language == "ar" else ENGLISH
