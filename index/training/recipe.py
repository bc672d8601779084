"""From the data and a pretrained base to the encoder's files; a run that was cut off goes on.

vocabulary  tokenizer.json   the base's pieces that the texts need
training    contrastive.pt   questions against passages (``contrastive``), the upper layers only
export      encoder/         the mean of what was trained and of the base (Wortsman et al. 2022), as shipped
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import asdict, dataclass
from functools import cached_property, partial
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer
from torch import Tensor
from transformers import BertModel

from index.training import contrastive
from index.training import data as sets
from index.training.alignment import BilingualLexicon
from index.training.base import PretrainedBase
from index.training.bert import collate, text_vectors
from index.training.export import PROMPTS, WINDOWS, provenance, write_encoder
from index.training.loop import Log, Losses, Schedule, StateDict, mean_state, train
from index.training.vocabulary import cut_vocabulary, make_tokenizer, needed

SCHEDULE = Schedule(steps=40, rate=2e-4, warm_up=6, fall=0.75)
NOT_NAMES = ("wordnet_omw", "places_dr5hn")  # of the lexical sets: noisy senses; ODbL


@dataclass(frozen=True, slots=True)
class EncoderRecipe:
    """Every number that shapes the result; the defaults made the shipped encoder."""

    seed: int = 1
    least: int = 3  # times that a piece occurs in the texts, or it is left out
    schedule: Schedule = SCHEDULE
    frozen: int = 8  # layers, from the first on, that stay as they are, and all before them
    size: int = 64  # pairs of a step
    # of English questions, Arabic ones, sentences of Wikipedia, paraphrases, translations
    shares: tuple[float, float, float, float, float] = (0.3, 0.2, 0.1, 0.05, 0.35)
    # chances that words of a question, of a passage, are switched for the other language's
    english_switched: tuple[float, float] = (0.35, 0.35)
    arabic_switched: tuple[float, float] = (0.35, 0.15)
    question_tokens: int = 32
    trained: float = 0.5  # of the shipped weights; the rest is the base's


class EncoderTraining:
    """One run; its files lie in ``out``."""

    def __init__(self, base: PretrainedBase, data: Path, out: Path, recipe: EncoderRecipe, log: Log) -> None:
        self.base, self.data, self.out, self.recipe, self.log = base, data, out, recipe, log
        out.mkdir(parents=True, exist_ok=True)
        self.tokenizer = self._vocabulary()
        log(f"vocabulary: {self.tokenizer.get_vocab_size()} of {len(base.pieces)} pieces")

    def run(self) -> None:
        """Trains, as far as that has not been done, and writes the shipped files."""
        model = self.averaged(self.recipe.trained)
        files = sets.learnt_from(self.data, NOT_NAMES)
        made_of = provenance(self.data, files, asdict(self.recipe))
        write_encoder(self.out / "encoder", model, self.tokenizer, made_of)
        self.log(f"export: {self.out / 'encoder'}")

    def averaged(self, share: float) -> BertModel:
        """The base with so much of what training changed."""
        model = self._untrained()
        model.load_state_dict(mean_state(model.state_dict(), 1 / share - 1, [self._trained]))
        return model

    def _vocabulary(self) -> Tokenizer:
        path = self.out / "tokenizer.json"
        if not path.exists():
            unfinished = path.with_suffix(".partial")
            texts = sets.texts_in(
                sets.question_sets(self.data),
                sets.arabic_paragraphs(self.data),
                sets.parallel_pairs(self.data, self.recipe.seed),
            )
            made = make_tokenizer(needed(self.base.pieces, texts, self.recipe.least))
            made.save(str(unfinished), pretty=False)
            unfinished.replace(path)
        return Tokenizer.from_file(str(path))

    def _untrained(self) -> BertModel:
        return cut_vocabulary(self.base.model, self.base.pieces, self.tokenizer)

    @cached_property
    def _trained(self) -> StateDict:
        """The weights that training ends with."""
        model = deepcopy(self._untrained())
        model.embeddings.requires_grad_(False)
        model.encoder.layer[: self.recipe.frozen].requires_grad_(False)
        train(
            model,
            partial(self._losses, model),
            self.recipe.schedule,
            folder=self.out,
            stage="contrastive",
            log=self.log,
            save_every=8,
        )
        return model.state_dict()

    def _losses(self, model: BertModel) -> Callable[[int], Losses]:
        groups = self._groups()

        def losses(step: int) -> Losses:
            chance = np.random.default_rng((self.recipe.seed, step))
            batch = contrastive.draw_batch(groups, self.recipe.size, chance)
            questions = self._vectors(model, [pair.question for pair in batch], "question")
            passages = self._vectors(model, [pair.passage for pair in batch], "passage")
            return {
                "found": contrastive.contrast(questions, passages),
                "asked": 0.3 * contrastive.contrast(passages, questions),
            }

        return losses

    def _vectors(self, model: BertModel, texts: list[str], side: str) -> Tensor:
        """Of the first tokens of each text, as many as a question has or a window."""
        vocabulary = self.tokenizer.get_vocab()
        first, last = vocabulary["[CLS]"], vocabulary["[SEP]"]
        prompt = self.tokenizer.encode(PROMPTS[side], add_special_tokens=False).ids
        most = self.recipe.question_tokens if side == "question" else WINDOWS[0] - 2 - len(prompt)
        encodings = self.tokenizer.encode_batch(texts, add_special_tokens=False)
        return text_vectors(
            model, *collate([[first, *prompt, *encoding.ids[:most], last] for encoding in encodings])
        )

    def _groups(self) -> list[tuple[float, contrastive.Group]]:
        """The sources of pairs with their shares."""
        pairs = sets.parallel_pairs(self.data, self.recipe.seed)
        lexicon = BilingualLexicon(pairs, sets.lexical_pairs(self.data, NOT_NAMES))
        english = contrastive.PairSwitcher(lexicon.to_arabic, *self.recipe.english_switched)
        arabic = contrastive.PairSwitcher(lexicon.to_english, *self.recipe.arabic_switched)
        questions = sets.question_sets(self.data)
        of = {language: [one for one in questions if one.language == language] for language in ("en", "ar")}
        groups = [
            contrastive.question_groups(of["en"], english),
            contrastive.question_groups(of["ar"], arabic),
            contrastive.paragraph_groups(sets.arabic_paragraphs(self.data), arabic),
            contrastive.paraphrase_groups(sets.arabic_paraphrases(self.data)),
            contrastive.translation_groups(sets.parallel_texts(self.data)),
        ]
        return list(zip(self.recipe.shares, groups, strict=True))
