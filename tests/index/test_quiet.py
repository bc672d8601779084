"""Libraries that would report to their makers are told not to, before they are imported."""

import os
import subprocess
import sys
from pathlib import Path


def test_onnx_runtime_does_not_prepare_to_report(tmp_path: Path) -> None:
    silenced = ("ORT_DISABLE_TELEMETRY", "HF_HUB_DISABLE_TELEMETRY")
    environment = {name: value for name, value in os.environ.items() if name not in silenced}
    command = [sys.executable, "-c", "import index, time, onnxruntime; time.sleep(0.5)"]
    home = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / ".cache")}
    subprocess.run(command, env=environment | home, check=True, timeout=120)
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []
