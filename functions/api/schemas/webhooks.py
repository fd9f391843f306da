"""Response schemas of webhooks. They never contain URLs, and a secret only once."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, Field

from functions.api.schemas.document_fields import response_fields
from functions.api.schemas.responses import WebhookResponse
from functions.models.document import Instant
from functions.models.history import Delivery


class WebhookSetResponse(WebhookResponse):
    """A webhook after it was set."""

    secret: str | None = Field(description="Signing secret (Standard Webhooks). Returned only when it is created.")


class DeliveryResponse(Delivery):
    """A webhook delivery."""

    owner: str = Field(default="", exclude=True)
    etag: str = ""  # included in the response, unlike the document's
    next_try_at: Instant | None = Field(
        default=None, description="Time of the next delivery attempt while the delivery is pending."
    )


def delivery_response(delivery: Delivery, next_try_at: Instant | None = None) -> DeliveryResponse:
    return DeliveryResponse.model_construct(**response_fields(delivery, next_try_at=next_try_at))


class DeliveryPage(BaseModel):
    """One page of webhook deliveries."""

    items: Sequence[DeliveryResponse]
    next_cursor: str | None
