"""What is remembered beyond the things that it is about: lines of a history, newest first."""

from __future__ import annotations

from functions.models.document import Document, Instant
from functions.models.prompt import WrittenPrompt
from functions.models.schedule import PaintOptions


class Entry(Document):
    """One line: whose history it stands in, and when it happened."""

    owner: str  # person:NAME or schedule:ID
    at: Instant


class PromptRecord(Entry):
    """A prompt that a person had painted.  Painted again, it is the same line with a later moment."""

    theme: str
    instructions: str = ""
    prompt: WrittenPrompt
    options: PaintOptions = PaintOptions()
    job_id: str  # the last one that painted it


def of_person(name: str) -> str:
    """The owner of what a person did."""
    return f"person:{name}"


def of_schedule(schedule_id: str) -> str:
    """The owner of what happened to a schedule."""
    return f"schedule:{schedule_id}"
