"""Download all configured weights: `python -m inference_service.fetch`, run while an image is built.

Afterwards, the service can start from the Hugging Face cache (HF_HOME) without a network.
"""

from __future__ import annotations

import sys

from inference_service.config.settings import Settings
from inference_service.diffusion.model_store.loading import fetched_lora, fetched_model, silence_library_logs
from inference_service.diffusion.model_store.safety_checkers import checker_files, kind_of
from inference_service.errors import SettingsError
from inference_service.models.model_folder import NotAModel
from inference_service.wsgi import load_settings


def main() -> None:
    try:
        settings = load_settings()
    except SettingsError as exc:
        sys.exit(f"Download failed: {exc}")
    try:
        fetch(settings)
    except (OSError, ValueError, NotAModel) as exc:
        sys.exit(f"Some files couldn't be downloaded: {str(exc).strip().splitlines()[0]}")


def fetch(settings: Settings) -> None:
    """Download models, their safety checkers, and LoRAs. Folders are only checked."""
    if any(source.folder is None for source in settings.model_sources):
        silence_library_logs()  # Imports torch, which folders don't need.
    for source in settings.model_sources:
        folder = fetched_model(source, settings)
        print(f"{source}: {folder.path}")
        if kind_of(folder, settings) != "off":
            print(f"safety checker: {checker_files(folder, settings)[0]}")
    for lora in settings.lora_sources:
        print(f"{lora.name}: {fetched_lora(lora)}")


if __name__ == "__main__":
    main()
