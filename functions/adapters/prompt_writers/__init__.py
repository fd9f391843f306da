"""Prompt writers: ChatGPT, and word lists that work offline."""
