"""What callers get about what is not painted yet: prompts, estimates, forecasts."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, Field

from functions.api.schemas.responses import shown
from functions.models.document import Instant
from functions.models.history import PromptRecord
from functions.models.prompt import PromptSource

NOT_MEASURED = "None while nothing was measured."


class PromptCheckView(BaseModel):
    unknown_words: Sequence[str] = Field(description="Words that the model has never seen.")
    suggestions: Sequence[str] = Field(description="What it paints well, when there are unknown words.")
    sentence: str = Field(description="Both in one sentence for people; empty when every word is known.")
    tokens: int | None = Field(description="Length for the model's text encoder; None if it can't be told.")
    token_budget: int


class PromptView(PromptCheckView):
    prompt: str
    negative_prompt: str
    title: str
    alt_text: str
    tags: Sequence[str]
    source: PromptSource


class PromptRecordView(PromptRecord):
    owner: str = Field(default="", exclude=True)
    etag: str = ""  # sent, unlike that of the document


def prompt_record_view(record: PromptRecord) -> PromptRecordView:
    return PromptRecordView.model_construct(**shown(record))


class PromptPage(BaseModel):
    items: Sequence[PromptRecordView]
    next_cursor: str | None


class UpcomingView(PromptView):
    id: str
    etag: str
    slot: Instant | None = Field(description="The run that will take it.")
    edited: bool


class UpcomingList(BaseModel):
    items: Sequence[UpcomingView]
    next_cursor: None = None


class EstimateView(BaseModel):
    pictures: int
    painting_s: float | None = Field(description=NOT_MEASURED)
    cost_usd: float | None = Field(description=NOT_MEASURED)
    wake_s: float | None = Field(description=f"How long runs waited that found the painter asleep. {NOT_MEASURED}")
    measured_pictures: int = Field(description="How many of the last seven days these numbers come from.")
    jobs_ahead: int
    day_left: int = Field(description="Pictures that the limits still allow today.")
    month_left: int


class ForecastView(BaseModel):
    """Of the next thirty days."""

    runs: int
    skipped: int = Field(description="Runs beside these that go over the schedule's own limit of a month.")
    pictures: int
    painting_s: float | None = Field(description=NOT_MEASURED)
    cost_usd: float | None = Field(description=NOT_MEASURED)
    others: int = Field(description="Pictures of the other schedules that are not paused.")
    limit: int = Field(description="Pictures a month.")
    day_limit: int
    fits: bool = Field(description="Whether all schedules together stay within the month's limit.")


class PreviewView(BaseModel):
    sentence: str
    runs: Sequence[Instant]
    timezone: str
    forecast: ForecastView
