"""Download every weight that the settings name: `python -m inference_service.fetch`, while an image is built.

What is in the hub's cache (HF_HOME) afterwards is all that the service needs to start without a network.
"""

from __future__ import annotations

import sys

from inference_service.config.settings import Settings
from inference_service.diffusion.model_store.loading import fetched_lora, fetched_model, quieten
from inference_service.diffusion.model_store.safety_checkers import checker_files, kind_of
from inference_service.errors import SettingsError
from inference_service.models.model_folder import NotAModel
from inference_service.wsgi import settings


def main() -> None:
    try:
        chosen = settings()
    except SettingsError as exc:
        sys.exit(f"Nothing is fetched: {exc}")
    quieten()
    try:
        fetch(chosen)
    except (OSError, ValueError, NotAModel) as exc:
        sys.exit(f"Not everything could be fetched: {str(exc).strip().splitlines()[0]}")


def fetch(chosen: Settings) -> None:
    """Models, their safety checkers and LoRAs; what lies in a folder already is only looked at."""
    for source in chosen.model_sources:
        folder = fetched_model(source, chosen)
        print(f"{source}: {folder.path}")
        if kind_of(folder, chosen) != "off":
            print(f"safety checker: {checker_files(folder, chosen)[0]}")
    for lora in chosen.lora_sources:
        print(f"{lora.name}: {fetched_lora(lora)}")


if __name__ == "__main__":
    main()
