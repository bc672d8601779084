"""Majlis as a model: chat completions as OpenAI's API has them, so that other programs' chats can ask."""
