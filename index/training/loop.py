"""The training loop that every stage shares: schedule, checkpoints, log.

A stage is a function from a step's number to its loss, drawing what it needs from a generator seeded by that
number: a run that was cut off goes on from its last checkpoint and sees what it would have seen.
"""

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

Losses = dict[str, Tensor]
Model = TypeVar("Model", bound=nn.Module)


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
    losses: Callable[[int], Losses],
    schedule: Schedule,
    *,
    folder: Path,
    stage: str,
    log: Callable[[str], None],
    table: Tensor | None = None,
    words: Tensor | None = None,
    evaluate: Callable[[Model], dict[str, float]] | None = None,
    evaluate_every: int = 0,
    save_every: int = 150,
) -> None:
    """Trains the model in place; of a ``table`` that is given only the rows ``words`` change.

    ``folder/<stage>.pt`` holds the newest checkpoint and ``folder/<stage>.jsonl`` the losses and dev scores.
    """
    layers = [one for one in model.parameters() if one.requires_grad and one is not table]
    groups: list[dict[str, Any]] = [{"params": layers, "base": schedule.rate}]
    if table is not None:
        free = torch.zeros(len(table), 1)
        free[words] = 1
        table.register_hook(lambda gradient: gradient.mul_(free))  # type: ignore[no-untyped-call]
        groups.append({"params": [table], "base": schedule.words_rate})
    optimizer = torch.optim.AdamW(
        groups,
        lr=schedule.rate,
        betas=(0.9, 0.98),
        weight_decay=0.0,
        fused=True,
    )
    checkpoint = folder / f"{stage}.pt"
    first = 0
    if checkpoint.exists():
        stored: dict[str, Any] = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(stored["model"])
        if stored["optimizer"] is not None:
            optimizer.load_state_dict(stored["optimizer"])
        first = stored["step"]
        if first:
            log(f"{stage}: goes on at step {first}")
    sums: dict[str, list[float]] = {}
    began, since = time.monotonic(), first
    model.train()
    for step in range(first, schedule.steps):
        for group in optimizer.param_groups:
            group["lr"] = group["base"] * schedule.factor(step)
        torch.manual_seed(step)
        with torch.autocast("cpu", torch.bfloat16):
            parts = losses(step)
        optimizer.zero_grad()
        torch.stack(list(parts.values())).sum().backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        for name, value in parts.items():
            sums.setdefault(name, []).append(float(value.detach()))
        done = step + 1
        last = done == schedule.steps
        if done % 25 == 0 or last:
            pace = (done - since) / (time.monotonic() - began)
            means = {name: round(sum(values) / len(values), 4) for name, values in sums.items()}
            log(f"{stage} {done}/{schedule.steps} {means} {pace:.2f} steps/s")
            _append(folder / f"{stage}.jsonl", {"step": done, **means})
            sums.clear()
            began, since = time.monotonic(), done
        if evaluate and (last or (evaluate_every and done % evaluate_every == 0)):
            model.eval()
            scores = {name: round(value, 4) for name, value in evaluate(model).items()}
            log(f"{stage} {done}: {scores}")
            _append(folder / f"{stage}.jsonl", {"step": done, "dev": scores})
            model.train()
            began, since = time.monotonic(), done
        if done % save_every == 0 or last:
            save(checkpoint, model, done, None if last else optimizer)
    model.eval()


def save(path: Path, model: nn.Module, step: int, optimizer: torch.optim.Optimizer | None = None) -> None:
    """Writes a checkpoint; a cut-off write leaves the one before."""
    state = optimizer.state_dict() if optimizer else None
    partial = path.with_suffix(".partial")
    torch.save({"model": model.state_dict(), "optimizer": state, "step": step}, partial)
    partial.replace(path)


def trained(path: Path, steps: int) -> bool:
    """Whether the checkpoint at ``path`` is that of a finished stage."""
    return path.exists() and torch.load(path, weights_only=True, mmap=True)["step"] >= steps


def _append(path: Path, record: dict[str, Any] | Iterable[Any]) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(record) + "\n")
