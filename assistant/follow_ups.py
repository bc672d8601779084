"""Follow-ups: what a question means after the turns before it, found by rules and no language model.

A follow-up lacks what it is about. It is a question word alone ("And when?"), points back ("How much did it
cost?", كم كلفتها؟), or puts one thing in another's place ("And in 2023?", "What about the museum?"). What it
lacks comes from the question before, or from its answer where that is a name. A question that says itself
what it is about is left as it is. Leaves out: what was said before the last turn but by way of it, gender.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.conversation import Turn
from assistant.question.spelling import standard_arabic
from index.text.analysis import analyse, fold, is_stop
from index.text.language import detect_language

NAME = 6  # words of an answer that may be a name


@dataclass(frozen=True, slots=True)
class Topic:
    """What a turn was about, in the words of its question and its answer; "" where it was about no such."""

    question: str  # as it was understood
    thing: str  # what is asked about
    answer: str  # a name that was the answer
    person: bool  # the question was who


def stand_alone(asked: str, turns: Sequence[Turn]) -> str:
    """The question with what it lacks from the turns before it; itself where it lacks nothing.

    >>> before = [Turn("Who built the astronomical clock?")]
    >>> stand_alone("How much did it cost?", before)
    'How much did the astronomical clock cost?'
    >>> stand_alone("And when?", before)
    'When was the astronomical clock built?'
    >>> stand_alone("وكم كلفتها؟", [Turn("من بنى الساعة الفلكية؟")])
    'كم كلفتها الساعة الفلكية؟'
    """
    text = " ".join(asked.split())
    topic = topic_of(turns[-1]) if turns else None
    if topic is None:
        return text
    if detect_language(text) == "ar":
        return _after_arabic(standard_arabic(text), topic) or text
    return _after_english(text, topic) or text


def topic_of(turn: Turn) -> Topic:
    """What a turn was about."""
    answer = turn.answer
    question = " ".join((answer.understood_as if answer else turn.question).split())
    arabic = detect_language(question) == "ar"
    said = answer.text if answer and len(answer.text.split()) <= NAME else ""
    name = said if said and not re.search(r"\d", said) and (arabic or said != said.lower()) else ""
    thing = _arabic_thing(standard_arabic(question)) if arabic else _english_thing(question)
    return Topic(question, thing, name, bool(_WHO.match(fold(question))))


_WHO = re.compile(r"(?:and |و)?(?:who|whom|whose|من|مين)(?!\w)")
_CONNECTIVES = re.compile(
    r"(?:(?:and|but|so|then|also|ok|okay|well|yes|no|thanks|thank you)\b[,.!]? *)+", re.IGNORECASE
)

# English

_WH = (
    r"(?:(?:in|on|at|by|for|from|since|until|to|with) )?"
    r"(?:(?:what|which) (?:year|month|day|date|time|city|country|place)"
    r"|how (?:many|much|long|old|far|often|tall|big|high|deep|wide|come)"
    r"|who|whom|whose|what|which|when|where|why|how)"
)
_AUX = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|must)"
_ASKING = re.compile(rf"{_WH}\b", re.IGNORECASE)
_OPENING = re.compile(rf"(?:{_WH}(?: (?:else|exactly))?|{_AUX})\b(?: {_AUX}\b)?(?: not\b)?", re.IGNORECASE)
_PRONOUN = re.compile(
    r"\b(?:(?P<person>he|she|him|her(?! \w)|hers)|(?P<thing>it|this|that|these|those|they|them|one|there)"
    r"|(?P<owner>his|her|its|their))\b(?!-)",
    re.IGNORECASE,
)
_EXPLETIVE = re.compile(
    r"\b(?:is|are|was|were|be|been) there\b|\bthere (?:is|are|was|were|be|will|has|have)\b"
    r"|\bit (?:take|takes|took|true|possible|necessary|worth|better|safe|legal|rain|rains|snow)\b"
    r"|\bthat (?=\w+)|\b(?:this|these|those|one|that) (?=[a-z]\w+)|\bone of\b|\b(?:this|that) (?:is|was)\b",
    re.IGNORECASE,
)
_INSTEAD = re.compile(
    r"(?:what|how) about (?P<thing>.+)|(?P<part>(?:in|on|at|for|by|from|during|after|before) .+)"
    r"|(?P<bare>(?:the )?[\w'’-]+(?: [\w'’-]+){0,4})",
    re.IGNORECASE,
)
_ALIKE = [  # one of a kind takes the place of another
    re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for words in (
        r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?",
        "january|february|march|april|may|june|july|august|september|october|november|december",
        "first|second|third|fourth|fifth|last",
        "spring|summer|autumn|winter",
    )
]
_YEAR = re.compile(r"(?<!\d)[12]\d{3}(?!\d)")
_NAME = re.compile(
    r"(?:(?<=\s)|\A)(?:the )?[A-Z][\w'’-]*"
    r"(?: (?:of|the|de|al|bin|ibn|and) (?=[A-Z])| [A-Z0-9][\w'’-]*|[A-Z][\w'’-]*)*"
)
_NOUN_PHRASE = re.compile(
    r"\b(?:the|this|that|a|an)(?: [\w'’-]+){1,4}?(?: of(?: the| a| an)?(?: [\w'’-]+){1,3}?)*"
    r"(?=[?.,!]|$| (?:in|on|at|to|by|for|from|with|and|or|that|which|who|when|after|before|during"
    r"|is|are|was|were|has|have|had)\b)",
    re.IGNORECASE,
)
_ENDING_VERB = re.compile(
    r" (?:\w{3,}ed|built|made|held|found|lost|won|sold|bought|paid|taught|sent|set|cost|open|close|begin"
    r"|begun|start|end|happen|work|take|taken|mean|live|die|win|leave|arrive|come|go|gone|become|say|said"
    r"|do|done|set up|put up|recommend|hold|look|last|weigh|use|stand|lie|born"
    r"|known|given|seen|written|wrote|led"
    r"|run|cut|shut|hit|put)\Z",
    re.IGNORECASE,
)
_DID = re.compile(
    r"who (?P<verb>\w+ed|built|made|held|found|won|sold|bought|paid|led|wrote|drew|dug) (?P<thing>.+)",
    re.IGNORECASE,
)
_PARTICIPLES = {"wrote": "written", "drew": "drawn"}


def _after_english(text: str, topic: Topic) -> str | None:
    text, joined = _CONNECTIVES.subn("", text, count=1) if _CONNECTIVES.match(text) else (text, 0)
    bare = text.strip(" ?.!")
    if not bare or not topic.question:
        return None
    if (asking := _ASKING.match(bare)) and not set(_content(bare[asking.end() :])) - {"one", "ones"}:
        return _asked_otherwise(bare, topic)
    if re.match("(?:what|how) about ", bare, re.IGNORECASE) or (joined and not _ASKING.search(bare)):
        return _instead(bare, topic) or _beside(bare, topic)
    found = _pointing_back(text, topic)
    asks = _OPENING.match(bare)
    more = bool(joined or not _NOUN_PHRASE.search(bare)) if asks else text.endswith("?")
    says_little = len(_content(bare)) <= (1 if asks else 2) + more
    named = _NAME.search(bare, 1) or re.search(r"\d", bare) or _PRONOUN.search(bare)
    return found or (None if named or not says_little else _beside(bare, topic))


def _beside(bare: str, topic: Topic) -> str | None:
    """The question with what the turn before was about."""
    about = topic.thing or topic.answer
    return f"{bare} ({about})?" if about and _content(bare) else None


def _content(text: str) -> list[str]:
    """The words that say something of a matter."""
    return [term.text for term in analyse(text) if not is_stop(term.text)]


def _asked_otherwise(word: str, topic: Topic) -> str | None:
    """The question before with another question word: "When was it built?" of "Who built it?"."""
    matter = topic.question.strip(" ?؟.!")
    if not _WHO.match(fold(word)) and (did := _DID.fullmatch(matter)):
        verb = _PARTICIPLES.get(did["verb"].lower(), did["verb"])
        return _capital(f"{word} was {did['thing']} {verb}?")
    rest = (
        _ASKING.sub("", matter, count=1).strip() if _ASKING.match(matter) else matter[:1].lower() + matter[1:]
    )
    word = word.removesuffix(" not")
    return _capital(f"{word} {rest}?") if rest else None


def _instead(bare: str, topic: Topic) -> str | None:
    """The question before about another thing, or another time or place."""
    for alike in _ALIKE:
        if alike.search(bare) and len(_content(bare)) == 1 and alike.search(topic.question):
            return alike.sub(alike.findall(bare)[0], topic.question)
    found = _INSTEAD.fullmatch(bare)
    if found is None or not topic.question or not _OPENING.match(topic.question):
        return None
    matter = topic.question.strip(" ?؟.!")
    other = found["thing"] or found["part"] or found["bare"]
    if years := _YEAR.search(other):
        if _YEAR.search(matter):
            return _YEAR.sub(years[0], matter) + "?"
        return f"{matter} {other if found['part'] else f'in {years[0]}'}?"
    if found["part"]:
        preposition = other.partition(" ")[0]
        same = list(re.finditer(rf"\b{preposition} (?:the )?[A-Z][\w'’-]*(?: [A-Z][\w'’-]*)*", matter))
        start, end = same[-1].span() if same else (len(matter), len(matter))
        return f"{matter[:start].rstrip()} {other}{matter[end:]}?"
    return matter.replace(topic.thing, other) + "?" if topic.thing and topic.thing in matter else None


def _pointing_back(text: str, topic: Topic) -> str | None:
    """The question with what its pronoun stands for."""
    covered = [found.span() for found in _EXPLETIVE.finditer(text)]
    for found in _PRONOUN.finditer(text):
        if any(start <= found.start() < end for start, end in covered):
            continue
        stands_for = _meant(found, topic)
        before = text[: found.start()]
        own = _NOUN_PHRASE.search(before) or _NAME.search(_OPENING.sub("", before, count=1))
        if own or not stands_for:  # it points to what the question itself names
            return None
        owner = "'s" if found["owner"] else ""
        return before + stands_for + owner + text[found.end() :]
    return None


def _meant(pronoun: re.Match[str], topic: Topic) -> str:
    if pronoun["person"] or (pronoun["owner"] or "").lower() in ("his", "her"):
        names = [one[0] for one in _NAME.finditer(_OPENING.sub("", topic.question, count=1))]
        return (
            topic.answer if topic.person and topic.answer else (names[-1].strip() if names else topic.thing)
        )
    named = topic.answer if not topic.person else ""
    return named or topic.thing


def _english_thing(question: str) -> str:
    """The noun phrase that a question is about: its last name, or its last one with an article."""
    matter = _OPENING.sub("", question.strip(" ?.!"), count=1).strip()
    phrases = [found[0] for found in _NOUN_PHRASE.finditer(matter)]
    names = [found[0] for found in _NAME.finditer(matter)]
    for phrase in sorted(phrases, key=lambda one: any(name in one for name in names), reverse=True):
        if trimmed := _without_verb(phrase):
            return trimmed
    if names:
        return _without_verb(names[-1].strip())
    rest = _without_verb(f" {matter}").strip()
    return " ".join(rest.split()[-4:])


def _without_verb(phrase: str) -> str:
    shorter = _ENDING_VERB.sub("", phrase)
    return (
        shorter
        if len(shorter.split()) > 1 or not phrase.lower().startswith(("the ", "a ", "an "))
        else phrase
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# Arabic

_MARKS = "\u064b-\u0652"
_ARABIC_WH = r"(?:في أي \w+|أي \w+|ل?كم(?: عدد)?|متى|أين|إلى أين|من أين|لماذا|كيف|ماذا|بكم|لمن|ما|من|هل)"
_ARABIC_OPENING = re.compile(
    rf"و?{_ARABIC_WH}(?!\w)(?: (?:هو|هي|هم|كان|كانت|الذي|التي|تم|اسم|عدد|سبب|معنى)(?!\w))*\s*"
)
_ARABIC_CONNECTIVES = re.compile(r"(?:(?:طيب|طب|حسنا|نعم|لا|شكرا|إذن|أوكي)(?!\w)[،,.!]? *)+")
_AND_ASKING = re.compile(rf"و(?={_ARABIC_WH}(?!\w))")
_ARABIC_INSTEAD = re.compile(
    r"و?(?:ماذا|ما) عن (?P<thing>.+)|و(?P<part>(?:في|على|إلى|قبل|بعد|خلال) .+)|و(?P<bare>ال\w+(?: \w+){0,3})"
)
_ON_PREPOSITION = re.compile(
    r"(?<!\w)(?:و|ف)?(?:مع|عن|ل|ب|في|من|إلي|علي|عند|لدي|بعد|قبل|حول|بين)(?:ه|ها|هم|هما|هن)(?!\w)"
)
_SUFFIXED = re.compile(r"(?<!\w)\w{2,}(?:ها|هم|هما)(?!\w)|\A(?:\S+ )?\w{2,}ه\Z")
_AFTER_THING = ("في", "سنة", "عام", "على", "إلى", "عن", "خلال")
_POINTING = re.compile(r"(?<!\w)(?:هو|هي|هم|هناك|ذلك|هذا|هذه|تلك)(?!\w)")
_ARABIC_YEAR = re.compile(r"(?<!\d)[12١٢]\d{3}(?!\d)")


def _after_arabic(text: str, topic: Topic) -> str | None:
    mark = "؟" if text.rstrip().endswith("؟") else "?" if text.rstrip().endswith("?") else ""
    bare = _ARABIC_CONNECTIVES.sub("", text, count=1) if _ARABIC_CONNECTIVES.match(text) else text
    bare = bare.strip(" ?؟.!")
    joined = bool(_AND_ASKING.match(bare))
    about = topic.thing or topic.answer
    if found := _ARABIC_INSTEAD.fullmatch(bare):
        changed = _arabic_instead(found, topic)
        return changed and changed + mark
    if re.match(r"و\w{3}", bare) and not joined and len(bare.split()) <= 3 and about:
        return f"{bare[1:]} ({about}){mark}"
    bare = _AND_ASKING.sub("", bare, count=1) if joined else bare
    if not (opening := _ARABIC_OPENING.match(bare)):
        return None
    if not _content(bare[opening.end() :]):
        rest = _ARABIC_OPENING.sub("", topic.question.strip(" ?؟.!"), count=1).strip()
        return f"{bare} {rest}{mark}" if rest else None
    words = bare[opening.end() :].split()
    lacks = len(_content(" ".join(words))) <= 1 + joined
    own = any(word.startswith(("ال", "وال", "بال", "لل")) for word in words)
    on_preposition = _ON_PREPOSITION.search(bare)
    points = on_preposition or any(sign.search(" ".join(words)) for sign in (_SUFFIXED, _POINTING))
    if own and joined and lacks and about:
        return f"{bare} ({about}){mark}"
    if own or not ((points and len(words) <= 3) or lacks):
        return None
    if topic.person and topic.answer and (on_preposition or not points):
        return f"{bare} {topic.answer}{mark}"
    return f"{bare} {about}{mark}" if about else None


def _arabic_instead(found: re.Match[str], topic: Topic) -> str | None:
    matter = topic.question.strip(" ?؟.!")
    other = found["thing"] or found["part"] or found["bare"]
    if years := _ARABIC_YEAR.search(other):
        changed = _ARABIC_YEAR.sub(years[0], matter)
        if not _ARABIC_YEAR.search(matter):
            changed = f"{matter} {other}" if found["part"] else f"{matter} سنة {years[0]}"
        return changed
    if found["part"]:
        preposition, _, place = other.partition(" ")
        before, joint, _ = matter.rpartition(f" {preposition} ")
        return f"{before}{joint}{place}" if joint else f"{matter} {other}"
    return matter.replace(topic.thing, other) if topic.thing and topic.thing in matter else None


def _arabic_thing(question: str) -> str:
    """What a question is about: what follows its question word and the verb or the property asked for."""
    words = _ARABIC_OPENING.sub("", question.strip(" ?؟.!"), count=1).split()
    if len(words) > 1 and not words[0].startswith("ال"):
        words = words[1:]
    end = next((at for at, word in enumerate(words) if at and word in _AFTER_THING), len(words))
    return " ".join(words[:end][:5])
