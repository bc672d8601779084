"""Language: words and sentences of Arabic and English, and what reaches from one to the other."""
