"""Bodies that are files or texts instead of JSON, and what the API reads in them."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from functions.models.generation_parameters import Program, Setting
from functions.models.media_type import ImageType
from functions.models.schedule import GenerationOptions

MAX_FILE_BYTES = 32 * 1024 * 1024

MediaType = ImageType | Literal["text/plain"]
MEDIA_TYPES: tuple[MediaType, ...] = ("image/png", "image/jpeg", "image/webp", "text/plain")


class UploadedFile(BaseModel):
    """The body of a request: an image file, or a text."""

    model_config = ConfigDict(frozen=True)

    media_type: MediaType
    data: bytes = Field(repr=False)


class UnusedSetting(BaseModel):
    """A setting without a counterpart, or with a value that isn't valid here."""

    name: str = Field(description="Name of the setting in the program.")
    value: str = Field(description="Value of the setting in the program.")

    @classmethod
    def of(cls, setting: Setting) -> UnusedSetting:
        return cls(name=setting.name, value=setting.value)


class ParametersResponse(BaseModel):
    """Generation parameters of an image, as far as its file or text contains them."""

    program: Program | None = Field(description="Program that wrote the parameters. `null` if none were found.")
    prompt: str = Field(default="", description="Prompt, at most 2,000 characters.")
    negative_prompt: str = Field(default="", description="Negative prompt, at most 1,000 characters.")
    options: GenerationOptions = Field(
        default=GenerationOptions(), description="Options that the image model can use. The others are `null`."
    )
    unused: tuple[UnusedSetting, ...] = Field(
        default=(), description="Settings without a counterpart, and options that the image model can't use."
    )
    theme: str = Field(default="", description="Theme, for images of Auto-Image-Gen.")
    title: str = Field(default="", description="Title, for images of Auto-Image-Gen.")
    alt_text: str = Field(default="", description="Alt text, for images of Auto-Image-Gen.")
    tags: tuple[str, ...] = Field(default=(), description="Tags, for images of Auto-Image-Gen.")
