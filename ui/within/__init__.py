"""Asking within some of the articles, on the page: what is asked in plain words, the panel to choose."""
