"""Response schemas of prompts, estimates, and forecasts."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, Field

from functions.api.schemas.document_fields import response_fields
from functions.models.document import Instant
from functions.models.history import PromptRecord
from functions.models.prompt import PromptSource

NOT_MEASURED = "`null` until enough data has been measured."


class PromptCheckResponse(BaseModel):
    """How well the model understands a prompt."""

    unknown_words: Sequence[str] = Field(description="Words that the model doesn't know.")
    suggestions: Sequence[str] = Field(
        description="Alternative subjects that the model knows, if the prompt has unknown words."
    )
    sentence: str = Field(description="Unknown words and suggestions as one sentence. Empty if all words are known.")
    tokens: int | None = Field(description="Prompt length in tokens of the model's text encoder. `null` if unknown.")
    token_budget: int = Field(description="Maximum number of tokens that the model reads.")


class PromptResponse(PromptCheckResponse):
    """A written prompt and its check."""

    prompt: str
    negative_prompt: str
    title: str
    alt_text: str
    tags: Sequence[str]
    source: PromptSource


class PromptRecordResponse(PromptRecord):
    """A prompt that the current user has used."""

    owner: str = Field(default="", exclude=True)
    etag: str = ""  # included in the response, unlike the document's


def prompt_record_response(record: PromptRecord) -> PromptRecordResponse:
    return PromptRecordResponse.model_construct(**response_fields(record))


class PromptPage(BaseModel):
    """One page of the prompt history."""

    items: Sequence[PromptRecordResponse]
    next_cursor: str | None


class UpcomingPromptResponse(PromptResponse):
    """An upcoming prompt of a schedule."""

    id: str
    etag: str
    slot: Instant | None = Field(description="Scheduled time of the run that will use this prompt.")
    edited: bool = Field(description="Whether a user has edited the prompt.")


class UpcomingList(BaseModel):
    """The upcoming prompts of a schedule, in the order of their runs."""

    items: Sequence[UpcomingPromptResponse]
    next_cursor: None = None


class EstimateResponse(BaseModel):
    """Estimated duration and cost of a job."""

    pictures: int = Field(description="Number of images.")
    painting_s: float | None = Field(description=f"Generation time in seconds. {NOT_MEASURED}")
    cost_usd: float | None = Field(description=f"Cost in US dollars. {NOT_MEASURED}")
    wake_s: float | None = Field(
        description=f"Typical startup time in seconds when the inference service is scaled to zero. {NOT_MEASURED}"
    )
    measured_pictures: int = Field(
        description="Number of images from the last seven days that these estimates are based on."
    )
    jobs_ahead: int = Field(description="Number of jobs ahead in the queue.")
    day_left: int = Field(description="Number of images that today's limit still allows.")
    month_left: int = Field(description="Number of images that this month's limit still allows.")
    refusal: str = Field(
        description="Why a limit doesn't allow this job now, open jobs included. Empty if it is allowed."
    )


class ForecastResponse(BaseModel):
    """Forecast for the next 30 days."""

    runs: int = Field(description="Number of runs.")
    skipped: int = Field(description="Additional runs that would be skipped because of the schedule's own limits.")
    pictures: int = Field(description="Number of images.")
    painting_s: float | None = Field(description=f"Generation time in seconds. {NOT_MEASURED}")
    cost_usd: float | None = Field(description=f"Cost in US dollars. {NOT_MEASURED}")
    starts: int | None = Field(description=f"Number of times that the GPU is started. {NOT_MEASURED}")
    standby_usd: float | None = Field(
        description=f"Cost in US dollars of starting the GPU and of its time without work. {NOT_MEASURED}"
    )
    hosted_usd: float | None = Field(
        description="Cost of the same images with a hosted model in US dollars. `null` if one of the two has no price."
    )
    others: int = Field(description="Images expected from other schedules that aren't paused.")
    limit: int = Field(description="Monthly image limit of the library.")
    day_limit: int = Field(description="Daily image limit of the library.")
    fits: bool = Field(description="Whether all schedules together stay within the monthly limit.")


class PreviewResponse(BaseModel):
    """The next runs of a timing, and a forecast."""

    sentence: str = Field(description="Description of the timing.")
    runs: Sequence[Instant] = Field(
        description="Times of the next runs. With a random delay, these are the times at which the runs of a saved "
        "schedule start, and the earliest times for a new one."
    )
    timezone: str
    forecast: ForecastResponse
