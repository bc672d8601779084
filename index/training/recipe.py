"""From the data to the shipped encoder; what is in the output folder already is not made again.

vocabulary   tokenizer.json   Arabic pieces beside the base's own
alignment    alignment.npz    what pieces translate to, and their first embeddings
training     <stage>.pt       distillation and retrieval tuning in turns, stage by stage
export       encoder/         the shipped files: the mean of the last stages' weights (Wortsman et al. 2022)
"""

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from scipy import sparse  # type: ignore[import-untyped]
from tokenizers import Tokenizer
from transformers import BertModel

from index.embedders.windows import WindowVectors, cut
from index.training import alignment, contrastive
from index.training import data as sets
from index.training.bert import EncoderBase, embed
from index.training.distillation import LONGEST, Teacher, distillation
from index.training.evaluation import dev_scores
from index.training.export import MAX_TOKENS, write_encoder
from index.training.loop import Log, Losses, Schedule, StateDict, mean_state, train
from index.training.vocabulary import arabic_pieces, extend_tokenizer


@dataclass(frozen=True, slots=True)
class Stage:
    """A stretch of training; every ``distil_every``-th step distils, the others tune retrieval.

    ``shares`` of the sources of questions: the English sets, Wikipedia, the Arabic sets, paraphrases,
    sentence pairs. ``within``: see ``pair_groups``.
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
    Stage("second", Schedule(steps=500, rate=1e-4, words_rate=8e-4, warm_up=20, fall=0.45), distil_every=2),
    Stage("third", Schedule(steps=1200, rate=1.2e-4, words_rate=8e-4, warm_up=40, fall=0.5), distil_every=2),
)
# of the questions from English sets, from Arabic ones and from Wikipedia: share, switch question, passage
ENGLISH_MODES = ((0.25, False, False), (0.3, True, False), (0.25, False, True), (0.2, True, True))
ARABIC_MODES = ((0.6, False, False), (0.3, True, False), (0.1, False, True))
WIKI_MODES = ((0.5, False, False), (0.35, True, False), (0.15, False, True))
INSIDE = slice(1, -1)  # of a text's ids: without the special tokens


@dataclass(frozen=True, slots=True)
class EncoderRecipe:
    """Every number that shapes the result; the defaults made the shipped encoder."""

    seed: int = 1
    pieces: int = 26_000
    company: int = 256  # dimensions of the vectors that smooth the alignment
    switch_share: float = 0.6
    stages: tuple[Stage, ...] = STAGES
    averaged: int = 2  # stages, counted from the last
    distil_size: int = 128
    retrieve_size: int = 80
    long_pair: int = 20  # tokens from which a sentence pair serves as question and passage


class EncoderTraining:
    """One run: the data read once, then the stages."""

    def __init__(
        self, base: EncoderBase, data: Path, out: Path, recipe: EncoderRecipe, log: Log, dev: Path | None
    ) -> None:
        self.base, self.data, self.out, self.recipe, self.log, self.dev = base, data, out, recipe, log, dev
        out.mkdir(parents=True, exist_ok=True)
        self.pairs = sets.parallel_pairs(data, recipe.seed)
        self.paragraphs = sets.arabic_paragraphs(data)
        log(f"data: {len(self.pairs)} sentence pairs, {len(self.paragraphs)} Arabic paragraphs")
        self.tokenizer = self._vocabulary()
        vocabulary = self.tokenizer.get_vocab()
        self.ends = {"first": vocabulary["[CLS]"], "last": vocabulary["[SEP]"]}  # of every text
        self.words = arabic_pieces(self.tokenizer)
        self.english = self._ids([pair.english for pair in self.pairs])
        self.arabic = self._ids([pair.arabic for pair in self.pairs])

    def run(self) -> None:
        """All stages that have not been done."""
        student, links = self._start()
        evaluate = self._evaluate if self.dev else None
        if evaluate and not (self.out / f"{self.recipe.stages[0].name}.pt").exists():
            self.log(f"start: {evaluate(student)}")
        ends: list[StateDict] = []
        for number, stage in enumerate(self.recipe.stages):
            train(
                student,
                partial(self._losses, student, links, stage, self.recipe.seed + number),
                stage.schedule,
                table=student.embeddings.word_embeddings.weight,
                words=torch.tensor(self.words),
                folder=self.out,
                stage=stage.name,
                log=self.log,
                evaluate=evaluate,
                evaluate_every=400,
            )
            ends.append(deepcopy(student.state_dict()))
        first, *others = ends[-self.recipe.averaged :]
        student.load_state_dict(mean_state(first, 1.0, others) if others else first)
        write_encoder(self.out / "encoder", student, self.tokenizer)
        self.log(f"export: {self.out / 'encoder'}")

    def _vocabulary(self) -> Tokenizer:
        path = self.out / "tokenizer.json"
        if not path.exists():
            texts = [pair.arabic for pair in self.pairs] + self.paragraphs
            extended = extend_tokenizer(self.base.tokenizer, texts, self.recipe.pieces)
            self.log(f"vocabulary: {extended.get_vocab_size()} pieces")
            extended.save(str(path), pretty=False)
        return Tokenizer.from_file(str(path))

    def _start(self) -> tuple[BertModel, sparse.csr_array]:
        """The base with embeddings for the Arabic pieces, and what pieces translate to."""
        path = self.out / "alignment.npz"
        size = self.tokenizer.get_vocab_size()
        if not path.exists():
            self._align(path, size)
        student = deepcopy(self.base.model)
        student.resize_token_embeddings(size, mean_resizing=False)
        with np.load(path) as stored:
            cells = stored["data"], stored["indices"], stored["indptr"]
            table = student.embeddings.word_embeddings.weight.data
            table[self.words] = torch.tensor(stored["made"])
        return student, sparse.csr_array(cells, shape=(size, size))

    def _align(self, path: Path, size: int) -> None:
        words = sets.lexical_pairs(self.data)
        english = self.english + self._ids([pair.english for pair in words])
        arabic = self.arabic + self._ids([pair.arabic for pair in words])
        links = alignment.translate_pieces(
            [text[INSIDE] for text in english], [text[INSIDE] for text in arabic], size
        )
        self.log(f"alignment: {links.nnz} links")
        table = self.base.model.embeddings.word_embeddings.weight.detach().numpy()
        aligned, sure = alignment.aligned_embeddings(links, self.words, table)
        encodings = self.tokenizer.encode_batch(self.paragraphs, add_special_tokens=False)
        texts = [encoding.ids for encoding in encodings]
        company = alignment.cooccurrence_vectors(texts, self.words, size, self.recipe.company)
        # the frequent pieces at the front of the vocabulary are shorter than the rest
        length = float(np.linalg.norm(table[len(table) // 15 :], axis=1).mean())
        made = alignment.smooth(aligned, sure, company, length)
        np.savez(path, made=made, data=links.data, indices=links.indices, indptr=links.indptr)
        self.log("alignment: first embeddings made")

    def _losses(
        self, student: BertModel, links: sparse.csr_array, stage: Stage, seed: int
    ) -> Callable[[int], Losses]:
        beside = distillation(
            student,
            Teacher(self.base.model, self.english),
            self.english,
            self.arabic,
            switch=partial(alignment.CodeSwitcher(links), share=self.recipe.switch_share),
            size=self.recipe.distil_size,
            seed=seed,
        )
        return contrastive.retrieval_tuning(
            student,
            self._groups(links, stage),
            **self.ends,
            size=self.recipe.retrieve_size,
            seed=seed,
            beside=beside,
            beside_every=stage.distil_every,
        )

    def _groups(self, links: sparse.csr_array, stage: Stage) -> list[tuple[float, contrastive.Group]]:
        """The sources of questions with their shares."""
        to_arabic, to_english = alignment.CodeSwitcher(links), alignment.CodeSwitcher(links.T.tocsr())
        questions = sets.question_sets(self.data)
        english, arabic = ([one for one in questions if one.language == spoken] for spoken in ("en", "ar"))
        same = [(self._bare(one), self._bare(other)) for one, other in sets.arabic_paraphrases(self.data)]
        long = [
            (one[INSIDE], other[INSIDE])
            for one, other in zip(self.english, self.arabic, strict=True)
            if len(other) > self.recipe.long_pair
        ]
        groups = [
            contrastive.question_groups(english, self._bare, to_arabic, ENGLISH_MODES),
            contrastive.paragraph_groups(self.paragraphs, self._bare, to_english, WIKI_MODES),
            contrastive.question_groups(arabic, self._bare, to_english, ARABIC_MODES),
            contrastive.pair_groups(same),
            contrastive.pair_groups(long, within=stage.within),
        ]
        return list(zip(stage.shares, groups, strict=True))

    def _evaluate(self, model: BertModel) -> dict[str, float]:
        assert self.dev
        windows = partial(self._windows, model)
        return dev_scores(self.dev, windows, lambda texts: windows(texts).means(), mlqa=False)

    def _windows(self, model: BertModel, texts: Sequence[str]) -> WindowVectors:
        """What ``OnnxEncoder.embed_passages`` would give with the model's weights."""
        encodings = self.tokenizer.encode_batch(list(texts), add_special_tokens=False)
        windows, owners = cut([encoding.ids for encoding in encodings], MAX_TOKENS, **self.ends)
        return WindowVectors(embed(model, windows).numpy(), owners)

    def _ids(self, texts: Sequence[str]) -> list[list[int]]:
        """With special tokens, at most ``LONGEST`` in all."""
        encoded = [encoding.ids for encoding in self.tokenizer.encode_batch(list(texts))]
        return [ids if len(ids) <= LONGEST else [*ids[: LONGEST - 1], ids[-1]] for ids in encoded]

    def _bare(self, text: str) -> list[int]:
        ids: list[int] = self.tokenizer.encode(text, add_special_tokens=False).ids
        return ids
