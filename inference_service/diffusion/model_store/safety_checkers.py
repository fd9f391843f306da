"""Safety checkers, which decide whether a generated image must be blocked, and why."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from PIL.Image import Image

from inference_service.config.model_sources import STARTER_NAME, Source, source
from inference_service.config.settings import Settings
from inference_service.diffusion.model_store.loading import fetched_folder
from inference_service.engine import SafetyVerdict
from inference_service.models.model_folder import ModelFolder

# Pinned, so that changes to a repository don't change the decisions. CompVis has safetensors only in this revision.
FALCONSAI = Source("Falconsai/nsfw_image_detection", "04367978d3474804ab1a00a9bd6548b741764069")
COMPVIS = Source("CompVis/stable-diffusion-safety-checker", "refs/pr/41")
FILES = ("*.json", "*.safetensors")
HARMLESS = frozenset({"normal", "safe", "sfw", "neutral"})  # Names of classes that aren't blocked.
REMEDY = "To serve images without a safety check, set SAFETY_CHECKER=off."


class CheckerMissing(Exception):
    """The safety checker couldn't be loaded. The message contains a remedy."""


class SafetyChecker(Protocol):
    """Checks images. Implemented by `Classifier` (Falconsai and similar) and `ConceptChecker` (CompVis)."""

    def check(self, images: Sequence[Image]) -> list[SafetyVerdict | None]:
        """Return a verdict for each blocked image and None for others, in one pass over all images."""
        ...


def kind_of(folder: ModelFolder, settings: Settings) -> str:
    """Return `falconsai`, `compvis`, or `off` for this model."""
    if settings.safety_checker != "auto":
        return settings.safety_checker
    if folder.source.text == STARTER_NAME:
        return "off"
    if folder.source.folder is None:
        return "falconsai"
    return "compvis" if _own_checker(folder) is not None else "off"


def checker_of(
    folder: ModelFolder, settings: Settings, device: str, made: dict[Path, SafetyChecker]
) -> SafetyChecker | None:
    """Return the model's checker; models with the same checker weights share one (`made`).

    Returns None if images aren't checked. Raises CheckerMissing if the checker can't be loaded.
    """
    kind = kind_of(folder, settings)
    if kind == "off":
        return None
    # The checker runs beside the engine thread, and Apple's GPUs accept work from one thread only.
    device = "cpu" if device == "mps" else device
    try:
        weights, processor = checker_files(folder, settings)
        if weights not in made:
            made[weights] = (
                Classifier(weights, device, threshold=settings.safety_threshold)
                if kind == "falconsai"
                else ConceptChecker(weights, processor, device)
            )
        return made[weights]
    except Exception as exc:
        reason = str(exc).strip().splitlines()[0] if str(exc).strip() else type(exc).__name__
        raise CheckerMissing(f"Couldn't load safety checker {kind}: {reason.rstrip('.')}. {REMEDY}") from exc


def checker_files(folder: ModelFolder, settings: Settings) -> tuple[Path, Path]:
    """Return the folders of the checker's weights and of its image processor, downloaded if necessary."""
    kind = kind_of(folder, settings)
    own = _own_checker(folder) if kind == "compvis" and not settings.safety_model else None
    if own is not None:
        return own, folder.path / "feature_extractor"
    named = source(settings.safety_model) if settings.safety_model else FALCONSAI if kind == "falconsai" else COMPVIS
    path = fetched_folder(named, FILES)
    return path, path


class Classifier:
    """Image classifier. The harmful class with the highest score decides if it reaches the threshold."""

    def __init__(self, weights: Path, device: str, *, threshold: float) -> None:
        from transformers import AutoModelForImageClassification

        self._device = device
        self._threshold = threshold
        self._processor = _processor(weights)
        model: Any = AutoModelForImageClassification.from_pretrained(
            weights, use_safetensors=True, local_files_only=True
        )
        self._model = model.to(device).eval()
        self._labels = {number: label.lower() for number, label in model.config.id2label.items()}
        if not HARMLESS.intersection(self._labels.values()):
            names = ", ".join(self._labels.values())
            raise ValueError(f"none of its classes ({names}) is named {' or '.join(sorted(HARMLESS))}.")

    def check(self, images: Sequence[Image]) -> list[SafetyVerdict | None]:
        pixels = self._processor(images=list(images), return_tensors="pt")["pixel_values"]
        scores = self._model(pixels.to(self._device)).logits.float().softmax(dim=-1).tolist()
        return [self._verdict(row) for row in scores]

    def _verdict(self, scores: Sequence[float]) -> SafetyVerdict | None:
        harmful = {label: scores[number] for number, label in self._labels.items() if label not in HARMLESS}
        category = max(harmful, key=lambda label: harmful[label])
        if harmful[category] < self._threshold:
            return None
        return SafetyVerdict(category=category, score=round(harmful[category], 4))


class ConceptChecker:
    """Stable Diffusion's checker: compares the distance to 17 concepts with thresholds; 3 more concepts lower them.

    The concepts have no names. arXiv 2210.04610 found them to be sexual.
    """

    def __init__(self, weights: Path, processor: Path, device: str) -> None:
        from diffusers.pipelines.stable_diffusion.safety_checker import StableDiffusionSafetyChecker

        self._device = device
        self._processor = _processor(processor)
        model: Any = StableDiffusionSafetyChecker.from_pretrained(weights, use_safetensors=True, local_files_only=True)
        self._model = model.to(device).eval()

    def check(self, images: Sequence[Image]) -> list[SafetyVerdict | None]:
        pixels = self._processor(images=list(images), return_tensors="pt")["pixel_values"].to(self._device)
        return [SafetyVerdict(category="nsfw", score=score) if score > 0 else None for score in self._scores(pixels)]

    def _scores(self, pixels: Any) -> list[float]:
        """Return the scores of diffusers' own forward, which would return only a decision and blacken the image."""
        import torch.nn.functional as nn

        model = self._model
        seen = nn.normalize(model.visual_projection(model.vision_model(pixels)[1]))
        special = seen @ nn.normalize(model.special_care_embeds).T - model.special_care_embeds_weights
        excess = seen @ nn.normalize(model.concept_embeds).T - model.concept_embeds_weights
        alert = 0.01 * (special > 0.0005).any(dim=1, keepdim=True)  # diffusers rounds to three digits.
        return [round(score, 3) for score in (excess + alert).amax(dim=1).tolist()]


def _processor(folder: Path) -> Any:
    import transformers

    auto: Any = transformers.AutoImageProcessor
    return auto.from_pretrained(folder, backend="pil", local_files_only=True)


def _own_checker(folder: ModelFolder) -> Path | None:
    path = folder.path / "safety_checker"
    return path if folder.has("safety_checker") and any(path.glob("*.safetensors")) else None
