"""Sign webhooks with HMAC-SHA256 over ID, time, and body. All functions are pure.

The format is that of Standard Webhooks (https://www.standardwebhooks.com).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime

PREFIX = "whsec_"
SECRET_BYTES = 32


def new_secret() -> str:
    """Return a new secret in the format of Standard Webhooks."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed_headers(secret: str, id: str, body: bytes, *, now: datetime) -> Mapping[str, str]:
    """Return the three headers of one event. `id` stays the same when the event is sent again."""
    timestamp = str(int(now.timestamp()))
    return {
        "webhook-id": id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{signature(secret, id, timestamp, body)}",
    }


def signature(secret: str, id: str, timestamp: str, body: bytes) -> str:
    """Return the Base64-encoded signature of one event."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = b".".join((id.encode(), timestamp.encode(), body))
    return base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
