"""The stages in order, each with its file in the output folder; what is there already is not made again.

vocabulary   tokenizer.json     Arabic pieces beside the base's own
alignment    alignment.npz      what pieces translate to; first embeddings; start.pt: the model with them
distillation distil.pt          Arabic towards the teacher's English
retrieval    retrieval.pt       questions towards their passages
export       encoder/           the shipped files
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
import torch
from scipy import sparse
from tokenizers import Tokenizer

from index.training import data as sets
from index.training.alignment import Swap, aligned_embeddings, company_vectors, smooth, translate_pieces
from index.training.dev import dev_scores
from index.training.distil import LONGEST, Teacher, distillation
from index.training.files import MAX_TOKENS, Base, Weights, write_encoder
from index.training.loop import Evaluate, Schedule, save, train, trained
from index.training.model import Encoder, embed
from index.training.retrieval import Group, pair_groups, paragraph_groups, question_groups, retrieval
from index.training.vocabulary import arabic_pieces, extend_tokenizer


@dataclass(frozen=True, slots=True)
class Recipe:
    """Every number that shapes the result; the defaults made the shipped encoder."""

    seed: int = 1
    pieces: int = 26_000
    company: int = 256  # dimensions of the vectors that smooth the alignment
    swap_share: float = 0.6
    distil: Schedule = field(
        default_factory=lambda: Schedule(steps=900, rate=2e-4, words_rate=1e-3, frozen=200, fall=0.3)
    )
    distil_size: int = 128
    retrieve: Schedule = field(
        default_factory=lambda: Schedule(steps=800, rate=1.5e-4, words_rate=7e-4, warm_up=30)
    )
    retrieve_size: int = 64
    beside_every: int = 4


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
        student = self._start()
        last = self.out / "retrieval.pt"
        if not trained(last, self.recipe.retrieve.steps):
            if not trained(self.out / "distil.pt", self.recipe.distil.steps) and not last.exists():
                self._distil(student)
            else:
                _load(student, self.out / "distil.pt")
            self._retrieve(student)
        else:
            _load(student, last)
        weights = {name: tensor.float().numpy() for name, tensor in student.state_dict().items()}
        write_encoder(self.out / "encoder", weights, self.base.heads, self.tokenizer)
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

    def _start(self) -> Encoder:
        weights, self.links = self._align()
        student = Encoder.from_weights(weights, self.base.heads)
        path = self.out / "start.pt"
        if not path.exists():
            save(path, student, 0)
            if evaluate := self._evaluate():
                self.log(f"start: {evaluate(student)}")
        return student

    def _beside(self, student: Encoder, frozen: int) -> Callable[[int], dict[str, torch.Tensor]]:
        teacher = Teacher(Encoder.from_weights(self.base.weights, self.base.heads).eval(), self.english)
        return distillation(
            student,
            teacher,
            self.english,
            self.arabic,
            swap=partial(Swap(self.links), share=self.recipe.swap_share),
            frozen=frozen,
            size=self.recipe.distil_size,
            seed=self.recipe.seed,
        )

    def _distil(self, student: Encoder) -> None:
        self._train(student, self._beside(student, self.recipe.distil.frozen), self.recipe.distil, "distil")

    def _retrieve(self, student: Encoder) -> None:
        losses = retrieval(
            student,
            self._groups(),
            first=self.tokenizer.token_to_id("[CLS]"),
            last=self.tokenizer.token_to_id("[SEP]"),
            size=self.recipe.retrieve_size,
            seed=self.recipe.seed + 2,
            beside=self._beside(student, 0),
            beside_every=self.recipe.beside_every,
        )
        self._train(student, losses, self.recipe.retrieve, "retrieval")

    def _groups(self) -> list[tuple[float, Group]]:
        """The sources of questions with their shares; modes are (share, swap the question, the passage)."""
        to_arabic, to_english = Swap(self.links), Swap(self.links.T.tocsr())
        questions = sets.question_sets(self.data)
        english = [found for found in questions if not found.name.startswith("arcd")]
        arcd = [found for found in questions if found.name.startswith("arcd")]
        english_modes = [(0.25, False, False), (0.3, True, False), (0.25, False, True), (0.2, True, True)]
        arcd_modes = [(0.6, False, False), (0.3, True, False), (0.1, False, True)]
        wiki_modes = [(0.5, False, False), (0.35, True, False), (0.15, False, True)]
        same = [(self._bare(one), self._bare(other)) for one, other in sets.arabic_paraphrases(self.data)]
        long = [(e[1:-1], a[1:-1]) for e, a in zip(self.english, self.arabic, strict=True) if len(a) > 20]
        return [
            (0.34, question_groups(english, self._bare, to_arabic, english_modes)),
            (0.46, paragraph_groups(self.paragraphs, self._bare, to_english, wiki_modes)),
            (0.06, question_groups(arcd, self._bare, to_english, arcd_modes)),
            (0.04, pair_groups(same)),
            (0.10, pair_groups(long)),
        ]

    def _train(
        self,
        student: Encoder,
        losses: Callable[[int], dict[str, torch.Tensor]],
        schedule: Schedule,
        stage: str,
    ) -> None:
        train(
            student,
            losses,
            schedule,
            words=torch.tensor(self.words),
            folder=self.out,
            stage=stage,
            log=self.log,
            evaluate=self._evaluate(),
            evaluate_every=300,
        )

    def _evaluate(self) -> Evaluate | None:
        dev = self.dev
        if dev is None:
            return None

        def evaluate(model: Encoder) -> dict[str, float]:
            return dev_scores(
                dev, lambda texts: embed(model, self._ids(texts, MAX_TOKENS)).numpy(), mlqa=False
            )

        return evaluate

    def _ids(self, texts: Sequence[str], longest: int) -> list[list[int]]:
        """With special tokens, at most ``longest`` in all."""
        encoded = [encoding.ids for encoding in self.tokenizer.encode_batch(list(texts))]
        return [ids if len(ids) <= longest else [*ids[: longest - 1], ids[-1]] for ids in encoded]

    def _bare(self, text: str) -> list[int]:
        ids: list[int] = self.tokenizer.encode(text, add_special_tokens=False).ids
        return ids


def _load(model: Encoder, path: Path) -> None:
    model.load_state_dict(torch.load(path, weights_only=True)["model"])
