"""Decisions about prompts: vocabulary, theme, similarity."""
