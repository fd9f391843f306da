"""The backup of everything in the catalog that isn't derived from images: one JSON file beside the images."""

from __future__ import annotations

from functions.models.album import Album
from functions.models.document import SCHEMA_VERSION, Value
from functions.models.library import LibrarySettings, Preset, SavedSearch
from functions.models.schedule import Schedule

NAME = "library.json"  # in the container `sidecars`


class Backup(Value):
    """Settings, schedules with their publications and webhooks, presets, saved searches, and albums."""

    schema_version: int = SCHEMA_VERSION
    settings: LibrarySettings
    schedules: tuple[Schedule, ...]
    presets: tuple[Preset, ...]
    searches: tuple[SavedSearch, ...]
    albums: tuple[Album, ...] = ()  # backups of version 0.1.0 have none
