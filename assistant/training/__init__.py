"""How the weights of the extractive reader are made: ``python -m assistant.training FILE...``."""
