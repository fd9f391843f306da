"""The API of the earlier library, called as the host calls it."""

from __future__ import annotations

from tests.functions.api.conftest import api

__all__ = ["api"]
