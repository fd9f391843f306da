"""What is remembered beyond the things that it is about: lines of a history, newest first."""

from __future__ import annotations

from typing import Literal

from functions.models.document import Document, Instant, Value
from functions.models.prompt import WrittenPrompt
from functions.models.schedule import PaintOptions, WebhookEvent


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


class Attempt(Value):
    """One attempt to deliver a webhook event."""

    at: Instant
    status: int | None = None  # what the receiver answered; None: it did not
    ms: int = 0
    problem: str = ""  # in words; empty when it was taken


class Delivery(Entry):
    """One message to a schedule's webhook.  `at` is when it was made; its id goes with every try."""

    event: WebhookEvent | Literal["test"]
    host: str
    run_id: str | None = None  # the job that it tells about
    state: Literal["pending", "delivered", "failed"] = "pending"
    attempts: tuple[Attempt, ...] = ()
    tries_from: int = 0  # attempts of an earlier sending


def of_person(name: str) -> str:
    """The owner of what a person did."""
    return f"person:{name}"


def of_schedule(schedule_id: str) -> str:
    """The owner of what happened to a schedule."""
    return f"schedule:{schedule_id}"
