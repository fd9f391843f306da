"""HTTP functions for webhooks and their deliveries."""

from __future__ import annotations

from urllib.parse import urlsplit

import azure.functions as func

from functions.api.http_request import ApiRequest
from functions.api.routes import schedules as schedule_routes
from functions.api.schemas import schedule_requests
from functions.api.schemas import webhooks as views
from functions.api.schemas.fields import Empty
from functions.api.schemas.responses import webhook_response
from functions.policy.security.outbound_urls import check_url
from functions.services.dependencies import Dependencies
from functions.services.schedules import schedules
from functions.services.webhooks import webhooks
from functions.triggers import audited
from functions.triggers.endpoint import endpoint

bp = func.Blueprint()


@endpoint(bp, schedule_routes.SET_WEBHOOK)
async def set_webhook(
    deps: Dependencies, request: ApiRequest[Empty, schedule_requests.WebhookBody]
) -> views.WebhookSetResponse:
    body = request.body
    stored = await schedules.get(deps, request.id)
    before = audited.of_webhook(stored.webhook)
    after = before | {"events": list(body.events), "include_prompts": body.with_prompts}
    if body.url:
        check_url(body.url)
        after["host"] = urlsplit(body.url).hostname or ""
    if body.new_secret:
        after["new_secret"] = True
    async with audited.schedule_change(deps, request, "webhook.set", stored, before, after):
        done = await webhooks.set_webhook(
            deps,
            request.id,
            url=body.url,
            events=body.events,
            include_prompts=body.with_prompts,
            new_secret_wanted=body.new_secret,
            etag=body.etag,
        )
    return views.WebhookSetResponse(**dict(webhook_response(done.webhook)), secret=done.secret)


@endpoint(bp, schedule_routes.DELETE_WEBHOOK)
async def delete_webhook(deps: Dependencies, request: ApiRequest[Empty, Empty]) -> None:
    stored = await schedules.get(deps, request.id)
    async with audited.schedule_change(deps, request, "webhook.delete", stored, audited.of_webhook(stored.webhook), {}):
        await webhooks.delete_webhook(deps, request.id)


@endpoint(bp, schedule_routes.TEST_WEBHOOK)
async def test_webhook(deps: Dependencies, request: ApiRequest[Empty, Empty]) -> views.DeliveryResponse:
    return views.delivery_response(await webhooks.test_webhook(deps, request.id))


@endpoint(bp, schedule_routes.LIST_DELIVERIES)
async def list_deliveries(
    deps: Dependencies, request: ApiRequest[schedule_requests.DeliveriesQuery, Empty]
) -> views.DeliveryPage:
    page = await webhooks.history(deps, request.id, cursor=request.query.cursor, limit=request.query.limit)
    tries = await webhooks.next_attempt_times(deps, page.items)
    items = [views.delivery_response(one, at) for one, at in zip(page.items, tries, strict=True)]
    return views.DeliveryPage(items=items, next_cursor=page.next_cursor)


@endpoint(bp, schedule_routes.RETRY_DELIVERY)
async def retry_delivery(deps: Dependencies, request: ApiRequest[Empty, Empty]) -> views.DeliveryResponse:
    return views.delivery_response(await webhooks.resend(deps, request.id, request.params["delivery_id"]))
