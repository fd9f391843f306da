"""Webhooks over HTTP: events, signatures, and deliveries."""

from __future__ import annotations

import logging

import pytest

from functions.errors import ContentBlocked, Permanent, Transient, Unavailable
from functions.policy.security.webhook_signature import signature
from functions.services.maintenance.sweep import sweep
from tests.functions.api.conftest import Api
from tests.functions.api.hooked import DAILY, URL, Hooked


class TestTelling:
    async def test_images_are_there(self, hooked: Hooked) -> None:
        """The event of a run contains images with valid URLs, and has a standard signature."""
        job = await hooked.run()

        (posted,), (event,) = hooked.posted, hooked.events
        (stored_image,) = event["data"]["pictures"]
        headers = posted.headers
        expected = signature(hooked.secret, headers["webhook-id"], headers["webhook-timestamp"], posted.body)
        assert posted.url == URL
        assert event["type"] == "pictures.painted"
        assert event["data"]["schedule"] == {"id": hooked.id, "name": "Owls"}
        assert (event["data"]["run"]["id"], event["data"]["run"]["status"]) == (job, "succeeded")
        assert "sig=" in stored_image["original_url"]
        assert stored_image["title"] == "Owls 1"
        assert {"prompt", "theme"}.isdisjoint(stored_image)
        assert headers["webhook-signature"] == f"v1,{expected}"
        assert headers["webhook-timestamp"] == str(int(hooked.clock().timestamp()))

    async def test_files_contain_no_prompt_either(self, hooked: Hooked) -> None:
        """Without prompts, the URL leads to a copy without metadata, which is removed after a day."""
        job = await hooked.run()

        (delivery,) = await hooked.history()
        (stored_image,) = hooked.events[0]["data"]["pictures"]
        name = f"{delivery['id']}-0/{stored_image['id']}.png"
        original = next(data for (place, _), (data, _) in hooked.deps.blobs.stored.items() if place == "originals")
        copy = hooked.deps.blobs.stored["exports", name][0]
        assert f"/exports/{name}?" in stored_image["original_url"]
        assert all(word in original for word in (b"number 1", b"owls", job.encode()))
        assert not any(word in copy for word in (b"number 1", b"owls", job.encode()))
        await hooked.wait(86_460)
        assert ("exports", name) not in hooked.deps.blobs.stored

    async def test_texts_that_repeat_the_prompt(self, hooked: Hooked) -> None:
        """Without prompts, texts and reasons that repeat prompt or theme are replaced."""
        schedule = (await hooked.api.get(f"schedules/{hooked.id}")).json
        body = {"name": "Owls", "theme": "secret owls", "timing": DAILY, "pause_after_failures": 1}
        await hooked.api.put(f"schedules/{hooked.id}", body | {"etag": schedule["etag"]})

        await hooked.run()
        await hooked.run(Permanent("The server rejected “secret owls”."))

        (stored_image,) = hooked.events[0]["data"]["pictures"]
        assert (stored_image["title"], stored_image["alt_text"]) == ("Owls, 2026-11-23", "Owls, 2026-11-23")
        assert stored_image["tags"] == []
        assert [event["type"] for event in hooked.events[1:]] == ["run.failed", "schedule.paused"]
        assert not any(b"secret owls" in posted.body.lower() for posted in hooked.posted)

    @pytest.mark.parametrize(
        ("error", "times"),
        [
            (Transient("ChatGPT didn't answer with the JSON object. The answer starts with: A vixen."), 5),
            (ContentBlocked("ChatGPT declined this theme: I can't describe a vixen."), 1),
        ],
    )
    async def test_reasons_that_quote_a_language_model(self, hooked: Hooked, error: Exception, times: int) -> None:
        """Without prompts, the words of a model that was asked for a prompt aren't sent; with prompts, they are."""
        for include_prompts in (False, True):
            schedule = (await hooked.api.get(f"schedules/{hooked.id}")).json
            body = {"name": "Owls", "theme": "owls", "timing": DAILY, "pause_after_failures": 1}
            await hooked.api.put(f"schedules/{hooked.id}", body | {"etag": schedule["etag"]})
            await hooked.api.post(f"schedules/{hooked.id}/resume")
            hooked.clock.advance(1)
            await hooked.set(include_prompts=include_prompts)
            hooked.deps.prompt_writer.fail(error, times=times)
            await hooked.run()
            for _ in range(5):
                await hooked.wait(900)
                await hooked.work()

        assert [event["type"] for event in hooked.events] == ["run.failed", "schedule.paused"] * 2
        assert [b"vixen" in posted.body for posted in hooked.posted] == [False, False, True, True]

    async def test_prompts_if_requested(self, hooked: Hooked) -> None:
        """A webhook that includes prompts gets prompt and theme."""
        await hooked.set(include_prompts=True)

        await hooked.run()

        stored_image = hooked.events[0]["data"]["pictures"][0]
        assert stored_image["prompt"] == "owls, number 1"
        assert stored_image["tags"] == ["test", "n1"]
        assert "/originals/" in stored_image["original_url"]

    async def test_prompts_under_their_earlier_name(self, hooked: Hooked) -> None:
        """A client of the previous release may send `prompts` and finds it in the response, but can't send both."""
        answer = await hooked.set(prompts=True)
        etag = (await hooked.api.get(f"schedules/{hooked.id}")).json["etag"]
        both = {"include_prompts": True, "prompts": True, "etag": etag}

        refused = await hooked.api.put(f"schedules/{hooked.id}/webhook", both)
        await hooked.run()

        assert (answer["include_prompts"], answer["prompts"]) == (True, True)
        assert (refused.status, refused.field) == (400, "prompts")
        assert hooked.events[0]["data"]["pictures"][0]["prompt"] == "owls, number 1"

    async def test_failures_and_the_pause(self, hooked: Hooked) -> None:
        """A failed run and an automatic pause are sent with their reasons."""
        await hooked.run(Permanent("The inference service has no such model."))
        await hooked.run(Permanent("The inference service has no such model."))

        assert [event["type"] for event in hooked.events] == ["run.failed", "run.failed", "schedule.paused"]
        assert hooked.events[0]["data"]["run"]["reason"]["message"] == "The inference service has no such model."
        assert hooked.events[2]["data"]["reason"].startswith("Paused automatically after 2 consecutive failed runs")

    async def test_only_what_is_wanted(self, hooked: Hooked) -> None:
        """Events that were not selected are not sent."""
        await hooked.set(events=["run.failed"])

        await hooked.run()

        assert hooked.posted == []
        assert await hooked.history() == []

    async def test_once_for_any_number_of_follow_ups(self, hooked: Hooked) -> None:
        """The sweep does not send an event again."""
        await sweep(hooked.deps)
        await hooked.run()
        await hooked.wait(300)
        await hooked.wait(300)

        assert len(hooked.posted) == 1

    async def test_what_ended_before_is_not_reported(self, hooked: Hooked) -> None:
        """Runs that ended before the webhook was set are not sent."""
        await sweep(hooked.deps)
        await hooked.api.delete(f"schedules/{hooked.id}/webhook")
        await hooked.run()
        hooked.clock.advance(1)
        await hooked.set(url=URL)

        await hooked.wait(300)

        assert hooked.posted == []

    async def test_a_trashed_image_is_not_reported(self, hooked: Hooked) -> None:
        """A later attempt leaves out images that are in trash by then, and its URLs are valid."""
        hooked.deps.webhook_client.answers.append(500)
        await hooked.run()
        image = hooked.events[0]["data"]["pictures"][0]
        await hooked.api.delete(f"images/{image['id']}")

        await hooked.wait(10)

        assert hooked.events[1]["data"]["pictures"] == []
        assert hooked.posted[0].headers["webhook-id"] == hooked.posted[1].headers["webhook-id"]

    async def test_nothing_of_it_is_logged(self, hooked: Hooked, caplog: pytest.LogCaptureFixture) -> None:
        """The log contains neither URL and secret nor signed URLs of images."""
        with caplog.at_level(logging.DEBUG, logger="auto_image_gen"):
            hooked.deps.webhook_client.answers.extend([500, 204])
            await hooked.run()
            await hooked.wait(10)

        assert "webhook.delivered" in caplog.text
        for secret in ("token-1234", hooked.secret, "sig="):
            assert secret not in caplog.text


