"""The library page: what articles there are, and for who may change them, adding some and removing some."""
