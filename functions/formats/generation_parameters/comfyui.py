"""Generation parameters in a graph of ComfyUI, found from the node that saves the image.

From there, the links lead to samplers, and from the first sampler to its text encoders, model, and size. Nodes of
extensions are followed if they name their inputs like ComfyUI's own, and named as settings if they don't.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from functions.formats.generation_parameters.comfyui_graph import (
    Graph,
    Link,
    Node,
    graph_of_prompt,
    graph_of_workflow,
    link_of,
)
from functions.formats.generation_parameters.values import limited, number, setting, text, whole
from functions.models.generation_parameters import GenerationParameters, Program, Setting

MOST_SOURCES = 100  # nodes that one text, or all texts of one side, can come from

_TEXTS = ("text", "text_g", "text_l", "clip_l", "t5xxl", "prompt", "populated_text", "positive_prompt")
_STRINGS = ("value", "string", *_TEXTS, "string_a", "string_b", "text_a", "text_b", "text1", "text2")
_VALUES = ("value", "int", "float", "number", "seed", "noise_seed", "Number")
_PASSING = ("conditioning", "conditioning_1", "conditioning_2", "conditioning_to", "conditioning_from")
_CONTROLS = ("guider", "sigmas", "sampler", "noise")  # of SamplerCustomAdvanced
_MODELS = ("ckpt_name", "unet_name", "model_name")
_SIZES = (("width", "height"), ("empty_latent_width", "empty_latent_height"))
_LATENTS = ("latent_image", "latent", "samples")
_UNDERSTOOD = (
    *("Sampler", "Scheduler", "Guider", "FluxGuidance", "RandomNoise", "CLIPTextEncode", "Conditioning", "CLIPLoader"),
    *("CheckpointLoader", "UNETLoader", "LoraLoader", "VAE", "Empty", "SaveImage", "PreviewImage", "Primitive"),
    *("CLIPSetLastLayer", "ModelSampling", "StringConcatenate", "Reroute", "Note"),
)


def read_comfyui(texts: Mapping[str, dict[str, Any]]) -> GenerationParameters | None:
    """Return the parameters in the objects `prompt` and `workflow` of a file, or None without a sampler."""
    for graph in (graph_of_prompt(texts.get("prompt", {})), graph_of_workflow(texts.get("workflow", {}))):
        reader = _Reader(graph)
        sampler = reader.first_sampler()
        if sampler is not None:
            return reader.parameters(sampler)
    return None


class _Reader:
    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def first_sampler(self) -> Node | None:
        """Return the sampler that is farthest from the node that saves the image: others refine its result."""
        ends = [node for node in self._graph.values() if "images" in node.inputs and "Save" in node.kind]
        ends = ends or [node for node in self._graph.values() if "images" in node.inputs]
        order = list(self._upstream(ends[0])) if ends else list(self._graph.values())
        samplers = [node for node in order if _is_sampler(node)]
        return samplers[-1] if samplers else None

    def parameters(self, sampler: Node) -> GenerationParameters:
        parts = [sampler, *(node for name in _CONTROLS if (node := self._at(sampler.link(name))) is not None)]
        positive = self._conditioning(parts, ("positive", "conditioning"))
        guidance = self._guidance(parts)
        model, loras = self._model(parts)
        width, height = self._size(sampler)
        return GenerationParameters(
            program=Program.COMFYUI,
            prompt=self._encoded(positive, "positive"),
            negative_prompt=self._encoded(self._conditioning(parts, ("negative",)), "negative"),
            model=model,
            sampler=text(self._value(parts, "sampler_name")),
            width=width,
            height=height,
            steps=whole(self._value(parts, "steps")),
            guidance=number(self._value(parts, "cfg")) if guidance is None else guidance,
            seed=whole(self._value(parts, "seed", "noise_seed")),
            others=limited([*self._settings(parts), *loras, *self._others()]),
        )

    def _conditioning(self, parts: list[Node], names: tuple[str, ...]) -> Link | None:
        return next((link for part in parts for name in names if (link := part.link(name)) is not None), None)

    def _encoded(self, start: Link | None, side: str) -> str:
        """Return the texts of all text encoders that a conditioning comes from."""
        found: list[str] = []
        seen: set[str] = set()
        waiting = deque([start] if start is not None else [])
        while waiting and len(seen) < MOST_SOURCES:
            link = waiting.popleft()
            node = self._at(link)
            if node is None or node.id in seen or node.kind == "ConditioningZeroOut":
                continue
            seen.add(node.id)
            texts = [self._string(node.inputs[name]) for name in _TEXTS if name in node.inputs]
            if isinstance(node.inputs.get(side), str):  # a loader with prompts
                texts.append(text(node.inputs[side]))
            if texts:
                found += [one for one in texts if one]
                continue
            # A node with both conditionings returns the positive one first.
            both = ("positive", "negative")[min(link.output, 1)] if node.link("negative") else side
            names = (both, *_PASSING)
            waiting += [onward for name in names if (onward := node.link(name)) is not None]
        return ", ".join(dict.fromkeys(found))

    def _guidance(self, parts: list[Node]) -> float | None:
        """Return the guidance scale of FLUX, which is part of its conditioning."""
        start = self._at(self._conditioning(parts, ("positive", "conditioning")))
        nodes = self._upstream(start) if start else iter(())
        return next(
            (number(self._resolved(node.inputs["guidance"])) for node in nodes if "guidance" in node.inputs), None
        )

    def _model(self, parts: list[Node]) -> tuple[str, list[Setting]]:
        """Return the model's file name without folder, and its LoRAs."""
        loras: list[Setting] = []
        seen: set[str] = set()
        node = next((self._at(link) for part in parts if (link := part.link("model")) is not None), None)
        while node is not None and node.id not in seen:
            seen.add(node.id)
            if name := text(node.inputs.get("lora_name")):
                loras.append(setting("LoRA", f"{name}:{node.inputs.get('strength_model', 1)}"))
            for name in _MODELS:
                if found := text(self._resolved(node.inputs.get(name))):
                    return found.replace("\\", "/").rpartition("/")[2], loras
            node = self._at(node.link("model") or next(node.links, None))
        return "", loras

    def _size(self, sampler: Node) -> tuple[int | None, int | None]:
        """Return the size of the empty image that the sampler starts from, or nothing if it starts from another one."""
        node: Node | None = sampler
        seen: set[str] = set()
        while node is not None and node.id not in seen:
            seen.add(node.id)
            for width, height in _SIZES:
                if {width, height} <= node.inputs.keys():
                    return whole(self._resolved(node.inputs[width])), whole(self._resolved(node.inputs[height]))
            node = next((found for name in _LATENTS if (found := self._at(node.link(name))) is not None), None)
        return None, None

    def _settings(self, parts: list[Node]) -> Iterator[Setting]:
        for name in ("scheduler", "denoise"):
            value = self._value(parts, name)
            if value is not None and value not in (1, 1.0, "normal"):
                yield setting(name, value)

    def _others(self) -> Iterator[Setting]:
        """Yield the nodes that aren't understood."""
        for node in self._graph.values():
            if not any(part in node.kind for part in _UNDERSTOOD):
                yield setting("Node", node.kind)

    def _value(self, parts: list[Node], *names: str) -> Any:
        """Return the first value with one of these names in the sampler and the nodes that control it."""
        found = (self._resolved(part.inputs[name]) for part in parts for name in names if name in part.inputs)
        return next((value for value in found if value is not None), None)

    def _resolved(self, value: Any) -> Any:
        """Return a value, or that of the node that it is linked to. Return None if that node has none."""
        seen: set[str] = set()
        while (node := self._at(link_of(value))) is not None and node.id not in seen:
            seen.add(node.id)
            value = next((node.inputs[name] for name in _VALUES if name in node.inputs), next(node.links, None))
        return None if isinstance(value, Link | list | dict) else value

    def _string(self, value: Any) -> str:
        """Return a text, or the texts of the nodes that it is linked to."""
        start = self._at(link_of(value))
        if start is None:
            return text(value)
        found: list[str] = []
        for node in islice(self._upstream(start), MOST_SOURCES):
            found += [one for name in _STRINGS if (one := text(node.inputs.get(name)))]
        return ", ".join(dict.fromkeys(found))

    def _upstream(self, start: Node) -> Iterator[Node]:
        """Yield a node and all nodes that it depends on, the nearest first."""
        seen = {start.id}
        waiting = deque([start])
        while waiting:
            node = waiting.popleft()
            yield node
            for link in node.links:
                onward = self._at(link)
                if onward is not None and onward.id not in seen:
                    seen.add(onward.id)
                    waiting.append(onward)

    def _at(self, link: Link | None) -> Node | None:
        """Return the node at the other end of a link, past nodes that only pass it on."""
        node = self._graph.get(link.node) if link is not None else None
        seen: set[str] = set()
        while node is not None and node.kind.startswith("Reroute") and node.id not in seen:
            seen.add(node.id)
            onward = next(node.links, None)
            node = self._graph.get(onward.node) if onward is not None else None
        return node


def _is_sampler(node: Node) -> bool:
    conditioned = node.link("positive") is not None or node.link("guider") is not None
    latent = any(node.link(name) is not None for name in _LATENTS)
    return conditioned and latent
