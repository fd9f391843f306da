"""Response schemas of health, sign-in, configuration, and statistics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, Field

from functions.api.schemas.responses import Amount
from functions.models.library import Limits
from functions.models.prompt import ModelProfile


class Health(BaseModel):
    """Health of the app."""

    status: Literal["ok"] = "ok"
    version: str = Field(description="Version of the app.")


class InferenceStatus(BaseModel):
    """State of the inference service."""

    status: Literal["ready", "asleep"] = Field(description="`asleep` if the inference service has to start first.")
    longest_start_s: float | None = Field(
        default=None, description="Longest usual startup time in seconds of a GPU that scales to zero, else `null`."
    )


class ConfigResponse(BaseModel):
    """Configuration of the app, and the current user."""

    version: str = Field(description="Version of the app.")
    profile: ModelProfile = Field(description="Profile of the default image model.")
    models: Sequence[str] = Field(description="Names of the available image models.")
    limits: Limits = Field(description="Limits of the library.")
    timezone: str = Field(description="IANA time zone of the library.")
    prompts_by: Literal["chatgpt", "offline"] = Field(description="Prompt writer. `offline` means word lists.")
    painter: InferenceStatus = Field(description="State of the inference service.")
    role: str = Field(description="Role of the current user.")
    name: str = Field(description="Name of the current user.")
    caller_id: str = Field(description="ID of the current user: `key:NAME` or `jwt:ISSUER:SUBJECT`.")


class SignInResponse(BaseModel):
    """Available sign-in methods."""

    methods: Sequence[Literal["key", "entra"]] = Field(description="`key` for API keys, `entra` for access tokens.")
    issuer: str | None = Field(default=None, description="Issuer of access tokens. `null` without method `entra`.")
    client_id: str | None = Field(default=None, description="Client ID of the dashboard.")
    audience: str | None = Field(default=None, description="Audience of access tokens.")


class StatsResponse(BaseModel):
    """Totals of the library, and usage."""

    pictures: int = Field(description="Number of images that aren't in trash.")
    trash: int = Field(description="Number of images in trash.")
    missing: int = Field(description="Number of images that aren't in trash and whose original is missing.")
    jobs_open: int = Field(description="Number of jobs that haven't ended.")
    unreadable: int = Field(
        description="Number of documents that lists left out because they can't be read, on this instance since it "
        "started. `GET setup` names them."
    )
    today: Amount = Field(description="Usage of the current UTC day.")
    month: Amount = Field(description="Usage of the current UTC month.")


class JsonObject(BaseModel):
    """An arbitrary JSON object, such as the OpenAPI document."""

    model_config = {"extra": "allow"}
