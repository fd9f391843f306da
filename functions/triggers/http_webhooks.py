"""Webhooks: who is told about a schedule's runs, and what became of the messages."""

from __future__ import annotations

import azure.functions as func

from functions.api.http_request import Call
from functions.api.routes import schedules
from functions.api.schemas import schedule_requests
from functions.api.schemas import webhooks as views
from functions.api.schemas.fields import Nothing
from functions.api.schemas.responses import webhook_view
from functions.services.dependencies import World
from functions.services.webhooks import webhooks
from functions.triggers.endpoint import endpoint

bp = func.Blueprint()


@endpoint(bp, schedules.SET_WEBHOOK)
async def set_webhook(world: World, call: Call[Nothing, schedule_requests.WebhookBody]) -> views.WebhookSetView:
    body = call.body
    done = await webhooks.set_webhook(
        world,
        call.id,
        url=body.url,
        events=body.events,
        prompts=body.prompts,
        new_secret_wanted=body.new_secret,
        etag=body.etag,
    )
    return views.WebhookSetView(**dict(webhook_view(done.webhook)), secret=done.secret)


@endpoint(bp, schedules.REMOVE_WEBHOOK)
async def remove_webhook(world: World, call: Call[Nothing, Nothing]) -> None:
    await webhooks.remove_webhook(world, call.id)


@endpoint(bp, schedules.TEST_WEBHOOK)
async def test_webhook(world: World, call: Call[Nothing, Nothing]) -> views.DeliveryView:
    return views.delivery_view(await webhooks.test_webhook(world, call.id))


@endpoint(bp, schedules.LIST_DELIVERIES)
async def list_deliveries(world: World, call: Call[schedule_requests.DeliveriesQuery, Nothing]) -> views.DeliveryPage:
    page = await webhooks.history(world, call.id, cursor=call.query.cursor, limit=call.query.limit)
    tries = await webhooks.next_tries(world, page.items)
    items = [views.delivery_view(one, at) for one, at in zip(page.items, tries, strict=True)]
    return views.DeliveryPage(items=items, next_cursor=page.next_cursor)


@endpoint(bp, schedules.SEND_AGAIN)
async def send_again(world: World, call: Call[Nothing, Nothing]) -> views.DeliveryView:
    return views.delivery_view(await webhooks.send_again(world, call.id, call.params["delivery_id"]))
