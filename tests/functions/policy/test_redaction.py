"""Technical texts are shown without keys, signed URLs, and what users wrote."""

from __future__ import annotations

import json

import pytest

from functions.policy.security.redaction import redacted

PROMPT = "A red fox in deep snow, at dawn, with the words “über alles”"


@pytest.mark.parametrize(
    "text",
    [
        "GET https://acct.blob.core.windows.net/originals/a.png?sv=2024&sig=SECRETVALUE%3D failed",
        "AccountName=devstoreaccount1;AccountKey=SECRETVALUE/abc+def==;BlobEndpoint=http://127.0.0.1:10000/x",
        "Authorization: Bearer SECRETVALUE.123456",
        "Incorrect API key provided: sk-proj-SECRETVALUE0123",
        '{"api_key": "SECRETVALUE", "model": "m"}',
        "INFERENCE_KEY=SECRETVALUE",
        "http://user:SECRETVALUE@host.example/path",
        "https://hooks.example.com/services/T0/B0/SECRETVALUE",
        "got SECRETVALUE9SECRETVALUE9SECRETVALUE9SECRETVALUE9 back",
        "token eyJhbGciOi.SECRETVALUE.abc",
    ],
)
def test_keys_and_signed_urls_are_removed(text: str) -> None:
    """No form in which a key reaches an error's text is kept."""
    assert "SECRETVALUE" not in redacted(text)


def test_what_says_what_happened_is_kept() -> None:
    """Hosts, status codes, file names, and IDs stay readable."""
    text = "503 from http://127.0.0.1:8000/v1/images for 01JD9ZP4M8Q2R6T0V3X5Y7A9BC (inference_client.py:158)"

    assert redacted(text) == "503 from http://127.0.0.1:8000/… for 01JD9ZP4M8Q2R6T0V3X5Y7A9BC (inference_client.py:158)"


@pytest.mark.parametrize("quoted", [PROMPT, json.dumps(PROMPT), repr(PROMPT), PROMPT[:24], PROMPT[30:], PROMPT.upper()])
def test_a_prompt_is_removed_also_in_parts(quoted: str) -> None:
    """A prompt that an error quotes as a whole, as JSON, or cut off isn't kept."""
    left = redacted(f"Invalid input {quoted} near line 1", private=[PROMPT])

    assert "fox" not in left.lower()
    assert "alles" not in left.lower()
    assert left.startswith("Invalid input")
    assert left.endswith("near line 1")


def test_a_short_theme_is_removed_as_a_word_only() -> None:
    """A theme of a few letters doesn't remove letters of other words."""
    assert redacted("The art of particles", private=["art"]) == "The [text] of particles"


def test_known_keys_are_removed_in_any_form() -> None:
    """A key that is passed is removed although it looks like a word."""
    assert redacted("hello letmein!", keys=["letmein"]) == "hello [key]!"
