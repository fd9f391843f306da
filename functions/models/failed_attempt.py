"""An attempt of a job that failed, as kept in the job."""

from __future__ import annotations

from pydantic import Field

from functions.models.document import Instant, Value

KEPT_ATTEMPTS = 10  # per job; the latest ones
DETAIL_CHARS = 1_000


class FailedAttempt(Value):
    """One attempt that failed, or whose worker stopped. It contains no key, no signed URL, and no prompt."""

    attempt: int = Field(default=1, description="Number of the attempt. Attempts that made progress aren't listed.")
    at: Instant = Field(description="Time when the attempt ended.")
    stage: str = Field(default="", description="Status of the job when the attempt ended, such as `painting`.")
    code: str = Field(default="", description="Error code.")
    message: str = Field(default="", description="The error as a sentence.")
    detail: str = Field(
        default="",
        description=f"Types, texts, and origins of the exceptions, at most {DETAIL_CHARS} characters, without keys, "
        "signed URLs, and prompts.",
    )
