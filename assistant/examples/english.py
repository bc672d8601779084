"""Questions that an English sentence answers by its form: who, when, where, how many; few and plain rules."""

import re
from collections.abc import Iterator

from index.text.quantities import MONTHS

_WORD = r"[\w’'-]+"
_NAME = rf"[A-Z]{_WORD}(?: (?:(?:of|the|de|van|von|al|bin|ibn|and) (?:the )?)?[A-Z]{_WORD}){{0,4}}"
_THING = rf"(?:The|the|[A-Z]{_WORD})(?: {_WORD}){{0,6}}?"
_MONTH = f"(?:{'|'.join(name.title() for name in MONTHS if name.isascii())})"
_DATE = (
    rf"(?:(?:in|since|until|by) (?:early |late )?(?:(?:{_MONTH} )?\d{{4}}\b|the \d{{4}}s)"
    rf"|on (?:\d{{1,2}} {_MONTH}|{_MONTH} \d{{1,2}}(?:, \d{{4}})?))"
)
_NUMBER = (
    r"(?:(?:about|nearly|almost|some|around|over|only|more than|at least) )?[£$€]?(?:\d[\d,.]*\d|\d|two|three"
    r"|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|a hundred)"
    r"(?: (?:million|thousand))?"
)
_AS_IN_THE_PAST = (
    "opened built founded established created discovered invented completed finished launched published"
    " painted designed introduced signed destroyed restored renamed released recorded approved adopted"
    " formed laid held closed reopened abolished translated printed planted made found captured rebuilt"
    " excavated isolated inaugurated repaired composed proposed developed directed led won"
)
_PAST = {word: word for word in _AS_IN_THE_PAST.split()} | {  # of participles
    "written": "wrote",
    "drawn": "drew",
    "begun": "began",
    "chosen": "chose",
    "taken": "took",
}
_DONE, _DID = f"(?:{'|'.join(_PAST)})", f"(?:{'|'.join(set(_PAST.values()))})"
_BEGINS = re.compile(
    rf"(?:{_DATE},? |(?:in|on|at|after|before|during|since|from) [^,]{{2,40}}, )", re.IGNORECASE
)  # before what is said
_PASSIVE = re.compile(
    rf"(?P<thing>{_THING}) (?P<was>was|were) (?:first |later |finally )?(?P<done>{_DONE}|born)\b(?P<rest>.*)"
)
_BY = re.compile(rf"\bby (?:[a-z]+ ){{0,4}}{_NAME}")
_IN = re.compile(rf"^ (?:in|at|near) (?!{_MONTH}\b)[A-Z]")
_ACTIVE = re.compile(
    rf"(?:the (?:[\w-]+ ){{1,4}}?)?(?P<name>{_NAME})(?:, [^,]{{3,60}},)? (?P<did>{_DID}) "
    r"(?P<thing>(?:the|a|an) [a-z][^,.;:()]{2,60}|[a-z]{4,}(?=[,.])|[A-Z][^,.;:()]{2,50})"
)
_MEASURE = re.compile(
    rf"(?P<thing>{_THING}) (?P<is>is|was) {_NUMBER} \w+ (?P<how>long|high|tall|wide|deep|old|thick)\b"
)
_COUNT = re.compile(
    rf"(?P<thing>{_THING}) (?P<has>has|had|holds|held|contains|employs|houses) {_NUMBER} "
    r"(?P<things>[a-z]+(?: [a-z]+)?s)\b"
)
_COST = re.compile(rf"(?P<thing>{_THING}) (?P<cost>cost|costs) {_NUMBER}")
_PLACE = re.compile(
    rf"(?P<thing>{_THING}) (?:is|lies|stands)(?: located| situated)? (?:in|on|at|near) (?:the )?[A-Z]"
)
_ENDS = re.compile(
    r" (?:in|on|at|after|before|when|while|where|which|that|who|from|with|for|to|by|during|and|because|as"
    r"|using|among)\b"
)
_VAGUE = re.compile(
    r"(?:An?|He|She|It|They|This|These|That|Those|There|We|I|You|In|On|At|By|From|After|Before|During|When"
    r"|While|Some|Many|Most|Both|Each|All|One|Two|Three|Other|Another|His|Her|Its|Their|Our|My|As|If|For|But|And"
    r"|So|What|Who|Today|Here|Then|Later|Only|Nobody|No)\b"
)
_HAVE = {
    "has": ("does", "have"),
    "had": ("did", "have"),
    "holds": ("does", "hold"),
    "held": ("did", "hold"),
    "contains": ("does", "contain"),
    "employs": ("does", "employ"),
    "houses": ("does", "house"),
}


def english_questions(sentence: str) -> Iterator[str]:
    """The questions, each of which the sentence may answer; for one that stands at the head of a thought.

    >>> [*english_questions("The canal of Lindham was opened in 1874 by the engineer Mary Oakes.")]
    ['Who opened the canal of Lindham?', 'When was the canal of Lindham opened?']
    """
    began = _BEGINS.match(sentence)
    date = began[0] if began and re.match(_DATE, began[0], re.IGNORECASE) else ""
    if began:
        sentence = sentence[began.end() :]
    if found := _PASSIVE.match(sentence):
        thing, was, done, rest = _named(found["thing"]), found["was"], found["done"], found["rest"]
        if thing and done != "born" and _BY.search(rest):
            yield f"Who {_PAST[done]} {thing}?"
        if thing and (date or re.search(rf"\b{_DATE}", rest)):
            yield f"When {was} {thing} {done}?"
        if thing and done in ("born", "held", "signed", "found", "founded", "built") and _IN.search(rest):
            yield f"Where {was} {thing} {done}?"
    if (found := _ACTIVE.match(sentence)) and " " in found["name"] and not _VAGUE.match(found["name"]):
        thing = _ENDS.split(found["thing"])[0].strip()
        if len(thing.split()) <= 8 and thing.split()[-1] not in ("the", "a", "an", "of"):
            yield f"Who {found['did']} {thing}?"
    if (found := _MEASURE.match(sentence)) and (thing := _named(found["thing"])):
        yield f"How {found['how']} {found['is']} {thing}?"
    if (found := _COUNT.match(sentence)) and (thing := _named(found["thing"])):
        does, have = _HAVE[found["has"]]
        yield f"How many {found['things']} {does} {thing} {have}?"
    if (found := _COST.match(sentence)) and (thing := _named(found["thing"])):
        yield f"How much {'does' if found['cost'] == 'costs' else 'did'} {thing} cost?"
    if (found := _PLACE.match(sentence)) and (thing := _named(found["thing"])):
        yield f"Where is {thing}?"


def _named(thing: str) -> str:
    """A thing as it stands inside a question; "" where it says too little by itself."""
    words = thing.split()
    if _VAGUE.match(thing) or len(words) > 7 or _ENDS.search(f" {words[-1]}"):
        return ""
    if words[0] not in ("The", "the"):
        return thing
    own = any(word[0].isupper() for word in words[1:])
    return " ".join(["the", *words[1:]]) if own or len(words) >= 4 else ""
