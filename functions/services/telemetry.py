"""Named events with facts: one line each, easy to search, free of prompts, keys and signed URLs."""

from __future__ import annotations

import json
import logging

log = logging.getLogger("auto_image_gen")


def event(name: str, **facts: object) -> None:
    """Log one thing that happened: a fixed name to search for, then its facts."""
    log.info("%s %s", name, json.dumps(facts, default=str, sort_keys=True))


def failure(name: str, error: BaseException, **facts: object) -> None:
    """Log one thing that went wrong: the error's kind and where it was raised, never its text.

    Error texts may quote what a person wrote or a signed address.
    """
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
    facts |= {"error": type(error).__name__, "where": where}
    log.warning("%s %s", name, json.dumps(facts, default=str, sort_keys=True))
