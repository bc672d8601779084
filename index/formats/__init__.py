"""The kinds of file that articles come in, a reader each."""
