"""Search indexes over passages: by their words, and by their vectors."""
