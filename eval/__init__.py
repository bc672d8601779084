"""Questions with known answers -> numbers, through the pipeline that the chat runs."""
