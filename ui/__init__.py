"""The web chat: a thin skin over ``assistant.pipeline.Assistant``."""
