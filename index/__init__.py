"""From article files to a searchable library; knows nothing of answers."""
