"""Arabic follow-ups, and what an Arabic question is about."""

import re

from assistant.follow_ups.topic import Topic, content_of

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
_WHAT_IS = re.compile(r"و?(?:ما|من) (?:هو|هي|هم)(?!\w)")
_ENDING_PRONOUN = re.compile(r"(?P<word>[لب]|\w{2,}?)(?:ها|هما|هم|هن|ه)")
_OF_NOUNS = ("كم", "ما", "عدد", "اسم", "بكم")
_AFTER_THING = ("في", "سنة", "عام", "على", "إلى", "عن", "خلال")
_POINTING = re.compile(r"(?<!\w)(?:هو|هي|هم|هناك|ذلك|هذا|هذه|تلك)(?!\w)")
_ARABIC_YEAR = re.compile(r"(?<!\d)[12١٢]\d{3}(?!\d)")


def after_arabic(text: str, topic: Topic) -> str | None:
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
    if not content_of(bare[opening.end() :]) and not _ON_PREPOSITION.search(bare):
        rest = _ARABIC_OPENING.sub("", topic.question.strip(" ?؟.!"), count=1).strip()
        return f"{bare} {rest}{mark}" if rest else None
    words = bare[opening.end() :].split()
    lacks = len(content_of(" ".join(words))) <= 1 + joined
    own = any(word.startswith(("ال", "وال", "بال", "لل")) for word in words)
    on_preposition = _ON_PREPOSITION.search(bare)
    points = on_preposition or any(sign.search(" ".join(words)) for sign in (_SUFFIXED, _POINTING))
    if own and joined and lacks and about:
        return f"{bare} ({about}){mark}"
    if own or not ((points and len(words) <= 3) or lacks):
        return None
    meant = topic.answer if topic.person and topic.answer and (on_preposition or not points) else about
    return f"{_put_for_pronoun(bare, meant)}{mark}" if meant else None


def _put_for_pronoun(bare: str, meant: str) -> str:
    """The question with what is meant in the place of its pronoun: كم كلفتها is كم كلفة الساعة."""
    *before, last = bare.split(" ")
    found = _ENDING_PRONOUN.fullmatch(last)
    if not before or not found:
        return f"{bare} {meant}"
    word = found["word"]
    if word in ("ل", "ب"):
        joined = "لل" + meant.removeprefix("ال") if word == "ل" and meant.startswith("ال") else word + meant
        return " ".join([*before, joined])
    if before[-1] in _OF_NOUNS and word.endswith("ت"):
        word = word[:-1] + "ة"
    elif before[-1] not in _OF_NOUNS and word.endswith("ا"):
        word = word[:-1] + "ى"  # as in بناها
    return " ".join([*before, {"علي": "على", "إلي": "إلى", "لدي": "لدى"}.get(word, word), meant])


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


def arabic_thing(question: str) -> str:
    """What a question is about: what follows its question word and the verb or the property asked for."""
    bare = question.strip(" ?؟.!")
    words = _ARABIC_OPENING.sub("", bare, count=1).split()
    if len(words) > 1 and not words[0].startswith("ال") and not _WHAT_IS.match(bare):
        words = words[1:]
    if len(words) > 1 and words[0] in _AFTER_THING:
        words = words[1:]
    end = next((at for at, word in enumerate(words) if at and word in _AFTER_THING), len(words))
    return " ".join(words[:end][:5])
