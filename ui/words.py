"""What the page says, in English and in Arabic, and how each counts articles."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of the interface in one language; ``{}`` stands for what is filled in."""

    language: str
    direction: str
    title: str
    about: str
    examples: str
    placeholder: str
    question: str
    send: str
    conversation: str
    searching: str
    waiting: str  # {} questions before this one
    next_in_line: str
    too_many: str  # {} questions of the visitor wait
    too_often: str  # {} questions a minute; {} seconds to wait
    reading: str  # passage {} of {}
    understood: str
    unsure: str
    abstained: str
    nearest: str
    also_in: str
    otherwise: str
    other_language: str  # of an answer from an article in ``language``; said to one who asked in the other
    copy: str
    copied: str
    new_chat: str
    switch: str
    citation: str
    source: str
    quote_from: str
    otherwise_from: str
    passage_from: str
    other_passages: str
    why: str
    changed: str
    gone: str
    problem: str
    unexpected: str
    no_articles: str
    no_library: str
    languages: tuple[str, str]  # "{} in Arabic", "{} in English"


ENGLISH = Words(
    language="en",
    direction="ltr",
    title="Ask your articles",
    about="Every answer is in the words of the articles in this library, with the sentence it stands in. "
    "Where the articles hold no answer, you are told so.",
    examples="Try one of these",
    placeholder="Ask in English or Arabic",
    question="Your question",
    send="Send",
    conversation="Conversation",
    searching="Looking through the articles…",
    waiting="Waiting. Questions before yours: {}",
    next_in_line="Waiting. Yours is the next question.",
    too_many="{} of your questions are waiting already. Ask again when one of them is answered.",
    too_often="You have reached the limit of {} questions a minute. Ask again in {} s.",
    reading="Reading passage {} of {}…",
    understood="Understood as:",
    unsure="I am not certain. This sentence may answer:",
    abstained="I found no answer in your articles.",
    nearest="The sentences nearest to your question, to read for yourself. They are not an answer:",
    also_in="Also in",
    otherwise="Another article says otherwise:",
    other_language="المقال بالإنجليزية، فالإجابة بلغته.",
    copy="Copy with source",
    copied="Copied",
    new_chat="New chat",
    switch="Language of the page",
    citation="Citation {}: show it in its article",
    source="Source",
    quote_from="Quoted in the answer",
    otherwise_from="This article says otherwise",
    passage_from="A passage that was found",
    other_passages="Other passages found",
    why="Why this passage?",
    changed="This article has changed since the answer was given, so the quote can no longer be shown in it.",
    gone="This article is no longer in the library.",
    problem="This question could not be answered.",
    unexpected="Something unexpected went wrong; the server's log has the details. You can ask again.",
    no_articles="The library holds no articles yet. This command adds yours:",
    no_library="The library cannot be read.",
    languages=("{} in Arabic", "{} in English"),
)

ARABIC = Words(
    language="ar",
    direction="rtl",
    title="اسأل مقالاتك",
    about="كل إجابة بألفاظ مقالات هذه المكتبة، ومعها الجملة التي وردت فيها. "
    "وإن لم يكن في المقالات جواب قيل لك ذلك.",
    examples="جرّب أن تسأل",
    placeholder="اسأل بالعربية أو بالإنجليزية",
    question="سؤالك",
    send="أرسل",
    conversation="المحادثة",
    searching="أبحث في المقالات…",
    waiting="في الانتظار. عدد الأسئلة قبل سؤالك: {}",
    next_in_line="في الانتظار. سؤالك هو التالي.",
    too_many="أسئلتك التي تنتظر بلغت الحد، وهو {}. أعد السؤال بعد أن يُجاب عن أحدها.",
    too_often="بلغت الحد، وهو {} من الأسئلة في الدقيقة. أعد السؤال بعد {} ث.",
    reading="أقرأ المقطع {} من {}…",
    understood="فُهم السؤال هكذا:",
    unsure="لست متأكدًا، ولعل الجواب في هذه الجملة:",
    abstained="لم أجد جوابًا في مقالاتك.",
    nearest="أقرب الجمل إلى سؤالك، لتقرأها بنفسك، وليست جوابًا:",
    also_in="وكذلك في",
    otherwise="مقال آخر يقول غير ذلك:",
    other_language="The article is in Arabic, and so is the answer.",
    copy="نسخ مع المصدر",
    copied="تم النسخ",
    new_chat="محادثة جديدة",
    switch="لغة الصفحة",
    citation="الاقتباس {}: إظهاره في مقاله",
    source="المصدر",
    quote_from="مقتبس في الإجابة",
    otherwise_from="هذا المقال يقول غير ذلك",
    passage_from="مقطع عُثر عليه",
    other_passages="مقاطع أخرى عُثر عليها",
    why="لماذا هذا المقطع؟",
    changed="تغيّر هذا المقال بعد الإجابة، فلم يعد ممكنًا إظهار الاقتباس فيه.",
    gone="لم يعد هذا المقال في المكتبة.",
    problem="تعذّرت الإجابة عن هذا السؤال.",
    unexpected="حدث خطأ غير متوقع، وتفاصيله في سجل الخادم. يمكنك أن تسأل مرة أخرى.",
    no_articles="ليس في المكتبة مقالات بعد. وهذا الأمر يضيف مقالاتك:",
    no_library="تعذّرت قراءة المكتبة.",
    languages=("{} بالعربية", "{} بالإنجليزية"),
)


def words_in(language: str) -> Words:
    """The texts in a language; English for every one but Arabic."""
    return ARABIC if language == "ar" else ENGLISH


def preferred_language(accepted: str) -> str:
    """The first of a browser's ``Accept-Language`` that the page speaks.

    >>> preferred_language("fr-FR, ar-EG;q=0.9, en;q=0.8")
    'ar'
    """
    for entry in accepted.split(","):
        language = entry.strip()[:2].lower()
        if language in ("ar", "en"):
            return language
    return "en"


def count_articles(count: int, language: str) -> str:
    """How many articles, as the language counts them: 1 article, مقالان, 3 مقالات, 11 مقالًا, 100 مقال."""
    if language != "ar":
        return f"{count:,} article" if count == 1 else f"{count:,} articles"
    if count in (1, 2):
        return ("مقال واحد", "مقالان")[count - 1]
    last = count % 100
    return f"{count:,} " + ("مقالات" if 3 <= last <= 10 else "مقالًا" if last >= 11 else "مقال")
