"""Asking within a filter: whether a question's own wish is found, and whether a part answers as it does alone."""
