"""Webhooks over HTTP: what becomes of a message that its receiver does not take."""

from __future__ import annotations

from datetime import timedelta

import pytest

from functions.errors import Permanent, Unavailable
from functions.policy.jobs.retry import DELIVERY_WAITS_S
from tests.functions.api.hooked import URL, Hooked


class TestTrying:
    async def test_a_receiver_that_fails_is_tried_again(self, hooked: Hooked) -> None:
        """After growing waits, each try in the history, until it takes the message."""
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
        """Within a day; then the history says so, and nothing more is sent."""
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
        """No answer is told as what it was."""
        hooked.deps.webhook_client.fail(Unavailable("example.org did not answer within 15 s."))

        await hooked.run()
        await hooked.wait(10)

        (delivery,) = await hooked.history()
        assert delivery["state"] == "delivered"
        assert delivery["attempts"][0] | {"at": "", "ms": 0} == {
            "at": "", "status": None, "ms": 0, "problem": "example.org did not answer within 15 s.",
        }  # fmt: skip

    async def test_a_receiver_may_ask_for_time(self, hooked: Hooked) -> None:
        """Retry-After is kept, where it is longer than our own wait."""
        hooked.deps.webhook_client.answers.extend([429, 204])
        hooked.deps.webhook_client.retry_after_s = 600.0

        await hooked.run()
        await hooked.wait(590)
        early = len(hooked.posted)
        await hooked.wait(20)

        assert (early, len(hooked.posted)) == (1, 2)

    @pytest.mark.parametrize("status", [301, 302, 307, 308])
    async def test_a_redirect_ends_it(self, hooked: Hooked, status: int) -> None:
        """It is not followed, wherever it leads, and the history says what to do."""
        hooked.deps.webhook_client.answers.append(status)

        await hooked.run()
        await hooked.wait(100_000)

        (delivery,) = await hooked.history()
        assert (delivery["state"], len(delivery["attempts"])) == ("failed", 1)
        assert "Redirects aren't followed" in delivery["attempts"][0]["problem"]

    async def test_a_private_address_ends_it(self, hooked: Hooked) -> None:
        """A name that means a private network by now is refused, and not tried again."""
        hooked.deps.webhook_client.fail(Permanent("This address leads to a private network."))

        await hooked.run()
        await hooked.wait(100_000)

        (delivery,) = await hooked.history()
        assert (delivery["state"], len(delivery["attempts"])) == ("failed", 1)

    async def test_a_receiver_that_is_gone_is_left_alone(self, hooked: Hooked) -> None:
        """410 switches the webhook off, with the reason, until a person sets it again."""
        hooked.deps.webhook_client.answers.append(410)

        await hooked.run()
        await hooked.run()
        off = (await hooked.api.get(f"schedules/{hooked.id}")).json["webhook"]
        await hooked.set(url=URL)
        await hooked.run()

        assert "returned status 410" in off["disabled"]
        assert len(hooked.posted) == 2

    async def test_removed_while_it_waits(self, hooked: Hooked) -> None:
        """What waits to be delivered is given up."""
        hooked.deps.webhook_client.answers.append(500)
        await hooked.run()

        await hooked.api.delete(f"schedules/{hooked.id}/webhook")
        await hooked.wait(10)

        assert len(hooked.posted) == 1
        assert [delivery["state"] for delivery in await hooked.history()] == ["failed"]

    async def test_sent_again_by_hand(self, hooked: Hooked) -> None:
        """A failed message is tried anew under its own id; asked twice while it waits, it is one sending."""
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
        """A message whose job a person cancelled waits for nothing; sent again, it goes out."""
        hooked.deps.webhook_client.answers.append(500)
        await hooked.run()
        (waiting,) = await hooked.history()
        await hooked.api.post(f"jobs/{waiting['id']}-0/cancel")

        await hooked.api.post(f"schedules/{hooked.id}/deliveries/{waiting['id']}/retry")
        await hooked.deliver()

        (delivery,) = await hooked.history()
        assert (delivery["state"], len(delivery["attempts"])) == ("delivered", 2)

    async def test_a_job_says_what_to_do_instead(self, hooked: Hooked) -> None:
        """Retrying the job of a message leads to its history."""
        hooked.deps.webhook_client.answers.append(301)
        await hooked.run()
        (failed,) = await hooked.history()

        answer = await hooked.api.post(f"jobs/{failed['id']}-0/retry")

        assert answer.status == 409
        assert "deliveries" in answer.error["message"]

    async def test_a_test_message(self, hooked: Hooked) -> None:
        """It tells nothing but the schedule, and stands in the history like any other."""
        sent = await hooked.api.post(f"schedules/{hooked.id}/webhook/test")
        await hooked.deliver()

        assert (sent.status, sent.json["event"], sent.json["state"]) == (202, "test", "pending")
        assert hooked.events[0]["type"] == "test"
        assert hooked.events[0]["data"] == {"schedule": {"id": hooked.id, "name": "Owls"}}
        assert (await hooked.history())[0]["state"] == "delivered"
