"""Webhooks over HTTP: who is told what, how it is signed, and what becomes of each message."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import Any

import pytest

from functions.errors import Permanent, Unavailable
from functions.policy.retry import DELIVERY_WAITS_S
from functions.policy.signature import signature
from functions.services import follow_up
from functions.services.library_jobs import run_library_job
from functions.services.sweep import sweep
from functions.services.world import World
from tests.api.conftest import Api
from tests.fakes import Clock, Posted

DAILY = {"kind": "cron", "cron": "0 10 * * *", "timezone": "UTC"}
URL = "https://example.org/hook/token-1234?x=1"


class Hooked:
    """A schedule with a webhook."""

    def __init__(self, api: Api, world: World, clock: Clock) -> None:
        self.api, self.world, self.clock = api, world, clock
        self.id = ""
        self.secret = ""

    async def make(self, **body: Any) -> None:
        schedule = {"name": "Owls", "theme": "owls", "timing": DAILY, "pause_after_failures": 2}
        self.id = (await self.api.post("schedules", schedule)).json["id"]
        self.secret = (await self.set(url=URL, **body))["secret"]

    async def set(self, **body: Any) -> dict[str, Any]:
        etag = (await self.api.get(f"schedules/{self.id}")).json["etag"]
        answer = await self.api.put(f"schedules/{self.id}/webhook", body | {"etag": etag})
        assert answer.status == 200, answer.body
        return dict(answer.json)

    async def run(self, error: Exception | None = None) -> str:
        """One run, followed as the host would, and every message that is due by then."""
        job = (await self.api.post(f"schedules/{self.id}/run")).json
        if error is not None:
            self.world.painter.fail(error)
        self.clock.advance(60)
        while message := self.world.generation_queue.take():
            await follow_up.work(self.world, message)
        await self.deliver()
        return str(job["id"])

    async def deliver(self) -> None:
        while message := self.world.library_queue.take():
            await run_library_job(self.world, message)

    async def wait(self, seconds: float) -> None:
        """Let time pass, with a sweep at its end."""
        self.clock.advance(seconds)
        await sweep(self.world)
        await self.deliver()

    async def history(self) -> list[dict[str, Any]]:
        return list((await self.api.get(f"schedules/{self.id}/deliveries", key="reader")).json["items"])

    @property
    def posted(self) -> list[Posted]:
        return self.world.courier.posted

    @property
    def told(self) -> list[dict[str, Any]]:
        return [json.loads(posted.body) for posted in self.posted]


@pytest.fixture
async def hooked(api: Api, world: World, clock: Clock) -> Hooked:
    hooked = Hooked(api, world, clock)
    await hooked.make()
    return hooked


class TestTelling:
    async def test_pictures_are_there(self, hooked: Hooked) -> None:
        """
        A run that painted is told with its pictures and addresses that load them, signed by the standard.
        """
        job = await hooked.run()

        (posted,), (told,) = hooked.posted, hooked.told
        (picture,) = told["data"]["pictures"]
        headers = posted.headers
        expected = signature(hooked.secret, headers["webhook-id"], headers["webhook-timestamp"], posted.body)
        assert posted.url == URL
        assert told["type"] == "pictures.painted"
        assert told["data"]["schedule"] == {"id": hooked.id, "name": "Owls"}
        assert (told["data"]["run"]["id"], told["data"]["run"]["status"]) == (job, "succeeded")
        assert "sig=" in picture["original_url"]
        assert picture["title"] == "Owls 1"
        assert {"prompt", "theme"}.isdisjoint(picture)
        assert headers["webhook-signature"] == f"v1,{expected}"
        assert headers["webhook-timestamp"] == str(int(hooked.clock().timestamp()))

    async def test_prompts_if_asked(self, hooked: Hooked) -> None:
        """
        A receiver that wants them gets prompt and theme.
        """
        await hooked.set(prompts=True)

        await hooked.run()

        assert hooked.told[0]["data"]["pictures"][0]["prompt"] == "owls, number 1"

    async def test_failures_and_the_pause(self, hooked: Hooked) -> None:
        """
        A failed run is told with its reason, and so is that the schedule paused by itself.
        """
        await hooked.run(Permanent("The painter has no such model."))
        await hooked.run(Permanent("The painter has no such model."))

        assert [told["type"] for told in hooked.told] == ["run.failed", "run.failed", "schedule.paused"]
        assert hooked.told[0]["data"]["run"]["reason"]["message"] == "The painter has no such model."
        assert hooked.told[2]["data"]["reason"].startswith("Paused by itself after 2 failures in a row")

    async def test_only_what_is_wanted(self, hooked: Hooked) -> None:
        """
        Events that were not chosen are not told.
        """
        await hooked.set(events=["run.failed"])

        await hooked.run()

        assert hooked.posted == []
        assert await hooked.history() == []

    async def test_once_however_often_it_is_followed(self, hooked: Hooked) -> None:
        """
        The sweep that follows what ended does not tell it again.
        """
        await sweep(hooked.world)
        await hooked.run()
        await hooked.wait(300)
        await hooked.wait(300)

        assert len(hooked.posted) == 1

    async def test_what_ended_before_is_not_told(self, hooked: Hooked) -> None:
        """
        A webhook that is set after a run has nothing to say about it.
        """
        await sweep(hooked.world)
        await hooked.api.delete(f"schedules/{hooked.id}/webhook")
        await hooked.run()
        hooked.clock.advance(1)
        await hooked.set(url=URL)

        await hooked.wait(300)

        assert hooked.posted == []

    async def test_a_trashed_picture_is_not_told(self, hooked: Hooked) -> None:
        """
        Tried again later, a message leaves out what is in the trash by then, and has addresses that still load.
        """
        hooked.world.courier.answers.append(500)
        await hooked.run()
        image = hooked.told[0]["data"]["pictures"][0]
        await hooked.api.delete(f"images/{image['id']}")

        await hooked.wait(10)

        assert hooked.told[1]["data"]["pictures"] == []
        assert hooked.posted[0].headers["webhook-id"] == hooked.posted[1].headers["webhook-id"]

    async def test_nothing_of_it_is_logged(self, hooked: Hooked, caplog: pytest.LogCaptureFixture) -> None:
        """
        Neither the address nor the secret nor signed addresses of pictures.
        """
        with caplog.at_level(logging.DEBUG, logger="auto_image_gen"):
            hooked.world.courier.answers.extend([500, 204])
            await hooked.run()
            await hooked.wait(10)

        assert "webhook.delivered" in caplog.text
        for secret in ("token-1234", hooked.secret, "sig="):
            assert secret not in caplog.text


class TestTrying:
    async def test_a_receiver_that_fails_is_tried_again(self, hooked: Hooked) -> None:
        """
        After growing waits, each try in the history, until it takes the message.
        """
        hooked.world.courier.answers.extend([500, 503, 204])

        await hooked.run()
        first = await hooked.history()
        await hooked.wait(10)
        await hooked.wait(70)

        (delivery,) = await hooked.history()
        assert (first[0]["state"], first[0]["attempts"][0]["status"]) == ("pending", 500)
        assert first[0]["next_try_at"] is not None
        assert (delivery["state"], delivery["next_try_at"]) == ("delivered", None)
        assert [attempt["status"] for attempt in delivery["attempts"]] == [500, 503, 204]
        assert delivery["attempts"][0]["problem"] == "example.org answered 500."

    async def test_it_is_given_up_after_eight_tries(self, hooked: Hooked) -> None:
        """
        Within a day; then the history says so, and nothing more is sent.
        """
        hooked.world.courier.answers.extend([500] * 20)
        begun = hooked.clock()

        await hooked.run()
        for _ in range(400):
            await hooked.wait(300)

        (delivery,) = await hooked.history()
        times = [posted.headers["webhook-timestamp"] for posted in hooked.posted]
        assert len(times) == len(DELIVERY_WAITS_S) + 1 == 8
        assert delivery["state"] == "failed"
        assert timedelta(hours=15) < timedelta(seconds=int(times[-1]) - begun.timestamp()) < timedelta(hours=24)

    async def test_one_that_hangs_is_tried_again(self, hooked: Hooked) -> None:
        """
        No answer is told as what it was.
        """
        hooked.world.courier.fail(Unavailable("example.org did not answer within 15 s."))

        await hooked.run()
        await hooked.wait(10)

        (delivery,) = await hooked.history()
        assert delivery["state"] == "delivered"
        assert delivery["attempts"][0] | {"at": "", "ms": 0} == {
            "at": "", "status": None, "ms": 0, "problem": "example.org did not answer within 15 s.",
        }  # fmt: skip

    async def test_a_receiver_may_ask_for_time(self, hooked: Hooked) -> None:
        """
        Retry-After is kept, where it is longer than our own wait.
        """
        hooked.world.courier.answers.extend([429, 204])
        hooked.world.courier.retry_after_s = 600.0

        await hooked.run()
        await hooked.wait(590)
        early = len(hooked.posted)
        await hooked.wait(20)

        assert (early, len(hooked.posted)) == (1, 2)

    @pytest.mark.parametrize("status", [301, 302, 307, 308])
    async def test_a_redirect_ends_it(self, hooked: Hooked, status: int) -> None:
        """
        It is not followed, wherever it leads, and the history says what to do.
        """
        hooked.world.courier.answers.append(status)

        await hooked.run()
        await hooked.wait(100_000)

        (delivery,) = await hooked.history()
        assert (delivery["state"], len(delivery["attempts"])) == ("failed", 1)
        assert "redirects are not followed" in delivery["attempts"][0]["problem"]

    async def test_a_private_address_ends_it(self, hooked: Hooked) -> None:
        """
        A name that means a private network by now is refused, and not tried again.
        """
        hooked.world.courier.fail(Permanent("This address leads to a private network."))

        await hooked.run()
        await hooked.wait(100_000)

        (delivery,) = await hooked.history()
        assert (delivery["state"], len(delivery["attempts"])) == ("failed", 1)

    async def test_a_receiver_that_is_gone_is_left_alone(self, hooked: Hooked) -> None:
        """
        410 switches the webhook off, with the reason, until a person sets it again.
        """
        hooked.world.courier.answers.append(410)

        await hooked.run()
        await hooked.run()
        off = (await hooked.api.get(f"schedules/{hooked.id}")).json["webhook"]
        await hooked.set(url=URL)
        await hooked.run()

        assert "answered 410" in off["disabled"]
        assert len(hooked.posted) == 2

    async def test_removed_while_it_waits(self, hooked: Hooked) -> None:
        """
        What waits to be delivered is given up.
        """
        hooked.world.courier.answers.append(500)
        await hooked.run()

        await hooked.api.delete(f"schedules/{hooked.id}/webhook")
        await hooked.wait(10)

        assert len(hooked.posted) == 1
        assert [delivery["state"] for delivery in await hooked.history()] == ["failed"]

    async def test_sent_again_by_hand(self, hooked: Hooked) -> None:
        """
        A failed message is tried anew under its own id; asked twice while it waits, it is one sending.
        """
        hooked.world.courier.answers.append(301)
        await hooked.run()
        (failed,) = await hooked.history()
        address = f"schedules/{hooked.id}/deliveries/{failed['id']}/retry"

        again = await hooked.api.post(address)
        twice = await hooked.api.post(address)
        await hooked.deliver()

        (delivery,) = await hooked.history()
        assert (again.status, twice.status, again.json["state"]) == (202, 202, "pending")
        assert (delivery["state"], len(delivery["attempts"])) == ("delivered", 2)
        assert hooked.posted[0].headers["webhook-id"] == hooked.posted[1].headers["webhook-id"] == failed["id"]

    async def test_sent_again_after_a_cancel(self, hooked: Hooked) -> None:
        """
        A message whose job a person cancelled waits for nothing; sent again, it goes out.
        """
        hooked.world.courier.answers.append(500)
        await hooked.run()
        (waiting,) = await hooked.history()
        await hooked.api.post(f"jobs/{waiting['id']}-0/cancel")

        await hooked.api.post(f"schedules/{hooked.id}/deliveries/{waiting['id']}/retry")
        await hooked.deliver()

        (delivery,) = await hooked.history()
        assert (delivery["state"], len(delivery["attempts"])) == ("delivered", 2)

    async def test_a_job_says_what_to_do_instead(self, hooked: Hooked) -> None:
        """
        Retrying the job of a message leads to its history.
        """
        hooked.world.courier.answers.append(301)
        await hooked.run()
        (failed,) = await hooked.history()

        answer = await hooked.api.post(f"jobs/{failed['id']}-0/retry")

        assert answer.status == 409
        assert "deliveries" in answer.error["message"]

    async def test_a_test_message(self, hooked: Hooked) -> None:
        """
        It tells nothing but the schedule, and stands in the history like any other.
        """
        sent = await hooked.api.post(f"schedules/{hooked.id}/webhook/test")
        await hooked.deliver()

        assert (sent.status, sent.json["event"], sent.json["state"]) == (202, "test", "pending")
        assert hooked.told[0]["type"] == "test"
        assert hooked.told[0]["data"] == {"schedule": {"id": hooked.id, "name": "Owls"}}
        assert (await hooked.history())[0]["state"] == "delivered"


class TestSetting:
    async def test_the_secret_is_shown_once(self, hooked: Hooked) -> None:
        """
        Setting events keeps it unseen; another address or the wish for one makes a new one.
        """
        kept = await hooked.set(events=["run.failed"])
        renewed = await hooked.set(new_secret=True)
        moved = await hooked.set(url="https://example.com/other")
        shown = (await hooked.api.get(f"schedules/{hooked.id}")).json["webhook"]

        assert hooked.secret.startswith("whsec_")
        assert kept["secret"] is None
        assert len({hooked.secret, renewed["secret"], moved["secret"]}) == 3
        assert (shown["host"], "secret" in shown, "url" in shown) == ("example.com", False, False)

    async def test_two_people_set_it(self, hooked: Hooked) -> None:
        """
        The second learns that the first was quicker: no address is overwritten unseen, and no secret lost.
        """
        etag = (await hooked.api.get(f"schedules/{hooked.id}")).json["etag"]
        await hooked.set(events=["run.failed"])

        answer = await hooked.api.put(f"schedules/{hooked.id}/webhook", {"url": "https://example.com/", "etag": etag})

        kept = (await hooked.api.get(f"schedules/{hooked.id}")).json["webhook"]
        assert (answer.status, answer.error["code"]) == (412, "stale")
        assert (kept["host"], kept["events"]) == ("example.org", ["run.failed"])

    async def test_neither_address_nor_secret_comes_out_anywhere(self, hooked: Hooked) -> None:
        """
        Not in lists, changes, jobs or the history.
        """
        token = (await hooked.api.get("changes")).json["token"]
        await hooked.set(prompts=True)
        hooked.world.courier.answers.append(500)
        await hooked.run()

        for address in ("schedules", f"changes?since={token}", "jobs", f"schedules/{hooked.id}/deliveries"):
            body = (await hooked.api.get(address)).body.decode()
            assert "token-1234" not in body, address
            assert hooked.secret not in body, address

    @pytest.mark.parametrize(
        "url",
        [
            "http://example.org/",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://169.254.169.254/latest/meta-data",
            "https://me:word@example.org/",
            "nonsense",
        ],
    )
    async def test_addresses_that_may_not_be_called(self, hooked: Hooked, url: str) -> None:
        """
        Refused by name, and the one that was set stays.
        """
        answer = await hooked.api.put(f"schedules/{hooked.id}/webhook", {"url": url, "etag": "2"})

        assert (answer.status, answer.field) == (400, "url")
        assert (await hooked.api.get(f"schedules/{hooked.id}")).json["webhook"]["host"] == "example.org"

    async def test_a_name_that_leads_nowhere_good(self, hooked: Hooked) -> None:
        """
        A host that resolves to a private network, or to nothing, is refused when it is set.
        """
        for error in (Permanent("This address leads to a private network."), Unavailable("There is no address.")):
            hooked.world.courier.fail(error)
            answer = await hooked.api.put(
                f"schedules/{hooked.id}/webhook", {"url": "https://intranet.example/", "etag": "2"}
            )
            assert (answer.status, answer.field) == (400, "url")

    async def test_the_first_needs_an_address(self, api: Api) -> None:
        """
        And events that there are.
        """
        schedule = (await api.post("schedules", {"name": "Owls", "theme": "owls", "timing": DAILY})).json["id"]

        missing = await api.put(f"schedules/{schedule}/webhook", {"etag": "1"})
        unknown = await api.put(f"schedules/{schedule}/webhook", {"url": URL, "events": ["everything"], "etag": "1"})
        test = await api.post(f"schedules/{schedule}/webhook/test")

        assert (missing.status, missing.field) == (400, "url")
        assert (unknown.status, unknown.field) == (400, "events.0")
        assert test.status == 409

    async def test_another_schedules_message(self, hooked: Hooked, api: Api) -> None:
        """
        A message is found under its own schedule only.
        """
        await hooked.run()
        (delivery,) = await hooked.history()
        other = (await api.post("schedules", {"name": "Foxes", "theme": "foxes", "timing": DAILY})).json["id"]
        await api.put(f"schedules/{other}/webhook", {"url": URL, "etag": "1"})

        answers = [
            await api.post(f"schedules/{other}/deliveries/{delivery['id']}/retry"),
            await api.post(f"schedules/{hooked.id}/deliveries/nothing/retry"),
            await api.get("schedules/nothing/deliveries"),
        ]

        assert [answer.status for answer in answers] == [404] * 3
