"""Log events with a name and properties, without prompts or keys."""

from __future__ import annotations

import json
import logging

log = logging.getLogger("inference_service")


def event(name: str, /, **facts: object) -> None:
    """Write one line with a fixed name and the properties as JSON."""
    log.info("%s %s", name, json.dumps(facts, default=str, sort_keys=True))
