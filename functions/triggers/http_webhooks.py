"""HTTP functions for webhooks and their deliveries."""

from __future__ import annotations

import azure.functions as func

from functions.api.http_request import Call
from functions.api.routes import schedules
from functions.api.schemas import schedule_requests
from functions.api.schemas import webhooks as views
from functions.api.schemas.fields import Nothing
from functions.api.schemas.responses import webhook_view
from functions.services.dependencies import Dependencies
from functions.services.webhooks import webhooks
from functions.triggers.endpoint import endpoint

bp = func.Blueprint()


@endpoint(bp, schedules.SET_WEBHOOK)
async def set_webhook(deps: Dependencies, call: Call[Nothing, schedule_requests.WebhookBody]) -> views.WebhookSetView:
    body = call.body
    done = await webhooks.set_webhook(
        deps,
        call.id,
        url=body.url,
        events=body.events,
        prompts=body.prompts,
        new_secret_wanted=body.new_secret,
        etag=body.etag,
    )
    return views.WebhookSetView(**dict(webhook_view(done.webhook)), secret=done.secret)


@endpoint(bp, schedules.REMOVE_WEBHOOK)
async def remove_webhook(deps: Dependencies, call: Call[Nothing, Nothing]) -> None:
    await webhooks.remove_webhook(deps, call.id)


@endpoint(bp, schedules.TEST_WEBHOOK)
async def test_webhook(deps: Dependencies, call: Call[Nothing, Nothing]) -> views.DeliveryView:
    return views.delivery_view(await webhooks.test_webhook(deps, call.id))


@endpoint(bp, schedules.LIST_DELIVERIES)
async def list_deliveries(
    deps: Dependencies, call: Call[schedule_requests.DeliveriesQuery, Nothing]
) -> views.DeliveryPage:
    page = await webhooks.history(deps, call.id, cursor=call.query.cursor, limit=call.query.limit)
    tries = await webhooks.next_tries(deps, page.items)
    items = [views.delivery_view(one, at) for one, at in zip(page.items, tries, strict=True)]
    return views.DeliveryPage(items=items, next_cursor=page.next_cursor)


@endpoint(bp, schedules.SEND_AGAIN)
async def send_again(deps: Dependencies, call: Call[Nothing, Nothing]) -> views.DeliveryView:
    return views.delivery_view(await webhooks.send_again(deps, call.id, call.params["delivery_id"]))
