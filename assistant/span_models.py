"""The reading models by name: the bundled one, or any that transformers loads for question answering."""

from assistant.spans import SpanModel

DEFAULT_READER = "bundled"


def load_span_model(name: str = DEFAULT_READER) -> SpanModel:
    """The reading model of that name; ``ModelUnavailable`` says why there is none."""
    if name == DEFAULT_READER:
        from assistant.bundled import load_bundled

        return load_bundled()
    from assistant.hub import HubSpanModel

    return HubSpanModel(name)
