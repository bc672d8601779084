"""Models as files: the shipped form of the encoder, that of sentence-transformers, and what a manifest says.

The sums of a model's files vouch for it (``index.models``); its manifest also says what made it. It leaves
out the machine: on another processor the same recipe gives weights that differ a little.
"""

import json
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tokenizers import Tokenizer, processors
from torch import nn
from transformers import BertModel, PreTrainedTokenizerFast

from index.models import sha256
from index.training.base import FILE, PACKAGE, SHA256
from index.training.bert import make_bert, weights_of
from index.training.graph import build_graph, read_graph

NAME = "majlis-encoder-3"
WINDOWS = (64, 512)  # tokens: a passage counts by its nearest window, of either width
PROMPTS = {"question": "query: ", "passage": "passage: "}  # the base learnt with them
LICENCES = {
    "arcd_train": "MIT",
    "arwiki": "CC-BY-SA-4.0",
    "bible": "public domain",
    "cldr_names": "Unicode-3.0, CC-BY-SA-4.0",
    "covidqa": "Apache-2.0",
    "docs_misc": "CC-BY-4.0, MIT",
    "fairytaleqa": "Apache-2.0",
    "google_translit_words": "Apache-2.0",
    "mintaka_dev_questions": "CC-BY-4.0",
    "mmlu_ar": "Apache-2.0",
    "ms_courses": "MIT",
    "ms_dynamics365": "CC-BY-4.0",
    "ms_projectops": "CC-BY-4.0",
    "nq_qed_all_history": "CC-BY-SA-3.0",
    "q2q_ar_train": "MIT",
    "squadshifts_amazon_reviews": "CC-BY-4.0",
    "squadshifts_new_wiki": "CC-BY-4.0",
    "squadshifts_reddit": "CC-BY-4.0",
    "tatoeba": "CC-BY-2.0-FR",
    "tico19": "CC0",
    "tydiqa_goldp_ar_dev": "Apache-2.0",
    "tydiqa_goldp_en_train": "Apache-2.0",
}
LIBRARIES = ("numpy", "onnx", "tokenizers", "torch", "transformers")
SHARED_BYTES = 512  # weights that are smaller stay in the file


def write_encoder(
    folder: Path, model: BertModel, tokenizer: Tokenizer, made_of: dict[str, Any] | None = None
) -> None:
    """The shipped form: ``model.onnx``, ``tokenizer.json``, ``manifest.json`` vouching for both."""
    heads, dimension = model.config.num_attention_heads, model.config.hidden_size
    graph = build_graph(weights_of(model), heads=heads)
    about = {"name": NAME, "dimension": dimension, "heads": heads, "windows": WINDOWS}
    write_model(folder, graph, tokenizer, {**about, "prompts": PROMPTS, **(made_of or {})})


def provenance(data: Path, files: Iterable[Path], recipe: dict[str, Any]) -> dict[str, Any]:
    """What a manifest says of a model that learnt from these files of the data."""
    return {
        "recipe": recipe,
        "recipe_sha256": sha256(json.dumps(recipe, sort_keys=True).encode()),
        "base": {"package": PACKAGE, "file": FILE, "sha256": SHA256, "licence": "MIT"},
        "data": {
            path.relative_to(data).as_posix(): {
                "sha256": sha256(path.read_bytes()),
                "licence": LICENCES.get(path.name.split(".")[0], "not known"),
            }
            for path in sorted(files)
        },
        "versions": {name: version(name) for name in LIBRARIES},
    }


def write_model(folder: Path, graph: bytes, tokenizer: Tokenizer, about: dict[str, Any]) -> None:
    """A model for Arabic and English as ``index.models`` reads it; the manifest says what is in ``about``."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(graph)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    write_manifest(folder, ("model.onnx", "tokenizer.json"), {**about, "languages": ["ar", "en"]})


def share_weights(graph: bytes, stored: bytes) -> bytes:
    """The model without the weights that stand in the file ``stored``, a ``model.onnx``, byte for byte.

    It says instead where they stand there, and is run with that file's folder beside it.
    """
    from onnx import TensorProto, load_from_string

    model = load_from_string(graph)
    for tensor in model.graph.initializer:
        start = stored.find(tensor.raw_data) if len(tensor.raw_data) >= SHARED_BYTES else -1
        if start >= 0:
            place = {"location": "model.onnx", "offset": start, "length": len(tensor.raw_data)}
            tensor.ClearField("raw_data")
            tensor.data_location = TensorProto.EXTERNAL
            for key, value in place.items():
                tensor.external_data.add(key=key, value=str(value))
    shared: bytes = model.SerializeToString()
    return shared


def write_manifest(folder: Path, files: Iterable[str], about: dict[str, Any]) -> None:
    """``manifest.json``: what is said of the files of the folder, and their SHA-256."""
    sums = {name: sha256((folder / name).read_bytes()) for name in files}
    manifest = json.dumps({**about, "files": sums}, indent=2)
    (folder / "manifest.json").write_text(manifest + "\n", encoding="utf-8")


def write_sentence_transformer(encoder: Path, folder: Path) -> None:
    """The encoder in ``encoder``, weight for weight, as a sentence-transformers model in ``folder``."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer

    manifest = json.loads((encoder / "manifest.json").read_text("utf-8"))
    weights = read_graph((encoder / "model.onnx").read_bytes())
    pieces = Tokenizer.from_file(str(encoder / "tokenizer.json"))
    ends = [(name, pieces.token_to_id(name)) for name in ("[CLS]", "[SEP]")]
    pieces.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=ends)
    # another class would put its own folding in place
    tokenizer = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=pieces,
        model_max_length=manifest["windows"][0],
        **{f"{name}_token": f"[{name.upper()}]" for name in ("unk", "sep", "pad", "cls")},
    )
    with TemporaryDirectory() as transformer:
        make_bert(weights, manifest["heads"]).save_pretrained(transformer)
        tokenizer.save_pretrained(transformer)
        bert = Transformer(transformer)
    # nothing reads the pooler, but it would be another one each time
    for parameter in bert.auto_model.pooler.parameters():
        nn.init.zeros_(parameter)
    pooling = Pooling(weights["embeddings.word_embeddings.weight"].shape[1])
    prompts = {
        name: manifest["prompts"][side] for name, side in (("query", "question"), ("document", "passage"))
    }
    model = SentenceTransformer(modules=[bert, pooling, Normalize()], prompts=prompts, device="cpu")
    model.save(str(folder), create_model_card=False)
