"""Prompt writers: ChatGPT, and word lists that need no network."""
