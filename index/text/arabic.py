"""A light stemmer for folded Arabic words, and the words that say nothing of the matter.

First what is written together with a word comes off: conjunction, preposition and article before it,
pronouns and regular endings after it, in the spirit of Larkey's light10. Then the weak letters ا و ي
inside the word go, so that most broken plurals meet their singular (كتاب and كتب, مدارس and مدرسة) and
many verbs their noun. It knows no roots and no dictionary.
"""

# Particles that are written onto the next word: conjunctions, prepositions, the article.
AND, SO = CONJUNCTIONS = "وف"
BY, LIKE, FOR = PREPOSITIONS = "بكل"
THE, FOR_THE = "ال", "لل"

_PREFIXES = (BY + THE, LIKE + THE, SO + THE, AND + FOR_THE, SO + FOR_THE, FOR_THE, THE, BY, FOR)  # after AND
_SUFFIXES = ("ها", "هم", "هن", "نا", "ات", "ون", "ين", "ان", "وا", "ه", "ي", "ا", "ت")
_SHORTEST = 3  # letters that must stay
_WITHOUT_WEAK_LETTERS = str.maketrans("", "", "اوي")

STOP_WORDS = """
من متى أين كم لماذا ما ماذا هل كيف أي أية لمن بماذا ماهي ماهو عما مم فيم علام
في على إلى عن مع هو هي هم هذا هذه ذلك تلك التي الذي الذين اللذان اللتان و ف ب ك ل أن إن أو ثم لا لم لن قد
كان كانت يكون تكون كانوا ليس ليست كل بعض غير بين عند منذ حتى بعد قبل حيث إذا عندما كما لكن أنه أنها
به بها له لها لهم فيه فيها منه منها عنه عنها عليه عليها إليه إليها تم يتم
"""

FREQUENT_WORDS = frozenset(  # as they are written, not folded: they tell text from what only looks like it
    """
    في من على إلى الى عن أن ان إن هذا هذه ذلك التي الذي الذين مع كان كانت قال وقال بعد قبل بين لا لم هو هي قد
    كما عام خلال حول عند أو ثم كل غير وفي ومن وعلى وقد وكان
    """.split()  # noqa: SIM905
)


def stem(word: str) -> str:
    """The stem of one folded word, never shorter than three letters unless the word is.

    >>> stem("والمدارس"), stem("مدرستهم"), stem("كتب"), stem("الكتاب")
    ('مدرس', 'مدرس', 'كتب', 'كتب')
    """
    word = without_prefixes(word)
    for _ in range(2):  # a pronoun after an ending: مدرس-ت-هم
        for suffix in _SUFFIXES:
            if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST:
                word = word[: -len(suffix)]
                break
    bare = word[:-1].translate(_WITHOUT_WEAK_LETTERS) + word[-1]
    return bare if len(bare) >= _SHORTEST else word


def without_prefixes(word: str) -> str:
    """The folded word without the conjunction, preposition and article that are written onto it.

    >>> without_prefixes("والمدارس"), without_prefixes("مدرستهم")
    ('مدارس', 'مدرستهم')
    """
    if len(word) > _SHORTEST and word[0] == "و":
        word = word[1:]
    for prefix in _PREFIXES:
        if word.startswith(prefix) and len(word) - len(prefix) >= max(_SHORTEST, 5 - len(prefix)):
            return word[len(prefix) :]
    return word
