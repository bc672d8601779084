"""A light stemmer for folded English words, and the words that say nothing of the matter.

It takes off the plural, -ed and -ing, and brings irregular forms to one of them (wrote, written: write);
derivation (nation, national) is left alone.
"""

STOP_WORDS = """
a an the and or but of in on at to for from by with as is are was were be been being am do does did done
has have had having it its this that these those there which who whom whose what when where why how
he she they them his her their him you your we our i me my not no than then so if into about between
can could will would should may might must also such many much
"""

_IRREGULAR = """
become became, begin began begun, break broke broken, bring brought, build built, buy bought, catch
caught, child children, choose chose chosen, come came, die died death dead dying, draw drew drawn, drive
drove driven, eat ate eaten, fall fell fallen, fight fought, find found, fly flew flown, foot feet,
forget forgot forgotten, get got gotten, give gave given, go went gone, grow grew grown, half halves,
hear heard, hold held, keep kept, know knew known, lead led, leaf leaves, leave left, life lives, lose
lost loss, make made, man men, mean meant, meet met, mouse mice, pay paid, person people, rise rose
risen, run ran, say said, see saw seen, sell sold, send sent, show shown, sing sang sung, speak spoke
spoken, spend spent, stand stood, steal stole stolen, strike struck, swim swam swum, take took taken,
teach taught, tell told, think thought, throw threw thrown, tooth teeth, understand understood, use used
using, wear wore worn, wife wives, win won, woman women, write wrote written
"""
_REGULAR = {form: forms.split()[0] for forms in _IRREGULAR.split(",") for form in forms.split()[1:]}


def stem(word: str) -> str:
    """The stem of one folded word; a word of three letters or fewer is its own, unless irregular.

    >>> stem("studies"), stem("studying"), stem("stopped"), stem("written")
    ('studi', 'studi', 'stop', 'writ')
    """
    word = _REGULAR.get(word, word)
    if len(word) < 4:
        return word
    word = _without_ending(_singular(word))
    word = _REGULAR.get(word, word)
    if len(word) < 4:
        return word
    if word[-1] == "e":
        return word[:-1]
    return word[:-1] + "i" if word[-1] == "y" else word


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("sses"):
        return word[:-2]
    return word[:-1] if word[-1] == "s" and not word.endswith(("ss", "us", "is")) else word


def _without_ending(word: str) -> str:
    for ending in ("ing", "ed"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= 3 and not set(rest).isdisjoint("aeiouy"):
            doubled = len(rest) > 3 and rest[-1] == rest[-2] and rest[-1] not in "lsz"
            return rest[:-1] if doubled else rest
    return word
