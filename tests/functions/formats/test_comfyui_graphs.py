"""Graphs of ComfyUI: parameters are found by following the links from the node that saves the image."""

from __future__ import annotations

import copy
import json
from typing import Any

from functions.formats.generation_parameters.reader import read_file
from functions.models.generation_parameters import GenerationParameters
from tests.parameter_files import GRAPH, png_with


def read(graph: dict[str, Any]) -> GenerationParameters:
    found = read_file(png_with({"prompt": json.dumps(graph)})).parameters
    assert found is not None
    return found


def changed(**nodes: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    """The usual graph with other nodes, `n3=(class, inputs)`; inputs are added to those of an existing node."""
    graph = copy.deepcopy(GRAPH)
    for name, (kind, inputs) in nodes.items():
        before = graph.get(name[1:], {"inputs": {}})["inputs"]
        graph[name[1:]] = {"class_type": kind, "inputs": {**before, **inputs}}
    return graph


def test_flux() -> None:
    """The parts of a custom sampler are separate nodes, and the guidance scale is part of the conditioning."""
    graph = {
        "1": ("SaveImage", {"images": ["2", 0]}),
        "2": ("VAEDecode", {"samples": ["3", 0], "vae": ["4", 0]}),
        "4": ("VAELoader", {"vae_name": "ae.safetensors"}),
        "3": (
            "SamplerCustomAdvanced",
            {
                **{"noise": ["5", 0], "guider": ["6", 0], "sampler": ["7", 0]},
                "sigmas": ["8", 0],
                "latent_image": ["9", 0],
            },
        ),
        "5": ("RandomNoise", {"noise_seed": 77}),
        "6": ("BasicGuider", {"model": ["10", 0], "conditioning": ["11", 0]}),
        "7": ("KSamplerSelect", {"sampler_name": "euler"}),
        "8": ("BasicScheduler", {"scheduler": "simple", "steps": 28, "denoise": 1.0, "model": ["10", 0]}),
        "9": ("EmptySD3LatentImage", {"width": 1024, "height": 832, "batch_size": 1}),
        "10": ("UNETLoader", {"unet_name": "flux1-dev.safetensors", "weight_dtype": "default"}),
        "11": ("FluxGuidance", {"conditioning": ["12", 0], "guidance": 3.5}),
        "12": ("CLIPTextEncode", {"text": "an owl", "clip": ["13", 0]}),
        "13": ("DualCLIPLoader", {"clip_name1": "t5xxl.safetensors", "clip_name2": "clip_l.safetensors"}),
    }

    found = read({id: {"class_type": kind, "inputs": inputs} for id, (kind, inputs) in graph.items()})

    assert (found.prompt, found.negative_prompt, found.model) == ("an owl", "", "flux1-dev.safetensors")
    assert (found.seed, found.steps, found.guidance, found.sampler) == (77, 28, 3.5, "euler")
    assert (found.width, found.height) == (1024, 832)
    assert [f"{one.name}: {one.value}" for one in found.others] == ["scheduler: simple"]


def test_the_first_of_two_samplers_counts() -> None:
    """A second sampler that refines an enlarged image doesn't hide the options of the first one."""
    graph = changed(
        n8=("VAEDecode", {"samples": ["20", 0]}),
        n20=("KSampler", {**GRAPH["3"]["inputs"], "seed": 5, "steps": 9, "denoise": 0.4, "latent_image": ["21", 0]}),
        n21=("LatentUpscale", {"samples": ["3", 0], "width": 1024, "height": 1536}),
    )

    found = read(graph)

    assert (found.seed, found.steps, found.width, found.height) == (1234, 20, 512, 768)


def test_a_sampler_that_the_image_does_not_depend_on() -> None:
    """Samplers of other images in the same graph are ignored."""
    other = {"class_type": "KSampler", "inputs": {**GRAPH["3"]["inputs"], "seed": 5}}

    assert read({"0": other, **GRAPH, "99": other}).seed == 1234


def test_values_of_other_nodes() -> None:
    """Values that are links are read from the nodes that they lead to, also past nodes that pass them on."""
    graph = changed(
        n3=("KSampler", {"seed": ["30", 0], "steps": ["31", 0]}),
        n30=("Seed (rgthree)", {"seed": 99}),
        n31=("PrimitiveInt", {"value": ["32", 0]}),
        n32=("Int", {"Number": "12"}),
        n6=("CLIPTextEncode", {"text": ["33", 0]}),
        n33=("StringConcatenate", {"string_a": ["34", 0], "string_b": "at night", "delimiter": ", "}),
        n34=("PrimitiveString", {"value": "an owl"}),
    )

    found = read(graph)

    assert (found.seed, found.steps) == (99, 12)
    assert set(found.prompt.split(", ")) == {"an owl", "at night"}


def test_conditionings_that_are_combined_or_controlled() -> None:
    """Texts are found behind ControlNet and combined conditionings, each on its own side."""
    graph = changed(
        n3=("KSampler", {"positive": ["40", 0], "negative": ["40", 1]}),
        n40=("ControlNetApplyAdvanced", {"positive": ["41", 0], "negative": ["43", 0], "control_net": ["44", 0]}),
        n41=("ConditioningCombine", {"conditioning_1": ["6", 0], "conditioning_2": ["42", 0]}),
        n42=("CLIPTextEncodeSDXL", {"text_g": "at night", "text_l": "at night", "clip": ["4", 1]}),
        n43=("ConditioningZeroOut", {"conditioning": ["6", 0]}),
        n44=("ControlNetLoader", {"control_net_name": "canny"}),
    )

    found = read(graph)

    assert (found.prompt, found.negative_prompt) == ("a red fox, in the snow, at night", "")
    assert {one.value for one in found.others} >= {"ControlNetApplyAdvanced", "ControlNetLoader"}


def test_loops_end() -> None:
    """Links that form a loop are followed once."""
    graph = changed(
        n3=("KSampler", {"seed": ["50", 0], "model": ["50", 0], "positive": ["51", 0], "latent_image": ["3", 0]}),
        n50=("Loop", {"value": ["50", 0], "model": ["50", 0]}),
        n51=("Reroute", {"": ["51", 0]}),
    )

    found = read(graph)

    assert (found.seed, found.model, found.prompt, found.width) == (None, "", "", None)


def test_an_image_made_from_another() -> None:
    """Without an empty image the size is unknown, and the denoising strength is named."""
    found = read(
        changed(
            n3=("KSampler", {"denoise": 0.6}),
            n5=("VAEEncode", {"pixels": ["60", 0], "width": None}),
            n60=("LoadImage", {"image": "fox.png"}),
        )
    )

    assert found.seed == 1234
    assert {"denoise: 0.6", "Node: LoadImage"} <= {f"{one.name}: {one.value}" for one in found.others}


def test_a_graph_without_a_sampler() -> None:
    """A graph that only changes an image has no parameters."""
    graph = {"1": {"class_type": "SaveImage", "inputs": {"images": ["2", 0]}}}

    assert read_file(png_with({"prompt": json.dumps(graph)})).parameters is None
