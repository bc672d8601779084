"""The verifier's training: from what the reader proposes to a network that says whether it answers."""
