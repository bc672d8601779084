"""What the page says of asking, of conversations and of sources, in English and in Arabic."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChatWords:
    """The texts in one language; ``{}`` stands for what is filled in."""

    language: str
    conversations: str
    kept: str
    none_kept: str
    unnamed: str
    open_chat: str
    rename: str
    rename_label: str
    delete: str
    delete_sure: str
    keep: str
    export: str
    exported: str  # the line under the title of an exported conversation
    full: str
    close: str
    cancel: str
    stop: str
    stopped: str
    stopped_writing: str
    again: str
    edit: str
    editing: str
    change: str
    waiting: str
    too_long: str
    show_all: str
    show_less: str
    lost: str
    unreadable: str
    nothing_to_ask: str
    you: str
    reply: str
    perhaps: str
    sureness: str
    how_sure: str
    how_unsure: str
    how_silent: str
    shares: str
    shares_nothing: str
    before: str
    after: str
    copy_quote: str
    copy_link: str
    previous_quote: str
    next_quote: str
    of_quotes: str
    linked: str
    colours: str
    system: str
    light: str
    dark: str
    library: str
    choose_library: str
    add_articles: str
    sign_out: str
    why_not: str
    scanned: str
    look: str
    why_unknown: str
    about_written: str  # of the page where a model writes
    sent_to: str  # {}: a host
    writing: str
    unsupported: str
    unfound: str
    not_found: str  # {}: figures, names and dates
    between: str
    support: str  # {} of {} sentences
    written_by: str
    written_nothing: str  # {}: a model, which was asked and found no answer
    how_written: str


ENGLISH = ChatWords(
    language="en",
    conversations="Conversations",
    kept="They are kept in this browser only.",
    none_kept="None yet. What you ask is kept here, and is there again after a reload.",
    unnamed="Untitled",
    open_chat="Open conversation: {}",
    rename="Rename",
    rename_label="New name",
    delete="Delete",
    delete_sure="Delete this conversation?",
    keep="Keep it",
    export="Export",
    exported="A conversation with Majlis. Each number points to its source below the answer.",
    full="This browser has no more room for conversations. Export those you need, then delete some.",
    close="Close",
    cancel="Cancel",
    stop="Stop",
    stopped="Stopped.",
    stopped_writing="Stopped. This answer is not whole, and was not compared with the articles to its end.",
    again="Ask again",
    edit="Edit",
    editing="You are changing an earlier question. What came after it stays in the list of conversations.",
    change="Change",
    waiting="Waiting for the answer before it…",
    too_long="Too long by {} characters. A question may have 2,000; nothing was cut.",
    show_all="Show all",
    show_less="Show less",
    lost="The server cannot be reached. Your question is kept.",
    unreadable="No answer is kept for this question.",
    nothing_to_ask="There are no articles yet, so there is nothing to ask. Add some, then ask again.",
    you="You asked",
    reply="Answer",
    perhaps="Perhaps",
    sureness="How sure is this?",
    how_sure="{} out of 100, high enough to be stated. Below {} nothing is said.",
    how_unsure="{} out of 100: enough to show the sentence, not to state it. Below {} nothing is said.",
    how_silent="The best that was found reached {} out of 100. Below {} nothing is said.",
    shares="It has these words of your question:",
    shares_nothing="It has no word of your question. It was found because it is about something close to it.",
    before="Show what comes before",
    after="Show what comes after",
    copy_quote="Copy quote",
    copy_link="Copy link",
    previous_quote="Previous quote",
    next_quote="Next quote",
    of_quotes="Quote {} of {} in this article",
    linked="Opened from a link",
    colours="Colours",
    system="System",
    light="Light",
    dark="Dark",
    library="Library",
    choose_library="Choose a library",
    add_articles="Add articles on the library's page",
    sign_out="Sign out",
    scanned="read from a scan, {} % sure of its words",
    why_not="Why not another article? Its title:",
    look="Look",
    why_unknown="Name one article by its title, as the library's page lists it.",
    about_written="A model writes each answer from the articles in this library. Every sentence is checked "
    "against them and shows where it stands. Where the articles hold no answer, you are told so.",
    sent_to="Questions and passages are sent to {}.",
    writing="Writing…",
    unsupported="not found in the articles",
    unfound="in no cited article",
    not_found="In no cited article: {}",
    between=", ",
    support="{} of {} sentences supported by the articles.",
    written_by="Written by {}.",
    written_nothing="{} found no answer in them either.",
    how_written="{} out of 100, by how well the articles support it. Below {} nothing is said.",
)

ARABIC = ChatWords(
    language="ar",
    conversations="المحادثات",
    kept="تُحفظ في هذا المتصفح وحده.",
    none_kept="لا محادثات بعد. ما تسأله يُحفظ هنا، وتجده بعد إعادة تحميل الصفحة.",
    unnamed="بلا عنوان",
    open_chat="فتح المحادثة: {}",
    rename="تسمية",
    rename_label="الاسم الجديد",
    delete="حذف",
    delete_sure="أتحذف هذه المحادثة؟",
    keep="أبقِها",
    export="تصدير",
    exported="محادثة مع مجلس. كل رقم يدل على مصدره تحت الجواب.",
    full="لم يعد في هذا المتصفح متسع للمحادثات. صدّر ما تحتاج إليه ثم احذف بعضها.",
    close="إغلاق",
    cancel="إلغاء",
    stop="إيقاف",
    stopped="أُوقف.",
    stopped_writing="أُوقف. هذا الجواب ناقص، ولم يُقارَن كله بالمقالات.",
    again="اسأل مرة أخرى",
    edit="تعديل",
    editing="تعدّل الآن سؤالًا سابقًا. وما جاء بعده يبقى في قائمة المحادثات.",
    change="تصحيح",
    waiting="ينتظر الجواب الذي قبله…",
    too_long="أطول من اللازم بمقدار {} من الأحرف. حد السؤال 2000 حرف، ولم يُحذف منه شيء.",
    show_all="إظهار الكل",
    show_less="إظهار أقل",
    lost="تعذّر الوصول إلى الخادم. سؤالك محفوظ.",
    unreadable="ليس لهذا السؤال جواب محفوظ.",
    nothing_to_ask="ليس في المكتبة مقالات بعد، فلا شيء يُسأل عنه. أضف مقالات ثم اسأل مرة أخرى.",
    you="سألتَ",
    reply="الجواب",
    perhaps="ربما",
    sureness="ما مدى التأكد؟",
    how_sure="{} من 100، وهو ما يكفي للجزم. ولا يُقال شيء دون {}.",
    how_unsure="{} من 100: يكفي لإظهار الجملة ولا يكفي للجزم. ولا يُقال شيء دون {}.",
    how_silent="أفضل ما عُثر عليه بلغ {} من 100. ولا يُقال شيء دون {}.",
    shares="فيه من كلمات سؤالك:",
    shares_nothing="ليس فيه شيء من كلمات سؤالك. عُثر عليه لأن معناه قريب منه.",
    before="إظهار ما قبله",
    after="إظهار ما بعده",
    copy_quote="نسخ الاقتباس",
    copy_link="نسخ الرابط",
    previous_quote="الاقتباس السابق",
    next_quote="الاقتباس التالي",
    of_quotes="الاقتباس {} من {} في هذا المقال",
    linked="فُتح من رابط",
    colours="الألوان",
    system="النظام",
    light="فاتح",
    dark="داكن",
    library="المكتبة",
    choose_library="اختيار مكتبة",
    add_articles="أضف مقالات في صفحة المكتبة",
    sign_out="تسجيل الخروج",
    scanned="قُرئ من صورة ممسوحة، بثقة {} % في كلماته",
    why_not="لماذا ليس مقالًا آخر؟ عنوانه:",
    look="انظر",
    why_unknown="سمِّ مقالًا واحدًا بعنوانه كما في صفحة المكتبة.",
    about_written="يكتب نموذجٌ لغوي كل جواب من مقالات هذه المكتبة، وتُراجع كل جملة على المقالات "
    "ويظهر موضعها فيها. وإن لم يكن في المقالات جواب قيل لك ذلك.",
    sent_to="تُرسل الأسئلة والمقاطع إلى {}.",
    writing="أكتب…",
    unsupported="لم نجد هذا في المقالات",
    unfound="ليس في المقالات المستشهد بها",
    not_found="ليس في المقالات المستشهد بها: {}",
    between="، ",
    support="الجمل التي تسندها المقالات: {} من {}.",
    written_by="كتبه النموذج {}.",
    written_nothing="ولم يجد النموذج {} فيها جوابًا كذلك.",
    how_written="{} من 100، بقدر ما تسنده المقالات. ولا يُقال شيء دون {}.",
)


def chat_words_in(language: str) -> ChatWords:
    """The texts in a language; English for every one but Arabic."""
    return ARABIC if language == "ar" else ENGLISH
