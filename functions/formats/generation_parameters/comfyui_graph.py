"""The graph of ComfyUI: nodes by ID, each with its class and inputs. An input is a value or a link to another node.

The `prompt` of a file has this form. Its `workflow` is the graph as the editor saves it: there, values have an order
instead of names, so it is read only for nodes that ship with ComfyUI.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

MOST_NODES = 2000
MOST_INPUTS = 200  # of one node

# Names of the values of a node in the order of the editor. A seed is followed by what happens to it after each run.
_WIDGETS: Mapping[str, tuple[str, ...]] = {
    "KSampler": ("seed", "after", "steps", "cfg", "sampler_name", "scheduler", "denoise"),
    "KSamplerAdvanced": ("add_noise", "noise_seed", "after", "steps", "cfg", "sampler_name", "scheduler"),
    "SamplerCustom": ("add_noise", "noise_seed", "after", "cfg"),
    "RandomNoise": ("noise_seed", "after"),
    "KSamplerSelect": ("sampler_name",),
    "BasicScheduler": ("scheduler", "steps", "denoise"),
    "CFGGuider": ("cfg",),
    "FluxGuidance": ("guidance",),
    "CLIPTextEncode": ("text",),
    "CheckpointLoaderSimple": ("ckpt_name",),
    "UNETLoader": ("unet_name", "weight_dtype"),
    "LoraLoader": ("lora_name", "strength_model", "strength_clip"),
    "LoraLoaderModelOnly": ("lora_name", "strength_model"),
    "EmptyLatentImage": ("width", "height", "batch_size"),
    "EmptySD3LatentImage": ("width", "height", "batch_size"),
    "PrimitiveString": ("value",),
    "PrimitiveStringMultiline": ("value",),
    "PrimitiveInt": ("value",),
    "PrimitiveFloat": ("value",),
}
_LEFT_OUT_MODES = (2, 4)  # of the editor: muted and bypassed


@dataclass(frozen=True)
class Link:
    """A link to an output of another node."""

    node: str
    output: int


@dataclass(frozen=True)
class Node:
    """A node with its values and links by name."""

    id: str
    kind: str
    inputs: Mapping[str, Any]

    def link(self, name: str) -> Link | None:
        """Return the link of an input, or None if it has none."""
        return link_of(self.inputs.get(name))

    @property
    def links(self) -> Iterator[Link]:
        """Yield all links of the node in the order of its inputs."""
        for value in self.inputs.values():
            if (link := link_of(value)) is not None:
                yield link


Graph = Mapping[str, Node]


def link_of(value: object) -> Link | None:
    """Return the link that an input consists of, or None if it is a value."""
    if isinstance(value, Link):
        return value
    if isinstance(value, list) and len(value) == 2 and isinstance(value[0], str | int) and isinstance(value[1], int):
        return Link(str(value[0]), value[1])
    return None


def graph_of_prompt(prompt: Mapping[str, Any]) -> Graph:
    """Return the graph in a `prompt`. Entries that aren't nodes are left out."""
    nodes = {}
    for id, node in list(prompt.items())[:MOST_NODES]:
        if isinstance(node, dict) and isinstance(node.get("inputs"), dict):
            inputs = dict(islice(node["inputs"].items(), MOST_INPUTS))
            nodes[str(id)] = Node(str(id), str(node.get("class_type", "")), inputs)
    return nodes


def graph_of_workflow(workflow: Mapping[str, Any]) -> Graph:
    """Return the graph in a `workflow`. Values of nodes that don't ship with ComfyUI are left out."""
    links: dict[Any, Link] = {}
    for entry in _list(workflow.get("links")):
        if isinstance(entry, list) and len(entry) >= 3 and isinstance(entry[0], int | str):
            links[entry[0]] = Link(str(entry[1]), entry[2] if isinstance(entry[2], int) else 0)
    nodes = {}
    for node in _list(workflow.get("nodes"))[:MOST_NODES]:
        if isinstance(node, dict) and node.get("mode") not in _LEFT_OUT_MODES:
            id, kind = str(node.get("id")), str(node.get("type", ""))
            values = dict(zip(_WIDGETS.get(kind, ()), _list(node.get("widgets_values")), strict=False))
            nodes[id] = Node(id, kind, values | _linked_inputs(node, links))
    return nodes


def _linked_inputs(node: Mapping[str, Any], links: Mapping[Any, Link]) -> dict[str, Link]:
    found = {}
    for entry in _list(node.get("inputs"))[:MOST_INPUTS]:
        number = entry.get("link") if isinstance(entry, dict) else None
        if isinstance(number, int | str) and number in links:
            found[str(entry.get("name"))] = links[number]
    return found


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
