"""How an image was generated, as its file says, in the words of the program that generated it."""

from __future__ import annotations

from enum import StrEnum

from functions.models.document import Value


class Program(StrEnum):
    """A program whose metadata is read."""

    AUTO_IMAGE_GEN = "auto-image-gen"
    A1111 = "a1111"
    COMFYUI = "comfyui"
    INVOKEAI = "invokeai"
    SWARMUI = "swarmui"
    FOOOCUS = "fooocus"

    @property
    def label(self) -> str:
        """Return the name of the program as its authors write it."""
        return LABELS[self]


LABELS = {
    Program.AUTO_IMAGE_GEN: "Auto-Image-Gen",
    Program.A1111: "A1111",
    Program.COMFYUI: "ComfyUI",
    Program.INVOKEAI: "InvokeAI",
    Program.SWARMUI: "SwarmUI",
    Program.FOOOCUS: "Fooocus",
}


class Setting(Value):
    """A setting without a counterpart here, with the name and value that the program gives it."""

    name: str
    value: str


class GenerationParameters(Value):
    """Generation parameters of an image. Empty texts and None mean that the file doesn't contain them.

    Names of models and samplers are those of the program. `theme`, `title`, `alt_text`, and `tags` are known only for
    files of Auto-Image-Gen.
    """

    program: Program
    prompt: str = ""
    negative_prompt: str = ""
    model: str = ""
    sampler: str = ""
    width: int | None = None  # pixels
    height: int | None = None
    steps: int | None = None
    guidance: float | None = None
    seed: int | None = None
    theme: str = ""
    title: str = ""
    alt_text: str = ""
    tags: tuple[str, ...] = ()
    others: tuple[Setting, ...] = ()
