"""Logs as named events with facts.  Never a prompt, never a key."""

from __future__ import annotations

import json
import logging

log = logging.getLogger("inference_service")


def event(name: str, /, **facts: object) -> None:
    """One line per event: a fixed name to search for, then its facts."""
    log.info("%s %s", name, json.dumps(facts, default=str, sort_keys=True))