class TestSetting:
    async def test_the_secret_is_shown_once(self, hooked: Hooked) -> None:
        """A new URL or a request for a new secret replaces the secret; changed events keep it."""
        saved = await hooked.set(events=["run.failed"])
        renewed = await hooked.set(new_secret=True)
        moved = await hooked.set(url="https://example.com/other")
        shown = (await hooked.api.get(f"schedules/{hooked.id}")).json["webhook"]

        assert hooked.secret.startswith("whsec_")
        assert saved["secret"] is None
        assert len({hooked.secret, renewed["secret"], moved["secret"]}) == 3
        assert (shown["host"], "secret" in shown, "url" in shown) == ("example.com", False, False)

    async def test_two_users_set_it(self, hooked: Hooked) -> None:
        """Of two concurrent changes, the second is rejected, and URL and secret stay."""
        etag = (await hooked.api.get(f"schedules/{hooked.id}")).json["etag"]
        await hooked.set(events=["run.failed"])

        answer = await hooked.api.put(f"schedules/{hooked.id}/webhook", {"url": "https://example.com/", "etag": etag})

        saved = (await hooked.api.get(f"schedules/{hooked.id}")).json["webhook"]
        assert (answer.status, answer.error["code"]) == (412, "stale")
        assert (saved["host"], saved["events"]) == ("example.org", ["run.failed"])

    async def test_neither_url_nor_secret_is_returned_anywhere(self, hooked: Hooked) -> None:
        """Lists, changes, jobs, and the history contain neither URL nor secret."""
        token = (await hooked.api.get("changes")).json["token"]
        await hooked.set(include_prompts=True)
        hooked.deps.webhook_client.answers.append(500)
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
            "https://[",
            "https://a]b",
            "https://\u2100.com",
        ],
    )
    async def test_forbidden_urls(self, hooked: Hooked, url: str) -> None:
        """A forbidden URL is rejected with the name of the field, and the stored one stays."""
        answer = await hooked.api.put(f"schedules/{hooked.id}/webhook", {"url": url, "etag": "2"})

        assert (answer.status, answer.field) == (400, "url")
        assert (await hooked.api.get(f"schedules/{hooked.id}")).json["webhook"]["host"] == "example.org"

    async def test_a_name_that_leads_nowhere_good(self, hooked: Hooked) -> None:
        """A host that resolves to a private IP address or not at all is rejected."""
        for error in (Permanent("This address leads to a private network."), Unavailable("There is no address.")):
            hooked.deps.webhook_client.fail(error)
            answer = await hooked.api.put(
                f"schedules/{hooked.id}/webhook", {"url": "https://intranet.example/", "etag": "2"}
            )
            assert (answer.status, answer.field) == (400, "url")

    async def test_the_first_needs_a_url(self, api: Api) -> None:
        """A new webhook requires a URL and known events."""
        schedule = (await api.post("schedules", {"name": "Owls", "theme": "owls", "timing": DAILY})).json["id"]

        missing = await api.put(f"schedules/{schedule}/webhook", {"etag": "1"})
        unknown = await api.put(f"schedules/{schedule}/webhook", {"url": URL, "events": ["everything"], "etag": "1"})
        test = await api.post(f"schedules/{schedule}/webhook/test")

        assert (missing.status, missing.field) == (400, "url")
        assert (unknown.status, unknown.field) == (400, "events.0")
        assert test.status == 409

    async def test_another_schedules_message(self, hooked: Hooked, api: Api) -> None:
        """A delivery is found under its own schedule only."""
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
