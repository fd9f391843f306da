"""Webhook signatures follow the Standard Webhooks specification."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

from functions.policy.security.webhook_signature import new_secret, signed_headers

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_the_standards_own_example() -> None:
    """The example of the specification is signed byte for byte."""
    headers = signed_headers(
        SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}', now=datetime.fromtimestamp(1614265330, UTC)
    )

    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_secrets_are_fresh_and_long() -> None:
    """A secret has 24 to 64 bytes and is always new."""
    secrets = {new_secret() for _ in range(100)}

    assert len(secrets) == 100
    assert all(24 <= len(base64.b64decode(secret.removeprefix("whsec_"))) <= 64 for secret in secrets)
