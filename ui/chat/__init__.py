"""What the chat page is made of: its frame, conversations that browsers keep, why a passage was found."""
