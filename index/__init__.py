"""From article files to a searchable library; knows nothing of answers."""

import os

# Nothing is sent unasked: ONNX Runtime calls its maker when it is imported, the Hub's client asks about us.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
