"""The training loop that every stage shares: schedule, checkpoints, log.

A stage is a function from a step's number to its loss, drawing what it needs from a generator seeded by that
number: a run that was cut off goes on from its last checkpoint and sees what it would have seen.
"""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

Losses = dict[str, Tensor]
Log = Callable[[str], None]
Model = TypeVar("Model", bound=nn.Module)
StateDict = dict[str, Tensor]  # of a model: its weights by name

REPORT_EVERY, SAVE_EVERY = 25, 150  # steps


@dataclass(frozen=True, slots=True)
class Schedule:
    """Warm-up, a plateau, and a linear fall to nothing over the last ``fall`` of the steps."""

    steps: int
    rate: float  # of the layers
    warm_up: int
    fall: float
    words_rate: float = 0.0  # of the table of word embeddings, where that is trained

    def factor(self, step: int) -> float:
        left = (self.steps - step) / max(1, self.steps * self.fall)
        return min(1.0, (step + 1) / self.warm_up, left)


def train(
    model: Model,
    make_losses: Callable[[], Callable[[int], Losses]],
    schedule: Schedule,
    *,
    folder: Path,
    stage: str,
    log: Log,
    table: Tensor | None = None,
    words: Tensor | None = None,
    evaluate: Callable[[Model], dict[str, float]] | None = None,
    evaluate_every: int = 0,
    save_every: int = SAVE_EVERY,
) -> None:
    """Trains the model in place; ``make_losses`` is not called where that has been done already.

    Of a ``table`` that is given only the rows ``words`` change. ``folder/<stage>.pt`` holds the newest
    checkpoint and ``folder/<stage>.jsonl`` the losses and dev scores.
    """
    optimizer = _optimizer(model, schedule, table, words)
    checkpoint, record = folder / f"{stage}.pt", folder / f"{stage}.jsonl"
    first = _load(checkpoint, model, optimizer) if checkpoint.exists() else 0
    if first >= schedule.steps:
        return
    if first:
        log(f"{stage}: goes on at step {first}")
    losses = make_losses()
    sums: dict[str, list[float]] = {}
    began, since = time.monotonic(), first
    for step in range(first, schedule.steps):
        for group in optimizer.param_groups:
            group["lr"] = group["base"] * schedule.factor(step)
        torch.manual_seed(step)
        with half_precision():
            parts = losses(step)
        optimizer.zero_grad()
        torch.stack(list(parts.values())).sum().backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        for name, value in parts.items():
            sums.setdefault(name, []).append(float(value.detach()))
        done = step + 1
        last = done == schedule.steps
        if done % REPORT_EVERY == 0 or last:
            pace = (done - since) / (time.monotonic() - began)
            means = {name: round(sum(values) / len(values), 4) for name, values in sums.items()}
            log(f"{stage} {done}/{schedule.steps} {means} {pace:.2f} steps/s")
            _append(record, {"step": done, **means})
            sums.clear()
            began, since = time.monotonic(), done
        if evaluate and (last or (evaluate_every and done % evaluate_every == 0)):
            scores = {name: round(value, 4) for name, value in evaluate(model).items()}
            log(f"{stage} {done}: {scores}")
            _append(record, {"step": done, "dev": scores})
            began, since = time.monotonic(), done
        if done % save_every == 0 or last:
            _save(checkpoint, model, done, None if last else optimizer)


def half_precision() -> torch.autocast:
    """bfloat16 on a processor that computes with it; elsewhere it would only be slower."""
    able = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    return torch.autocast("cpu", torch.bfloat16, enabled=able)


def mean_state(start: StateDict, weight: float, ends: Sequence[StateDict]) -> StateDict:
    """The mean of the ends' weights, each counted once, and the start's; what none changed stays exactly."""
    whole = weight + len(ends)
    return {
        name: value + torch.stack([end[name] - value for end in ends]).sum(0) / whole
        for name, value in start.items()
    }


def log_to(folder: Path) -> Log:
    """Prints lines with their time, and writes them to ``log.txt`` in the folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)

    def log(line: str) -> None:
        stamped = f"{time.strftime('%H:%M:%S')} {line}"
        print(stamped, flush=True)
        with (folder / "log.txt").open("a", encoding="utf-8") as file:
            file.write(stamped + "\n")

    return log


def _optimizer(
    model: nn.Module, schedule: Schedule, table: Tensor | None, words: Tensor | None
) -> torch.optim.Optimizer:
    layers = [one for one in model.parameters() if one.requires_grad and one is not table]
    groups: list[dict[str, Any]] = [{"params": layers, "base": schedule.rate}]
    if table is not None:
        free = torch.zeros(len(table), 1)
        free[words] = 1
        table.register_hook(lambda gradient: gradient.mul_(free))  # type: ignore[no-untyped-call]
        groups.append({"params": [table], "base": schedule.words_rate})
    return torch.optim.AdamW(groups, lr=schedule.rate, betas=(0.9, 0.98), weight_decay=0.0, fused=True)


def _load(checkpoint: Path, model: nn.Module, optimizer: torch.optim.Optimizer) -> int:
    """Takes up what was saved; the number of steps that were done."""
    stored = torch.load(checkpoint, weights_only=True)
    model.load_state_dict(stored["model"])
    if stored["optimizer"] is not None:
        optimizer.load_state_dict(stored["optimizer"])
    return int(stored["step"])


def _save(path: Path, model: nn.Module, step: int, optimizer: torch.optim.Optimizer | None) -> None:
    """Writes a checkpoint; a cut-off write leaves the one before."""
    state = optimizer.state_dict() if optimizer else None
    partial = path.with_suffix(".partial")
    torch.save({"model": model.state_dict(), "optimizer": state, "step": step}, partial)
    partial.replace(path)


def _append(path: Path, record: dict[str, Any]) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(record) + "\n")
