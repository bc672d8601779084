"""The file of an article: where it lies, whether it has changed, its pages and words as they were printed."""
