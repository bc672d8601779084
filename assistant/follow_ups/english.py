"""English follow-ups, and what an English question is about."""

import re

from assistant.follow_ups.topic import WHO, Topic, content_of
from index.text.analysis import fold
from index.text.quantities import MONTHS, WEEKDAYS

_CONNECTIVES = re.compile(
    r"(?:(?:and|but|so|then|also|ok|okay|well|yes|no|thanks|thank you)\b[,.!]? *)+", re.IGNORECASE
)


_WH = (
    r"(?:(?:in|on|at|by|for|from|since|until|to|with) )?"
    r"(?:(?:what|which) (?:year|month|day|date|time|city|country|place)"
    r"|how (?:many|much|long|old|far|often|tall|big|high|deep|wide|come)"
    r"|who|whom|whose|what|which|when|where|why|how)"
)
_AUX = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|must)"
_DOING = r"(?:do|does|did|can|could|will|would|should|may|must)"
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
        "|".join(name for name in WEEKDAYS if name.isascii()),
        "|".join(name for name in MONTHS if name.isascii()),
        "first|second|third|fourth|fifth|last",
        "spring|summer|autumn|winter",
    )
]
_YEAR = re.compile(r"(?<!\d)[12]\d{3}(?!\d)")
_NAME = re.compile(
    r"(?:(?<=\s)|\A)(?:the )?[A-Z][\w'’-]*"
    r"(?: (?:of|the|de|al|bin|ibn|and) (?=[A-Z])| (?:al-)?[A-Z0-9][\w'’-]*|[A-Z][\w'’-]*)*"
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
    r"|known|given|seen|written|wrote|led|decide|agree|choose|plan|buy|sell|build|pay|vote|spend|earn"
    r"|run|cut|shut|hit|put)\Z",
    re.IGNORECASE,
)
_DID = re.compile(
    r"who (?P<verb>\w+ed|built|made|held|found|won|sold|bought|paid|led|wrote|drew|dug) "
    r"(?P<thing>(?!(?:against|for|first|last|next|then|there|to|with|on|at|in)\b).+)",
    re.IGNORECASE,
)
_WHAT_IS = re.compile(r"(?:what|who) (?:is|are|was|were) (?!the )[a-z'’-]{3,}", re.IGNORECASE)
_NAME_OF = re.compile(r"(?:the|a) (?:name|title|number|date|year) of (?=(?:the|a|an) )", re.IGNORECASE)
_PARTICIPLES = {"wrote": "written", "drew": "drawn"}


def after_english(text: str, topic: Topic) -> str | None:
    text, joined = _CONNECTIVES.subn("", text, count=1) if _CONNECTIVES.match(text) else (text, 0)
    bare = text.strip(" ?.!")
    if not bare or not topic.question:
        return None
    rest = bare[asking.end() :] if (asking := _ASKING.match(bare)) else bare
    if asking and (rest in (" one", " ones") or not (content_of(rest) or _PRONOUN.search(rest))):
        return _asked_otherwise(bare, topic)
    if re.match("(?:what|how) about ", bare, re.IGNORECASE) or (joined and not _ASKING.search(bare)):
        return _instead(bare, topic) or _beside(bare, topic)
    found = _pointing_back(text, topic)
    asks = _OPENING.match(bare)
    more = bool(joined or not _NOUN_PHRASE.search(bare)) if asks else text.endswith("?")
    says_little = len(content_of(bare)) <= (1 if asks else 2) + more
    named = _NAME.search(bare, 1) or re.search(r"\d", bare) or _PRONOUN.search(bare)
    whole = named or _DID.fullmatch(bare) or _WHAT_IS.fullmatch(bare)  # it says of what
    return found or (None if whole or not says_little else _beside(bare, topic))


def _beside(bare: str, topic: Topic) -> str | None:
    """The question with what the turn before was about."""
    about = topic.thing or topic.answer
    return f"{bare} ({about})?" if about and content_of(bare) else None


def _asked_otherwise(word: str, topic: Topic) -> str | None:
    """The question before with another question word: "When was it built?" of "Who built it?"."""
    matter = topic.question.strip(" ?؟.!")
    if not WHO.match(fold(word)) and (did := _DID.fullmatch(matter)):
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
        if alike.search(bare) and len(content_of(bare)) == 1 and alike.search(topic.question):
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
        same = same or list(re.finditer(rf"\b{preposition} .+", matter))
        start, end = same[-1].span() if same else (len(matter), len(matter))
        return f"{matter[:start].rstrip()} {other}{matter[end:]}?"
    names = [name for name in _NAME.finditer(matter, 1) if not _ALIKE[1].fullmatch(name[0].strip())]
    if names and _NAME.fullmatch(other):  # a name takes the place of the last one
        start, end = names[-1].span()
        return f"{matter[:start]}{other}{matter[end:]}?"
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


def english_thing(question: str) -> str:
    """The noun phrase that a question is about: its last name, or its last one with an article."""
    matter = _OPENING.sub("", question.strip(" ?.!"), count=1).strip()
    if did := _DID.fullmatch(question.strip(" ?.!")):
        matter = did["thing"]
    phrases = [found[0] for found in _NOUN_PHRASE.finditer(matter)]
    names = [found[0] for found in _NAME.finditer(matter)]
    for phrase in sorted(phrases, key=lambda one: any(name in one for name in names), reverse=True):
        phrase = _NAME_OF.sub("", phrase)
        if len(phrase.split()) > 2 and re.search(rf"\b{_DOING} {re.escape(phrase)}\Z", matter, re.IGNORECASE):
            phrase = phrase.rsplit(" ", 1)[0]  # what it did, or would do
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
