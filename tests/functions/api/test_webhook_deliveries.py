"""Deliveries of webhook events that fail, are retried, or are resent."""

from __future__ import annotations

from datetime import timedelta

import pytest

from functions.errors import Permanent, Unavailable
from functions.policy.jobs.retry import DELIVERY_WAITS_S
from tests.functions.api.hooked import URL, Hooked


class TestTrying:
    async def test_a_receiver_that_fails_is_tried_again(self, hooked: Hooked) -> None:
        """Attempts are repeated after growing delays and listed, until one succeeds."""
        hooked.deps.webhook_client.answers.extend([500, 503, 204])

        await hooked.run()
        first = await hooked.history()
        await hooked.wait(10)
        await hooked.wait(70)

        (delivery,) = await hooked.history()
        assert (first[0]["state"], first[0]["attempts"][0]["status"]) == ("pending", 500)
        assert first[0]["next_try_at"] is not None
        assert (delivery["state"], delivery["next_try_at"]) == ("delivered", None)
        assert [attempt["status"] for attempt in delivery["attempts"]] == [500, 503, 204]
        assert delivery["attempts"][0]["problem"] == "example.org returned status 500."

    async def test_it_is_given_up_after_eight_tries(self, hooked: Hooked) -> None:
        """A delivery fails after eight attempts within a day and is not sent again."""
        hooked.deps.webhook_client.answers.extend([500] * 20)
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
        """A timeout is listed as the reason of the failed attempt."""
        hooked.deps.webhook_client.fail(Unavailable("example.org did not answer within 15 s."))

        await hooked.run()
        await hooked.wait(10)

        (delivery,) = await hooked.history()
        assert delivery["state"] == "delivered"
        assert delivery["attempts"][0] | {"at": "", "ms": 0} == {
            "at": "", "status": None, "ms": 0, "problem": "example.org did not answer within 15 s.",
        }  # fmt: skip

    async def test_retry_after_is_respected(self, hooked: Hooked) -> None:
        """A Retry-After that is longer than our own delay is respected."""
        hooked.deps.webhook_client.answers.extend([429, 204])
        hooked.deps.webhook_client.retry_after_s = 600.0

        await hooked.run()
        await hooked.wait(590)
        early = len(hooked.posted)
        await hooked.wait(20)

        assert (early, len(hooked.posted)) == (1, 2)

    @pytest.mark.parametrize("status", [301, 302, 307, 308])
    async def test_a_redirect_ends_it(self, hooked: Hooked, status: int) -> None:
        """A redirect is not followed, and the history contains what to do."""
        hooked.deps.webhook_client.answers.append(status)

        await hooked.run()
        await hooked.wait(100_000)

        (delivery,) = await hooked.history()
        assert (delivery["state"], len(delivery["attempts"])) == ("failed", 1)
        assert "Redirects aren't followed" in delivery["attempts"][0]["problem"]

    async def test_a_private_ip_address_ends_it(self, hooked: Hooked) -> None:
        """A host that now resolves to a private IP address is rejected and not retried."""
        hooked.deps.webhook_client.fail(Permanent("This address leads to a private network."))

        await hooked.run()
        await hooked.wait(100_000)

        (delivery,) = await hooked.history()
        assert (delivery["state"], len(delivery["attempts"])) == ("failed", 1)

    async def test_a_410_disables_the_webhook(self, hooked: Hooked) -> None:
        """A 410 disables the webhook with the reason until it is set again."""
        hooked.deps.webhook_client.answers.append(410)

        await hooked.run()
        await hooked.run()
        off = (await hooked.api.get(f"schedules/{hooked.id}")).json["webhook"]
        await hooked.set(url=URL)
        await hooked.run()

        assert "returned status 410" in off["disabled"]
        assert len(hooked.posted) == 2

    async def test_removed_while_it_waits(self, hooked: Hooked) -> None:
        """Pending deliveries of a deleted webhook are given up."""
        hooked.deps.webhook_client.answers.append(500)
        await hooked.run()

        await hooked.api.delete(f"schedules/{hooked.id}/webhook")
        await hooked.wait(10)

        assert len(hooked.posted) == 1
        assert [delivery["state"] for delivery in await hooked.history()] == ["failed"]

    async def test_resent_on_request(self, hooked: Hooked) -> None:
        """A failed delivery is resent under its id, and a repeated request while it waits sends it once."""
        hooked.deps.webhook_client.answers.append(301)
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
        """A delivery whose job was canceled can be resent."""
        hooked.deps.webhook_client.answers.append(500)
        await hooked.run()
        (waiting,) = await hooked.history()
        await hooked.api.post(f"jobs/{waiting['id']}-0/cancel")

        await hooked.api.post(f"schedules/{hooked.id}/deliveries/{waiting['id']}/retry")
        await hooked.deliver()

        (delivery,) = await hooked.history()
        assert (delivery["state"], len(delivery["attempts"])) == ("delivered", 2)

    async def test_a_job_says_what_to_do_instead(self, hooked: Hooked) -> None:
        """Retrying the job of a delivery is rejected with a reference to the delivery history."""
        hooked.deps.webhook_client.answers.append(301)
        await hooked.run()
        (failed,) = await hooked.history()

        answer = await hooked.api.post(f"jobs/{failed['id']}-0/retry")

        assert answer.status == 409
        assert "deliveries" in answer.error["message"]

    async def test_a_test_message(self, hooked: Hooked) -> None:
        """A test event contains only the schedule, and is listed in the history."""
        sent = await hooked.api.post(f"schedules/{hooked.id}/webhook/test")
        await hooked.deliver()

        assert (sent.status, sent.json["event"], sent.json["state"]) == (202, "test", "pending")
        assert hooked.events[0]["type"] == "test"
        assert hooked.events[0]["data"] == {"schedule": {"id": hooked.id, "name": "Owls"}}
        assert (await hooked.history())[0]["state"] == "delivered"
