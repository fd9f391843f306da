"""Generation parameters of other programs as options of this model."""

from __future__ import annotations

from typing import Any

import pytest

from functions.formats.generation_parameters.reader import read_text
from functions.models.generation_parameters import GenerationParameters, Program, Setting
from functions.models.schedule import GenerationOptions
from functions.policy.usable_options import model_named, sampler_named, usable_options
from tests.fakes import PROFILE

SAMPLERS = ("default", "euler", "euler_a", "ddim", "dpmpp_2m", "pndm", "lcm")


def usable(**values: Any) -> tuple[GenerationOptions, set[str]]:
    options, unused = usable_options(GenerationParameters(program=Program.A1111, **values), PROFILE)
    return options, {f"{one.name}: {one.value}" for one in unused}


def test_options_of_the_model() -> None:
    """Options that the model has are kept."""
    options, unused = usable(
        **{"model": "sd/Test-Model.safetensors", "sampler": "Euler", "width": 512, "height": 768},
        **{"steps": 20, "guidance": 7.5, "seed": 2**32 - 1},
    )

    assert options == GenerationOptions(
        **{"model": "test-model", "sampler": "euler", "width": 512, "height": 768},
        **{"steps": 20, "guidance": 7.5, "seed": 2**32 - 1},
    )
    assert unused == set()


def test_options_that_are_not_valid_here() -> None:
    """Options that the model doesn't have, or that are out of range, are named and left out."""
    options, unused = usable(
        **{"model": "other", "sampler": "UniPC", "width": 500, "height": 768, "steps": 0},
        **{"guidance": 70.0, "seed": 2**60, "others": (Setting(name="Clip skip", value="2"),)},
    )

    assert options == GenerationOptions()
    assert unused == {
        *("Model: other", "Sampler: UniPC", "Size: 500x768", "Steps: 0", "Guidance scale: 70.0"),
        *(f"Seed: {2**60}", "Clip skip: 2"),
    }


def test_nothing_is_named_that_a_file_does_not_contain() -> None:
    """Missing parameters give no option and aren't named."""
    assert usable() == (GenerationOptions(), set())


@pytest.mark.parametrize(
    ("name", "sampler"),
    [
        ("Euler a", "euler_a"),
        ("euler_ancestral", "euler_a"),
        ("DPM++ 2M Karras", "dpmpp_2m"),
        ("dpmpp_2m_k", "dpmpp_2m"),
        ("DPM++ 2M", "dpmpp_2m"),
        ("PLMS", "pndm"),
        ("LCM", "lcm"),
        ("DDIM", "ddim"),
        ("Heun", None),
        ("", None),
    ],
)
def test_names_of_samplers(name: str, sampler: str | None) -> None:
    """Samplers are known by their names in other programs."""
    assert sampler_named(name, SAMPLERS) == sampler


@pytest.mark.parametrize("name", ["SDXL-Turbo", "stabilityai/sdxl-turbo", "xl\\sdxl-turbo.safetensors"])
def test_names_of_models(name: str) -> None:
    """Models are known without owner, folder, and file name extension, in any case."""
    assert model_named(name, ("starter", "stabilityai/sdxl-turbo")) == "stabilityai/sdxl-turbo"
    assert model_named("", ("starter",)) is None


class TestInfotext:
    """Settings copied from another program, which the Create page recognizes."""

    def read(self, text: str) -> tuple[str, str, GenerationOptions, set[str]] | None:
        found = read_text(text)
        if found is None:
            return None
        profile = PROFILE.evolve(model="stabilityai/sdxl-turbo", samplers=SAMPLERS)
        options, unused = usable_options(found, profile)
        return found.prompt, found.negative_prompt, options, {f"{one.name}: {one.value}" for one in unused}

    def test_is_split_into_prompt_negative_prompt_and_options(self) -> None:
        """Prompt and negative prompt become one line each."""
        text = (
            "a fox, at night\nin the snow\nNegative prompt: blurry,\ntext\n"
            "Steps: 20, Sampler: Euler a, CFG scale: 7.5, Seed: 1234, Size: 512x768, Model: SDXL-Turbo"
        )

        assert self.read(text) == (
            "a fox, at night in the snow",
            "blurry, text",
            GenerationOptions(
                **{"steps": 20, "sampler": "euler_a", "guidance": 7.5, "seed": 1234, "width": 512, "height": 768},
                model="stabilityai/sdxl-turbo",
            ),
            set(),
        )

    def test_is_found_when_line_breaks_are_lost(self) -> None:
        """Line breaks can be lost or of another system, and the prompt can be missing."""
        options = "Steps: 20, Seed: 1, Size: 64x64"

        for text in (f"a fox Negative prompt: blur {options}", f"a fox\r\nNegative prompt: blur\r\n{options}"):
            found = self.read(text)
            assert found is not None
            assert found[:2] == ("a fox", "blur")
        alone = self.read(options)
        assert alone is not None
        assert (alone[0], alone[2].seed) == ("", 1)

    def test_names_what_has_no_counterpart(self) -> None:
        """LoRAs, unknown settings, and values that aren't valid are named as written."""
        found = self.read(
            "a fox <lora:ink:0.8>, at night\n"
            'Steps: 20, Sampler: Heun, Seed: -1, Clip skip: 2, Hashes: "a: 1, b: 2", Model: other, Size: big'
        )

        assert found is not None
        assert (found[0], found[2]) == ("a fox, at night", GenerationOptions(steps=20))
        assert found[3] == {
            *("LoRA: ink:0.8", "Sampler: Heun", "Seed: -1", "Clip skip: 2", "Hashes: a: 1, b: 2", "Model: other"),
            "Size: big",
        }

    @pytest.mark.parametrize(
        "text",
        ["", "a fox", "Steps: 20", "stairs with steps: 20, seed: 3, size: 64x64", "Negative prompt: x"],
    )
    def test_is_not_found_in_a_prompt(self, text: str) -> None:
        """A prompt that mentions a setting isn't a text with settings."""
        assert self.read(text) is None
