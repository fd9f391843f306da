"""Image files as other programs write them: text chunks of PNG files, and Exif data of JPEG and WebP files."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo

INFOTEXT = (
    "a red fox <lora:ink:0.8>, in the snow\nNegative prompt: blurry, text\n"
    "Steps: 20, Sampler: Euler, Schedule type: Karras, CFG scale: 7.5, Seed: 1234, Size: 512x768, "
    "Model hash: 31e35c80fc, Model: test-model, Clip skip: 2, Version: v1.10.1"
)

GRAPH: dict[str, Any] = {
    "3": {
        "class_type": "KSampler",
        "inputs": {
            **{"seed": 1234, "steps": 20, "cfg": 7.5, "sampler_name": "euler", "scheduler": "karras", "denoise": 1.0},
            **{"model": ["10", 0], "positive": ["6", 0], "negative": ["7", 0], "latent_image": ["5", 0]},
        },
    },
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "sd/test-model.safetensors"}},
    "5": {"class_type": "EmptyLatentImage", "inputs": {"width": 512, "height": 768, "batch_size": 1}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a red fox, in the snow", "clip": ["10", 1]}},
    "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "blurry, text", "clip": ["10", 1]}},
    "8": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0], "vae": ["4", 2]}},
    "9": {"class_type": "SaveImage", "inputs": {"filename_prefix": "ComfyUI", "images": ["12", 0]}},
    "10": {
        "class_type": "LoraLoader",
        "inputs": {
            **{"lora_name": "ink.safetensors", "strength_model": 0.8, "strength_clip": 1.0},
            **{"model": ["4", 0], "clip": ["4", 1]},
        },
    },
    "12": {"class_type": "FaceDetailer", "inputs": {"image": ["8", 0]}},
}

INVOKEAI = {
    **{"app_version": "5.4.2", "generation_mode": "txt2img", "positive_prompt": "a red fox, in the snow"},
    **{"negative_prompt": "blurry, text", "width": 512, "height": 768, "seed": 1234, "rand_device": "cpu"},
    **{"cfg_scale": 7.5, "cfg_rescale_multiplier": 0.0, "steps": 20, "scheduler": "euler", "clip_skip": 0},
    "model": {"key": "0cb4", "hash": "blake3:1e", "name": "test-model", "base": "sd-1", "type": "main"},
    "loras": [{"model": {"key": "1", "name": "ink", "type": "lora"}, "weight": 0.8}],
}

SWARMUI = {
    "sui_image_params": {
        **{"prompt": "a red fox, in the snow<lora:ink:0.8>", "negativeprompt": "blurry, text"},
        **{"model": "sd/test-model", "seed": 1234, "steps": 20, "cfgscale": 7.5, "aspectratio": "Custom"},
        **{"width": 512, "height": 768, "sampler": "euler", "scheduler": "karras", "swarm_version": "0.9.7.0"},
    },
    "sui_extra_data": {"date": "2025-03-09", "generation_time": "1.2 (prep) and 3.4 (gen) seconds"},
    "sui_models": [{"name": "sd/test-model.safetensors", "param": "model", "hash": "0x31e3"}],
}

FOOOCUS = {
    **{
        "base_model": "test-model",
        "base_model_hash": "31e35c80fc",
        "guidance_scale": 7.5,
        "metadata_scheme": "fooocus",
    },
    **{"negative_prompt": "blurry, text", "performance": "Speed", "prompt": "a red fox, in the snow"},
    **{"full_prompt": ["a red fox, in the snow"], "resolution": "(512, 768)", "sampler": "euler", "seed": "1234"},
    **{"steps": 20, "scheduler": "karras", "styles": "['Fooocus V2']", "version": "Fooocus v2.5.5"},
}
FOOOCUS_INFOTEXT = (
    "a red fox, in the snow\nNegative prompt: blurry, text\n"
    "Steps: 20, Sampler: Euler, Seed: 1234, Size: 512x768, CFG scale: 7.5, Sharpness: 2.0, "
    'Model: test-model, Model hash: 31e35c80fc, Performance: Speed, Raw prompt: "a fox", Version: Fooocus v2.5.5'
)


def png_with(texts: Mapping[str, str], *, color: str = "#c8280a") -> bytes:
    """A PNG file with these text chunks."""
    info, file = PngInfo(), io.BytesIO()
    for keyword, text in texts.items():
        info.add_text(keyword, text)
    Image.new("RGB", (64, 96), color).save(file, "PNG", pnginfo=info)
    return file.getvalue()


def with_comment(comment: str, kind: str = "JPEG", *, color: str = "#c8280a", taken: str = "") -> bytes:
    """A JPEG or WebP file with a user comment as A1111 writes it, and a time such as `2025:03:09 12:00:00`."""
    exif, file = Image.Exif(), io.BytesIO()
    tags = exif.get_ifd(0x8769)
    tags[0x9286] = b"UNICODE\0" + comment.encode("utf-16-be")
    if taken:
        tags[0x9003] = taken
    Image.new("RGB", (64, 96), color).save(file, kind, exif=exif)
    return file.getvalue()


def with_exif(tags: Mapping[int, str], kind: str = "WEBP") -> bytes:
    """A JPEG or WebP file whose first directory has these tags, as ComfyUI and Fooocus write it with Pillow."""
    exif, file = Image.Exif(), io.BytesIO()
    for number, text in tags.items():
        exif[number] = text
    Image.new("RGB", (64, 96), "#c8280a").save(file, kind, exif=exif)
    return file.getvalue()


def program_files() -> dict[str, bytes]:
    """A file of each program in each of the forms that it writes, by name. All have the same parameters."""
    graph, fooocus = json.dumps(GRAPH), json.dumps(FOOOCUS)
    return {
        "a1111.png": png_with({"parameters": INFOTEXT}),
        "a1111.jpg": with_comment(INFOTEXT),
        "a1111.webp": with_comment(INFOTEXT, "WEBP"),
        "comfyui.png": png_with({"prompt": graph, "workflow": json.dumps(WORKFLOW)}),
        "comfyui.webp": with_exif({0x0110: f"prompt:{graph}", 0x010F: f"workflow:{json.dumps(WORKFLOW)}"}),
        "comfyui-workflow.png": png_with({"workflow": json.dumps(WORKFLOW)}),
        "invokeai.png": png_with({"invokeai_metadata": json.dumps(INVOKEAI), "invokeai_graph": "{}"}),
        "swarmui.png": png_with({"parameters": json.dumps(SWARMUI, indent=2)}),
        "swarmui.jpg": with_comment(json.dumps(SWARMUI)),
        "fooocus.png": png_with({"parameters": fooocus, "fooocus_scheme": "fooocus"}),
        "fooocus.jpg": with_exif({0x9286: fooocus, 0x0131: "Fooocus v2.5.5", 0x927C: "fooocus"}, "JPEG"),
        "fooocus-a1111.png": png_with({"parameters": FOOOCUS_INFOTEXT, "fooocus_scheme": "a1111"}),
        "fooocus-a1111.webp": with_exif({0x9286: FOOOCUS_INFOTEXT, 0x927C: "a1111"}),
    }


WORKFLOW: dict[str, Any] = {
    "last_node_id": 10,
    "nodes": [
        {
            **{"id": 3, "type": "KSampler", "mode": 0},
            "widgets_values": [1234, "randomize", 20, 7.5, "euler", "karras", 1],
            "inputs": [
                {"name": name, "link": link}
                for name, link in (("model", 1), ("positive", 2), ("negative", 3), ("latent_image", 4))
            ],
        },
        {"id": 4, "type": "CheckpointLoaderSimple", "widgets_values": ["sd/test-model.safetensors"]},
        {"id": 5, "type": "EmptyLatentImage", "widgets_values": [512, 768, 1]},
        {"id": 6, "type": "CLIPTextEncode", "widgets_values": ["a red fox, in the snow"]},
        {"id": 7, "type": "CLIPTextEncode", "widgets_values": ["blurry, text"]},
        {"id": 8, "type": "VAEDecode", "inputs": [{"name": "samples", "link": 5}, {"name": "vae", "link": 6}]},
        {"id": 9, "type": "SaveImage", "inputs": [{"name": "images", "link": 7}]},
    ],
    "links": [
        *([1, 4, 0, 3, 0, "MODEL"], [2, 6, 0, 3, 1, "CONDITIONING"], [3, 7, 0, 3, 2, "CONDITIONING"]),
        *([4, 5, 0, 3, 3, "LATENT"], [5, 3, 0, 8, 0, "LATENT"], [6, 4, 2, 8, 1, "VAE"], [7, 8, 0, 9, 0, "IMAGE"]),
    ],
}
