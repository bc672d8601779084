"""From the data to the shipped files; what is in the output folder already is not made again.

vocabulary   tokenizer.json   Arabic pieces beside the base's own
alignment    alignment.npz    what pieces translate to, and their first embeddings
training     <stage>.pt       distillation and retrieval tuning in turns, stage by stage
export       encoder/         the shipped files: the mean of the last stages' weights (Wortsman et al. 2022)
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from scipy import sparse  # type: ignore[import-untyped]
from tokenizers import Tokenizer

from index.embedders.windows import WindowVectors, cut
from index.training import data as sets
from index.training.alignment import Swap, aligned_embeddings, company_vectors, smooth, translate_pieces
from index.training.dev import dev_scores
from index.training.distil import LONGEST, Teacher, distillation
from index.training.files import MAX_TOKENS, Base, Weights, write_encoder
from index.training.loop import Schedule, train, trained
from index.training.model import Encoder, embed
from index.training.retrieval import Group, pair_groups, paragraph_groups, question_groups, retrieval
from index.training.vocabulary import arabic_pieces, extend_tokenizer


@dataclass(frozen=True, slots=True)
class Stage:
    """A stretch of training; every ``distil_every``-th step distils, the others tune retrieval.

    ``shares`` of the sources of questions: the English sets, Wikipedia, ARCD, paraphrases, sentence pairs.
    ``within``: see ``pair_groups``.
    """

    name: str
    schedule: Schedule
    distil_every: int
    shares: tuple[float, float, float, float, float] = (0.34, 0.40, 0.05, 0.03, 0.18)
    within: bool = True


STAGES = (
    Stage(
        "first",
        Schedule(steps=200, rate=1.5e-4, words_rate=1e-3, warm_up=30, fall=0),
        distil_every=3,
        shares=(0.34, 0.46, 0.06, 0.04, 0.10),
        within=False,
    ),
    Stage(
        "second",
        Schedule(steps=500, rate=1e-4, words_rate=8e-4, warm_up=20, fall=0.45),
        distil_every=2,
    ),
    Stage(
        "third",
        Schedule(steps=1200, rate=1.2e-4, words_rate=8e-4, warm_up=40, fall=0.5),
        distil_every=2,
    ),
)


@dataclass(frozen=True, slots=True)
class Recipe:
    """Every number that shapes the result; the defaults made the shipped encoder."""

    seed: int = 1
    pieces: int = 26_000
    company: int = 256  # dimensions of the vectors that smooth the alignment
    swap_share: float = 0.6
    stages: tuple[Stage, ...] = STAGES
    averaged: int = 2  # stages, counted from the last
    distil_size: int = 128
    retrieve_size: int = 80
    long_pair: int = 20  # tokens from which a sentence pair serves as question and passage


class Training:
    """One run: the data read once, then the stages."""

    def __init__(
        self, base: Base, data: Path, out: Path, recipe: Recipe, log: Callable[[str], None], dev: Path | None
    ) -> None:
        self.base, self.data, self.out, self.recipe, self.log, self.dev = base, data, out, recipe, log, dev
        out.mkdir(parents=True, exist_ok=True)
        self.pairs = sets.parallel_pairs(data, recipe.seed)
        self.paragraphs = sets.arabic_paragraphs(data)
        log(f"data: {len(self.pairs)} sentence pairs, {len(self.paragraphs)} Arabic paragraphs")
        self.tokenizer = self._vocabulary()
        self.words = arabic_pieces(self.tokenizer)
        self.english = self._ids([pair.english for pair in self.pairs], LONGEST)
        self.arabic = self._ids([pair.arabic for pair in self.pairs], LONGEST)

    def run(self) -> None:
        """All stages that have not been done."""
        weights, links = self._align()
        student = Encoder.from_weights(weights, self.base.heads)
        if (evaluate := self._evaluate()) and not (self.out / f"{self.recipe.stages[0].name}.pt").exists():
            self.log(f"start: {evaluate(student)}")
        ends: list[Weights] = []
        for number, stage in enumerate(self.recipe.stages):
            path = self.out / f"{stage.name}.pt"
            if trained(path, stage.schedule.steps):
                student.load_state_dict(torch.load(path, weights_only=True)["model"])
            else:
                self._train(student, links, stage, self.recipe.seed + number)
            state = student.state_dict()
            ends.append({name: tensor.float().numpy().copy() for name, tensor in state.items()})
        kept = ends[-self.recipe.averaged :]
        final = {name: np.mean([end[name] for end in kept], axis=0) for name in kept[0]}
        write_encoder(self.out / "encoder", final, self.base.heads, self.tokenizer)
        self.log(f"export: {self.out / 'encoder'}")

    def _vocabulary(self) -> Tokenizer:
        path = self.out / "tokenizer.json"
        if not path.exists():
            texts = [pair.arabic for pair in self.pairs] + self.paragraphs
            extended = extend_tokenizer(self.base.tokenizer, texts, self.recipe.pieces)
            self.log(f"vocabulary: {extended.get_vocab_size()} pieces")
            extended.save(str(path), pretty=False)
        return Tokenizer.from_file(str(path))

    def _align(self) -> tuple[Weights, sparse.csr_array]:
        path = self.out / "alignment.npz"
        size = self.tokenizer.get_vocab_size()
        if not path.exists():
            words = sets.lexical_pairs(self.data)
            inside = slice(1, -1)  # without the special tokens
            english = self.english + self._ids([pair.english for pair in words], LONGEST)
            arabic = self.arabic + self._ids([pair.arabic for pair in words], LONGEST)
            links = translate_pieces(
                [text[inside] for text in english], [text[inside] for text in arabic], size
            )
            self.log(f"alignment: {links.nnz} links")
            table = self.base.weights["embeddings.word_embeddings.weight"]
            aligned, sure = aligned_embeddings(links, self.words, table)
            texts = [
                encoding.ids
                for encoding in self.tokenizer.encode_batch(self.paragraphs, add_special_tokens=False)
            ]
            company = company_vectors(texts, self.words, size, self.recipe.company, self.recipe.seed)
            # the frequent pieces at the front of the vocabulary are shorter than the rest
            length = float(np.linalg.norm(table[len(table) // 15 :], axis=1).mean())
            made = smooth(aligned, sure, company, length)
            np.savez(path, made=made, data=links.data, indices=links.indices, indptr=links.indptr)
            self.log("alignment: first embeddings made")
        with np.load(path) as stored:
            links = sparse.csr_array(
                (stored["data"], stored["indices"], stored["indptr"]), shape=(size, size)
            )
            english_rows = self.base.weights["embeddings.word_embeddings.weight"]
            table = np.zeros((size, english_rows.shape[1]), dtype=np.float32)
            table[: len(english_rows)] = english_rows
            table[self.words] = stored["made"]
        return {**self.base.weights, "embeddings.word_embeddings.weight": table}, links

    def _train(self, student: Encoder, links: sparse.csr_array, stage: Stage, seed: int) -> None:
        vocabulary = self.tokenizer.get_vocab()
        beside = distillation(
            student,
            Teacher(Encoder.from_weights(self.base.weights, self.base.heads).eval(), self.english),
            self.english,
            self.arabic,
            swap=partial(Swap(links), share=self.recipe.swap_share),
            size=self.recipe.distil_size,
            seed=seed,
        )
        losses = retrieval(
            student,
            self._groups(links, stage),
            first=vocabulary["[CLS]"],
            last=vocabulary["[SEP]"],
            size=self.recipe.retrieve_size,
            seed=seed,
            beside=beside,
            beside_every=stage.distil_every,
        )
        train(
            student,
            losses,
            stage.schedule,
            table=student.words,
            words=torch.tensor(self.words),
            folder=self.out,
            stage=stage.name,
            log=self.log,
            evaluate=self._evaluate(),
            evaluate_every=400,
        )

    def _groups(self, links: sparse.csr_array, stage: Stage) -> list[tuple[float, Group]]:
        """The sources of questions with their shares; modes are (share, swap the question, the passage)."""
        to_arabic, to_english = Swap(links), Swap(links.T.tocsr())
        questions = sets.question_sets(self.data)
        english = [found for found in questions if not found.name.startswith("arcd")]
        arcd = [found for found in questions if found.name.startswith("arcd")]
        english_modes = [(0.25, False, False), (0.3, True, False), (0.25, False, True), (0.2, True, True)]
        arcd_modes = [(0.6, False, False), (0.3, True, False), (0.1, False, True)]
        wiki_modes = [(0.5, False, False), (0.35, True, False), (0.15, False, True)]
        same = [(self._bare(one), self._bare(other)) for one, other in sets.arabic_paraphrases(self.data)]
        inside = slice(1, -1)  # without the special tokens
        long = [
            (one[inside], other[inside])
            for one, other in zip(self.english, self.arabic, strict=True)
            if len(other) > self.recipe.long_pair
        ]
        groups = [
            question_groups(english, self._bare, to_arabic, english_modes),
            paragraph_groups(self.paragraphs, self._bare, to_english, wiki_modes),
            question_groups(arcd, self._bare, to_english, arcd_modes),
            pair_groups(same),
            pair_groups(long, within=stage.within),
        ]
        return list(zip(stage.shares, groups, strict=True))

    def _evaluate(self) -> Callable[[Encoder], dict[str, float]] | None:
        dev = self.dev
        if dev is None:
            return None

        def evaluate(model: Encoder) -> dict[str, float]:
            windows = partial(self._windows, model)
            return dev_scores(dev, windows, lambda texts: windows(texts).means(), mlqa=False)

        return evaluate

    def _windows(self, model: Encoder, texts: Sequence[str]) -> WindowVectors:
        """What ``OnnxEncoder.embed_passages`` would give with the model's weights."""
        vocabulary = self.tokenizer.get_vocab()
        encodings = self.tokenizer.encode_batch(list(texts), add_special_tokens=False)
        windows, owners = cut(
            [encoding.ids for encoding in encodings],
            MAX_TOKENS,
            first=vocabulary["[CLS]"],
            last=vocabulary["[SEP]"],
        )
        return WindowVectors(embed(model, windows).numpy(), owners)

    def _ids(self, texts: Sequence[str], longest: int) -> list[list[int]]:
        """With special tokens, at most ``longest`` in all."""
        encoded = [encoding.ids for encoding in self.tokenizer.encode_batch(list(texts))]
        return [ids if len(ids) <= longest else [*ids[: longest - 1], ids[-1]] for ids in encoded]

    def _bare(self, text: str) -> list[int]:
        ids: list[int] = self.tokenizer.encode(text, add_special_tokens=False).ids
        return ids
