"""Questions that an Arabic sentence answers by its form: من، متى، أين، كم; by rules, plain and few.

Where the verb comes first, "when" before it is a question as it stands, whoever acts.
"""

import re
from collections.abc import Iterator

_VOWELS = re.compile("[\u064b-\u0652\u0640]")
_MONTH = (
    "(?:يناير|فبراير|مارس|أبريل|إبريل|نيسان|مايو|أيار|يونيو|حزيران|يوليو|تموز|أغسطس|آب|سبتمبر|أيلول|أكتوبر|نوفمبر"
    "|ديسمبر|شباط|آذار|كانون الأول|كانون الثاني|تشرين الأول|تشرين الثاني)"
)
_DATE = (
    rf"(?:(?:في |منذ )?(?:عام|سنة) \d{{3,4}}|(?:في |يوم )?\d{{1,2}} {_MONTH}(?: (?:عام |سنة )?\d{{4}})?"
    rf"|في {_MONTH}(?: (?:عام |سنة )?\d{{4}})?)"
)
_HAPPENED = (  # what needs no object to be understood
    "(?:تأسس|تأسست|أنشئ|أنشئت|بنيت|افتتح|افتتحت|ولد|ولدت|توفي|توفيت|صدر|صدرت|بدأ|بدأت|انطلق|انطلقت|نشر|نشرت|وقع|وقعت"
    "|أدرجت|أدرج|انضم|انضمت|هدم|هدمت|رمم|رممت|أغلق|أغلقت|اختيرت|اختير|دشن|دشنت|اكتمل|اكتملت|انتهى|انتهت|ظهر|ظهرت"
    "|وصل|وصلت|أطلق|أطلقت|اكتشف|اكتشفت|أعيد افتتاح|شيد|شيدت|أقيم|أقيمت|عقد|عقدت)"
)
_DID = (
    "(?:أسس|أسست|أنشأ|أنشأت|بنى|بنت|افتتح|افتتحت|أصدر|أصدرت|اكتشف|اكتشفت|اخترع|اخترعت|كتب|كتبت|ألف|ألفت|صمم|صممت|رسم"
    "|أعلن|أعلنت|أطلق|أطلقت|دشن|دشنت|اقترح|اقترحت|شيد|شيدت|قاد|قادت|ترأس|ترأست)"
)
_KIND = (
    "(?:مرصد|مدرسة|جامعة|شركة|متحف|مستشفى|جسر|مصنع|مجلة|صحيفة|كتاب|رواية|قصيدة|مدينة|قلعة|برج|معهد|مكتبة|جمعية|مهرجان"
    "|نظرية|خوارزمية|مشروع|قصر|مسجد|محطة|ميناء|حديقة|مطعم|مقهى|سد|قناة|مسرح|دار|مجلس|مؤسسة|نادي|فرقة|سوق|مزرعة|منارة"
    "|تشكيل|إنشاء|بناء)"
)
_MEASURED = "(?:طول|ارتفاع|عدد|مساحة|عمق|عرض|وزن|ثمن|سعر|عمر|تكلفة|كلفة|سكان|درجة|سرعة|قطر)"
_NUMBER = (
    r"(?:(?:نحو|حوالي|قرابة|أكثر من|زهاء|ما يقارب) )?(?:\d|مئة|مئات|ألف|آلاف|مليون|عشر|عشرين|ثلاث|أربع|خمس|ست"
    "|سبع|ثمان|تسع|اثن)"
)
_WORDS = r"(?: [^\s،.؛:()«»\d]+)"
_WHEN = re.compile(rf"و?(?P<said>{_HAPPENED}{_WORDS}{{1,5}}?) {_DATE}")
_THEN = re.compile(
    rf"و?{_DATE} (?P<said>{_HAPPENED}{_WORDS}{{1,5}}?)"
    r"(?=[،.؛]| (?:في|على|من|إلى|بعد|قبل|مع|أمام|نحو|ب\w+) |$)"
)
_WHO = re.compile(
    rf"و?(?P<verb>{_DID})(?: (?!{_KIND} )[^\s،.؛:()«»\d]+){{2,4}}? (?P<thing>{_KIND}{_WORDS}{{1,4}}?)"
    rf"(?= {_DATE}|[،.؛]| (?:في|على|من|التي|الذي|إلى|بعد|قبل|مع|ب\w+) |$)"
)
_HOW = re.compile(rf"و?(?P<is>يبلغ|تبلغ|بلغ|بلغت) (?P<thing>{_MEASURED} [^،.؛:()\d]{{3,50}}?) {_NUMBER}")
_WHERE = re.compile(
    r"(?:(?P<first>[^،.؛:\d]{4,40}?) (?P<lies>يقع|تقع)|و?(?P<lying>يقع|تقع) (?P<second>[^،.؛:\d]{4,40}?))"
    r" (?:في|على|قرب|جنوب|شمال|غرب|شرق|بين|عند) "
)
_WHAT = re.compile(r"(?P<thing>(?:ال)[^\s،.؛:()\d]+(?: ال[^\s،.؛:()\d]+){0,3}) (?:هو|هي) ")
_VAGUE = re.compile(
    r"(?<!\w)(?:هذا|هذه|ذلك|تلك|فيه|فيها|منه|منها|له|لها|به|بها|عليه|عليها|بعده|بعدها|أنه|أنها|كان|كانت)(?!\w)"
)
_LOOSE = re.compile(
    r" (?:في|على|من|إلى|عن|مع|أن|التي|الذي|ثم|أو|بعد|قبل|منذ|خلال|نحو|حتى|بين|لدى|المتصلة|المتعلقة|الخاصة"
    r"|التابعة|عام|العام|سنة|السنة|و\w+)$"
)


def arabic_questions(sentence: str) -> Iterator[str]:
    """The questions, each of which the sentence may answer.

    >>> [*arabic_questions("أسس سليم الخوري مرصد الصنوبر عام 1904.")]
    ['من أسس مرصد الصنوبر؟']
    >>> [*arabic_questions("وفي عام 1869 افتُتحت قناة السويس.")]
    ['متى افتتحت قناة السويس؟']
    """
    text = _VOWELS.sub("", " ".join(sentence.split()))
    if (found := _WHO.match(text)) and _says(thing := found["thing"]):
        yield f"من {found['verb']} {thing}؟"
    if found := _WHEN.match(text) or _THEN.match(text):
        said = found["said"]
        if _says(said) and len(said.split()) > 2:  # a verb and one word could be of anything
            yield f"متى {said}؟"
    if (found := _HOW.match(text)) and _says(thing := found["thing"]):
        yield f"كم {found['is']} {thing}؟"
    if found := _WHERE.match(text):
        place, lies = found["first"] or found["second"], found["lies"] or found["lying"]
        if _says(place) and len(place.split()) <= 5:
            yield f"أين {lies} {place}؟"
    if (found := _WHAT.match(text)) and _says(thing := found["thing"]) and " " in thing:
        yield f"ما {'هي' if ' هي ' in found[0] else 'هو'} {thing}؟"


def _says(part: str) -> bool:
    """Whether a part means something by itself, and ends where a thing does."""
    return not (_VAGUE.search(part) or _LOOSE.search(part)) and " " in part
