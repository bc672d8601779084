"""The command line of training.

python -m index.training --data DIR --out DIR [--dev DIR]   from the data to the encoder's files, resumable
python -m index.training export-st DIR                      the shipped encoder in sentence-transformers form
python -m index.training lexicon --data DIR                 the table of translated words, as it is shipped
python -m index.training score DEV [--embedder NAME]        success@1 of an embedder on the development sets
python -m index.training speed DEV                          passages and questions a second, beside MiniLM
"""

import argparse
import sys
import time
from pathlib import Path


def main(arguments: list[str]) -> None:
    """Runs one of the commands."""
    parser = argparse.ArgumentParser(prog="python -m index.training", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    if arguments[:1] == ["export-st"]:
        parser.add_argument("folder", type=Path)
        _export(parser.parse_args(arguments[1:]).folder)
    elif arguments[:1] == ["score"]:
        parser.add_argument("dev", type=Path)
        parser.add_argument("--embedder", default="bundled")
        options = parser.parse_args(arguments[1:])
        _score(options.dev, options.embedder)
    elif arguments[:1] == ["lexicon"]:
        parser.add_argument("--data", type=Path, required=True)
        _lexicon(parser.parse_args(arguments[1:]).data)
    elif arguments[:1] == ["speed"]:
        parser.add_argument("dev", type=Path)
        _speed(parser.parse_args(arguments[1:]).dev)
    else:
        parser.add_argument(
            "--data", type=Path, required=True, help="the folder with parallel/ lexical/ qa/ mono/"
        )
        parser.add_argument("--out", type=Path, required=True, help="where checkpoints, log and result go")
        parser.add_argument(
            "--dev", type=Path, help="development sets to score along the way; never trained on"
        )
        options = parser.parse_args(arguments)
        _train(options.data, options.out, options.dev)


def _train(data: Path, out: Path, dev: Path | None) -> None:
    from index.training.files import packaged_base, read_base
    from index.training.recipe import Recipe, Training

    _require_layout(data)
    try:
        base = read_base(packaged_base())
    except ValueError as problem:
        sys.exit(str(problem))
    out.mkdir(parents=True, exist_ok=True)

    def log(line: str) -> None:
        stamped = f"{time.strftime('%H:%M:%S')} {line}"
        print(stamped, flush=True)
        with (out / "log.txt").open("a", encoding="utf-8") as file:
            file.write(stamped + "\n")

    Training(base, data, out, Recipe(), log, dev).run()


def _export(folder: Path) -> None:
    from index.embedders.onnx_encoder import BUNDLED_FOLDER
    from index.training.files import write_sentence_transformer

    write_sentence_transformer(BUNDLED_FOLDER, folder)
    print(f"written to {folder}; load it with --embedder {folder}")


def _require_layout(data: Path) -> None:
    from index.training.data import require_layout

    try:
        require_layout(data)
    except ValueError as problem:
        sys.exit(str(problem))


def _lexicon(data: Path) -> None:
    from index.text.translation import FOLDER
    from index.training.lexicon import make_lexicon

    _require_layout(data)
    for name, lines in make_lexicon(data, FOLDER).items():
        print(f"{name}: {lines} words")


def _score(dev: Path, name: str) -> None:
    from index.embedders import load_embedder
    from index.training.dev import dev_scores

    embedder = load_embedder(name)
    for direction, value in dev_scores(dev, embedder.embed_passages, embedder.embed_questions).items():
        print(f"{direction:14} {value:.3f}")


def _speed(dev: Path) -> None:
    from index.training.speed import speeds

    for name, language, passages, questions in speeds(dev):
        print(f"{name:20} {language}  {passages:6.1f} passages/s  {questions:6.1f} questions/s")


if __name__ == "__main__":
    main(sys.argv[1:])
