"""Entries of histories: prompts that users have used, and webhook deliveries."""

from __future__ import annotations

from typing import Literal

from functions.models.document import Document, Instant, Value
from functions.models.prompt import WrittenPrompt
from functions.models.schedule import GenerationOptions, WebhookEvent


class HistoryEntry(Document):
    """One entry of a history, with its owner and time."""

    owner: str  # person: and the ID of a caller, or schedule:ID
    at: Instant


class PromptRecord(HistoryEntry):
    """A prompt that a user generated images from. Using it again updates the time of the same entry."""

    theme: str
    instructions: str = ""
    prompt: WrittenPrompt
    options: GenerationOptions = GenerationOptions()
    job_id: str  # the last job that used it


class Attempt(Value):
    """One attempt to deliver a webhook event."""

    at: Instant
    status: int | None = None  # HTTP status of the response; None without a response
    ms: int = 0
    problem: str = ""  # a sentence; empty if the delivery succeeded


class WebhookResponse(Value):
    """The response of a webhook endpoint."""

    status: int
    retry_after_s: float | None = None


class Delivery(HistoryEntry):
    """One event sent to a schedule's webhook. `at` is the time of creation; every attempt sends the same ID."""

    event: WebhookEvent | Literal["test"]
    host: str
    run_id: str | None = None  # the job that the event is about
    state: Literal["pending", "delivered", "failed"] = "pending"
    attempts: tuple[Attempt, ...] = ()
    tries_from: int = 0  # number of attempts before the event was resent


def person_owner(created_by: str) -> str:
    """Return the owner of a user's history."""
    return f"person:{created_by}"


def schedule_owner(schedule_id: str) -> str:
    """Return the owner of a schedule's history."""
    return f"schedule:{schedule_id}"
