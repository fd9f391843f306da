"""Response schemas of webhooks. They never contain URLs, and a secret only once."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, Field

from functions.api.schemas.responses import WebhookView, shown
from functions.models.document import Instant
from functions.models.history import Delivery


class WebhookSetView(WebhookView):
    secret: str | None = Field(description="Signing secret (Standard Webhooks). Returned only when it is created.")


class DeliveryView(Delivery):
    owner: str = Field(default="", exclude=True)
    etag: str = ""  # included in the response, unlike the document's
    next_try_at: Instant | None = Field(
        default=None, description="Time of the next delivery attempt while the delivery is pending."
    )


def delivery_view(delivery: Delivery, next_try_at: Instant | None = None) -> DeliveryView:
    return DeliveryView.model_construct(**shown(delivery, next_try_at=next_try_at))


class DeliveryPage(BaseModel):
    items: Sequence[DeliveryView]
    next_cursor: str | None
