"""The table of ``index.text.translation``: which terms of the other language a word stands for.

IBM Model 1 in both directions (``index.training.alignment``) over sentence pairs and word lists: once between
the terms of both languages, once between English terms and Arabic words without their particles, for a term
makes one of many Arabic words (جامعة university, جميع all). A translation's probability is its share of the
strengths, which are both directions multiplied (Wang and Oard 2006), and a word leans on the term it has.
"""

import gzip
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.text.analysis import terms_and_spellings
from index.text.translation import FILES, arabic_key
from index.training.alignment import LONGEST, translate_pieces
from index.training.data import lexical_pairs, parallel_pairs
from index.training.export import write_manifest

AnalysedText = list[tuple[str, str]]  # terms and spellings, as the analysis gives them
Shares = dict[str, dict[str, float]]  # key -> translation -> probability


@dataclass(frozen=True, slots=True)
class LexiconLimits:
    """What the table keeps; the defaults made the shipped one."""

    strength: float = 0.005  # of a link; it grows with the evidence
    share: float = 0.01  # least probability
    most: int = 12  # translations of a key
    lean: float = 0.3  # of an Arabic word on its term


SHIPPED = LexiconLimits()
WITHOUT = ("places_dr5hn",)  # ODbL does not go with the share-alike of WordNet, and the places gain nothing
_ARABIC = "ar "  # before the names on the Arabic side: what is Latin on both sides is no translation


def make_lexicon(data: Path, folder: Path, limits: LexiconLimits = SHIPPED, seed: int = 1) -> dict[str, int]:
    """Learns the table from the data and writes its files with their manifest; gives their lines by name."""
    pairs = [*parallel_pairs(data, seed), *lexical_pairs(data, WITHOUT)]
    words = [(terms_and_spellings(pair.english), terms_and_spellings(pair.arabic)) for pair in pairs]
    words = [pair for pair in words if len(pair[0]) <= LONGEST and len(pair[1]) <= LONGEST]
    to_arabic, of_terms = learn(words, lambda term, _: term, limits)
    _, of_words = learn(words, lambda _, spelling: arabic_key(spelling), limits)
    terms = {arabic_key(spelling): term for _, arabic in words for term, spelling in arabic}
    to_english = {f"*{term}": found for term, found in of_terms.items()}
    for word, found in of_words.items():
        to_english[word] = leaning(found, of_terms.get(terms[word], {}), limits.lean)
    return write_tables(folder, {"en": to_arabic, "ar": to_english}, limits)


def learn(
    pairs: Sequence[tuple[AnalysedText, AnalysedText]],
    arabic_name: Callable[[str, str], str],
    limits: LexiconLimits,
) -> tuple[Shares, Shares]:
    """English terms to Arabic ones and back, Arabic words being told apart by the name they are given."""
    numbers: dict[str, int] = {}

    def ids(names: Iterable[str]) -> list[int]:
        return [numbers.setdefault(name, len(numbers)) for name in names]

    english = [ids(term for term, _ in pair[0]) for pair in pairs]
    arabic = [ids(_ARABIC + arabic_name(*word) for word in pair[1]) for pair in pairs]
    links = translate_pieces(english, arabic, len(numbers))
    names = [name.removeprefix(_ARABIC) for name in numbers]
    of_arabic = np.array([name[0] >= "\u0600" for name in names])
    of_english = np.array([name[0] < "\u0600" and not name[0].isdecimal() for name in names])
    cells = links.tocoo()
    kept = (cells.data >= limits.strength) & of_arabic[cells.row] & of_english[cells.col]
    found = list(zip(cells.row[kept], cells.col[kept], cells.data[kept], strict=True))
    to_arabic = _shared((names[column], names[row], weight) for row, column, weight in found)
    to_english = _shared((names[row], names[column], weight) for row, column, weight in found)
    return to_arabic, to_english


def leaning(word: Mapping[str, float], term: Mapping[str, float], lean: float) -> dict[str, float]:
    """The probabilities of a word drawn towards those of its term; its own where the term has none."""
    if not term:
        return dict(word)
    return {name: (1 - lean) * word.get(name, 0.0) + lean * term.get(name, 0.0) for name in {*word, *term}}


def write_tables(
    folder: Path, tables: Mapping[str, Shares], limits: LexiconLimits = SHIPPED
) -> dict[str, int]:
    """Writes the tables by the language of their keys; equal tables give equal bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = {}
    for language, table in tables.items():
        rows = sorted(
            f"{key}\t{' '.join(f'{name} {share}' for name, share in best)}".encode()
            for key, found in table.items()
            if (best := _best(found, limits))
        )
        (folder / FILES[language]).write_bytes(gzip.compress(b"\n".join(rows), mtime=0))
        lines[FILES[language]] = len(rows)
    write_manifest(folder, lines, {"lines": lines})
    return lines


def _shared(links: Iterable[tuple[str, str, float]]) -> Shares:
    found: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for key, name, weight in links:
        found[key][name] = float(weight)
    return {
        key: {name: weight / total for name, weight in names.items()}
        for key, names in found.items()
        if (total := sum(names.values()))
    }


def _best(found: Mapping[str, float], limits: LexiconLimits) -> list[tuple[str, int]]:
    """The translations worth keeping with their percents, best first."""
    telling = [(name, share) for name, share in found.items() if share >= limits.share]
    telling.sort(key=lambda item: (-item[1], item[0]))
    return [(name, max(1, round(100 * share))) for name, share in telling[: limits.most]]
