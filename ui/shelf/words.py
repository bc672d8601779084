"""What the library page says, in English and in Arabic."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ShelfWords:
    """The texts of the library page in one language; ``{}`` stands for what is filled in."""

    language: str
    library: str
    chat: str
    read_only: str
    add: str
    drop: str
    choose_files: str
    choose_folder: str
    limits: str  # kinds, files, MB
    and_so: str  # between the kinds
    or_paste: str
    paste_title: str
    paste_text: str
    paste: str
    search: str
    all_languages: str
    arabic: str
    english: str
    columns: tuple[str, str, str, str, str]  # title, language, date, passages, source
    nothing_found: str
    no_articles: str
    shown: str  # from, to, of
    pages: str
    earlier: str
    later: str
    remove: str
    remove_named: str  # the title
    question: str  # the title
    own_file: str
    other_file: str
    cancel: str
    sending: str  # of
    waiting: str
    reading: str
    embedding: str
    removing: str
    writing: str
    added: str  # name
    added_several: str  # name, articles
    replaced: str  # name
    not_taken: str  # name, why
    removed: str  # title
    file_removed: str  # its name
    looked_for: str  # pieces, bytes, files
    none_left: str
    some_left: str
    in_use: str
    busy: str
    unexpected: str
    too_large: str  # MB
    too_many: str  # files
    not_sent: str
    no_text: str
    no_files: str
    gone: str
    not_allowed: str
    dismiss: str
    work: str
    web: str
    web_address: str
    web_page: str
    web_feed: str
    web_note: str
    no_address: str
    fetching: str  # of
    followed: str
    follows: str  # address
    web_articles: str  # how many
    web_gone_articles: str  # how many
    sync: str
    sync_all: str
    unfollow: str
    unfollowed: str  # address
    changed: str  # address
    moved: str  # from, to
    gone_page: str  # address
    back: str  # address
    nothing_new: str
    as_it_was: str  # how many
    for_later: str  # how many
    and_more: str  # how many


ENGLISH = ShelfWords(
    language="en",
    library="Library",
    chat="Back to the chat",
    read_only="You can look through this library here, not change it.",
    add="Add articles",
    drop="Drop files or a folder here, or",
    choose_files="Choose files",
    choose_folder="Choose a folder",
    limits="{}. At most {} files at a time, each of at most {} MB. A file of the same name is replaced.",
    and_so=", ",
    or_paste="Or paste a text",
    paste_title="Title",
    paste_text="Text",
    paste="Add the text",
    search="Search titles and file names",
    all_languages="All languages",
    arabic="Arabic",
    english="English",
    columns=("Title", "Language", "Date", "Passages", "Source"),
    nothing_found="No article fits.",
    no_articles="The library holds no articles yet.",
    shown="{}–{} of {}",
    pages="Pages of the list",
    earlier="Previous",
    later="Next",
    remove="Remove",
    remove_named="Remove: {}",
    question="Remove this article from the library?",
    own_file="Its text, what was made of it and the file that was uploaded go for good.",
    other_file="Its text and what was made of it go for good. The file that it was read from stays as it is.",
    cancel="Cancel",
    sending="Sending file {} of {}…",
    waiting="Waits until another change is done…",
    reading="Reading file {} of {}…",
    embedding="Preparing passage {} of {} for the search…",
    writing="Writing the library…",
    removing="Removing, and looking whether anything is left…",
    added="Added: {}",
    added_several="Added: {} ({} articles)",
    replaced="Replaced: {}",
    not_taken="Not added: {}: {}",
    removed="Removed: {}",
    file_removed="Its file {}, which the library kept, is deleted too.",
    looked_for="{} pieces of what it said were looked for in all {} bytes of {} files:",
    none_left="none is left.",
    some_left="some are left, in: {}. Take them out with majlis index repair.",
    in_use="some are left while others still read; the next change takes them out.",
    busy="Another process is changing the library. Nothing was changed; try again when it is done.",
    unexpected="Something unexpected went wrong, and nothing was changed; the server's log has the details.",
    too_large="it is larger than {} MB; cut it into parts",
    too_many="At most {} files at a time: hand over fewer, or a part of the folder.",
    not_sent="it could not be sent; try again",
    no_text="There is no text to add.",
    no_files="There are no files in it.",
    gone="This article is no longer in the library.",
    not_allowed="You may not change this library.",
    dismiss="Hide what is done",
    work="Changes of the library",
    web="From the web",
    web_address="Address of an article, a feed or a sitemap",
    web_page="Add the article",
    web_feed="Follow the site",
    web_note="A followed site is asked for one page a second, and only for what it lets programs read.",
    no_address="Give the address of a page, as https://news.example/page.",
    fetching="Fetching page {} of {}…",
    followed="Followed sites",
    follows="Followed: {}",
    web_articles="Articles: {}",
    web_gone_articles="gone from the site: {}",
    sync="Bring up to date",
    sync_all="Bring all up to date",
    unfollow="Stop following",
    unfollowed="No longer followed: {}. Its articles stay.",
    changed="Changed: {}",
    moved="Moved: {} → {}",
    gone_page="Gone from the site: {}. Its article stays until you remove it.",
    back="On the site again: {}",
    nothing_new="Nothing is new.",
    as_it_was="As they were: {}",
    for_later="More are listed, and come when it is brought up to date: {}",
    and_more="and more: {}",
)

ARABIC = ShelfWords(
    language="ar",
    library="المكتبة",
    chat="العودة إلى المحادثة",
    read_only="يمكنك هنا تصفّح المكتبة لا تغييرها.",
    add="أضف مقالات",
    drop="أفلت هنا ملفات أو مجلدًا، أو",
    choose_files="اختر ملفات",
    choose_folder="اختر مجلدًا",
    limits="{}. حدّ الملفات في المرة الواحدة {}، وحدّ حجم الملف {} ميغابايت. وما سُمّي باسم ملف موجود حلّ محله.",
    and_so="، ",
    or_paste="أو ألصق نصًّا",
    paste_title="العنوان",
    paste_text="النص",
    paste="أضف النص",
    search="ابحث في العناوين وأسماء الملفات",
    all_languages="كل اللغات",
    arabic="العربية",
    english="الإنجليزية",
    columns=("العنوان", "اللغة", "التاريخ", "المقاطع", "المصدر"),
    nothing_found="لا مقال يوافق البحث.",
    no_articles="ليس في المكتبة مقالات بعد.",
    shown="{}–{} من {}",
    pages="صفحات القائمة",
    earlier="السابق",
    later="التالي",
    remove="حذف",
    remove_named="حذف: {}",
    question="أتحذف هذا المقال من المكتبة؟",
    own_file="يُحذف نصه وكل ما استُخرج منه والملف المرفوع، بلا رجعة.",
    other_file="يُحذف نصه وكل ما استُخرج منه بلا رجعة. أما الملف الذي قُرئ منه فيبقى كما هو.",
    cancel="إلغاء",
    sending="يُرسل الملف {} من {}…",
    waiting="ينتظر انتهاء تغيير آخر…",
    reading="يُقرأ الملف {} من {}…",
    embedding="يُهيَّأ للبحث المقطع {} من {}…",
    writing="تُكتب المكتبة…",
    removing="يُحذف المقال ويُبحث هل بقي منه شيء…",
    added="أُضيف: {}",
    added_several="أُضيف: {} (عدد المقالات: {})",
    replaced="استُبدل: {}",
    not_taken="لم يُضف: {}: {}",
    removed="حُذف: {}",
    file_removed="وحُذف معه ملفه {} الذي كانت المكتبة تحتفظ به.",
    looked_for="بُحث عن أجزاء مما جاء فيه (عددها {}) في كل البايتات ({}) لكل الملفات ({}):",
    none_left="لم يبق منه شيء.",
    some_left="بقي منه شيء في: {}. ويزيله الأمر majlis index repair.",
    in_use="بقي منه شيء ما دام غيرك يقرأ، ويزيله التغيير التالي.",
    busy="تغيّر المكتبةَ عمليةٌ أخرى الآن. لم يتغيّر شيء، فأعد المحاولة بعد انتهائها.",
    unexpected="حدث خطأ غير متوقع ولم يتغيّر شيء، وتفاصيله في سجل الخادم.",
    too_large="حجمه أكبر من {} ميغابايت، فقسّمه",
    too_many="حدّ الملفات في المرة الواحدة {}: أرسل أقل من ذلك أو جزءًا من المجلد.",
    not_sent="تعذّر إرساله، فأعد المحاولة",
    no_text="ليس هناك نص يضاف.",
    no_files="ليس فيه ملفات.",
    gone="لم يعد هذا المقال في المكتبة.",
    not_allowed="ليس لك أن تغيّر هذه المكتبة.",
    dismiss="إخفاء ما انتهى",
    work="تغييرات المكتبة",
    web="من الويب",
    web_address="عنوان مقال أو موجز أو خريطة موقع",
    web_page="أضف المقال",
    web_feed="تابع الموقع",
    web_note="الموقع المتابَع تُطلب منه صفحة واحدة في الثانية، ولا يُطلب منه إلا ما يأذن للبرامج بقراءته.",
    no_address="اكتب عنوان صفحة، مثل https://news.example/page.",
    fetching="تُجلب الصفحة {} من {}…",
    followed="المواقع المتابَعة",
    follows="يُتابَع: {}",
    web_articles="المقالات: {}",
    web_gone_articles="أُزيلت من الموقع: {}",
    sync="حدِّث",
    sync_all="حدِّث الكل",
    unfollow="أوقف المتابعة",
    unfollowed="أُوقفت متابعة {}، ومقالاته باقية.",
    changed="تغيّر: {}",
    moved="انتقل: {} ← {}",
    gone_page="أُزيل من الموقع: {}، ومقاله باقٍ حتى تحذفه.",
    back="عاد إلى الموقع: {}",
    nothing_new="لا جديد.",
    as_it_was="لم يتغيّر منها: {}",
    for_later="وفي الموقع مقالات أخرى تأتي مع التحديث التالي، عددها: {}",
    and_more="وغيرها، وعدده: {}",
)


def shelf_words_in(language: str) -> ShelfWords:
    """The texts in a language; English for every one but Arabic."""
    return ARABIC if language == "ar" else ENGLISH
