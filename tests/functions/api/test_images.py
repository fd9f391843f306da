"""Single images over HTTP: changes, approval, trash, and files."""

from __future__ import annotations

import pytest

from functions.errors import Unavailable
from functions.formats.embedded_metadata import insert, metadata_of
from functions.models.identity import blob_names
from functions.services.generation.run import run_job
from functions.services.images.purge import purge
from tests.fakes import Clock, FakeDependencies, png
from tests.functions.api.conftest import Api, Gallery

MISSING = "01KASAR8M0ABCDEFGHJKMNPQRS"


class TestOne:
    async def test_has_its_metadata_and_urls(self, api: Api, gallery: Gallery) -> None:
        """An image is returned with all fields, an ETag, and URLs that expire as stated."""
        image = await gallery.add(tags=("night",))

        sent = (await api.get(f"images/{image.id}")).json

        assert (sent["prompt"], sent["tags"], sent["etag"]) == (image.prompt, ["night"], image.etag)
        assert sent["thumbnail_url"].startswith(f"https://blobs.test/thumbnails/{image.thumbnail_blob}")
        assert sent["urls_expire_at"] == "2026-11-23T09:45:00Z"

    @pytest.mark.parametrize("id", [MISSING, MISSING.lower(), "nonsense", "bulk"])
    async def test_unknown_ids_are_not_found(self, api: Api, id: str) -> None:
        """Every route of one image returns 404 for an unknown id."""
        answers = [
            await api.get(f"images/{id}"),
            await api.patch(f"images/{id}", {"etag": "1", "favourite": True}),
            await api.delete(f"images/{id}"),
            await api.delete(f"images/{id}?permanent=true"),
            await api.post(f"images/{id}/restore"),
            await api.get(f"images/{id}/file"),
        ]

        assert [(answer.status, answer.error["code"]) for answer in answers] == [(404, "not_found")] * 6


class TestChange:
    async def test_sets_what_was_sent(self, api: Api, gallery: Gallery, clock: Clock) -> None:
        """Only the given fields change, and a search finds the new title at once."""
        image = await gallery.add(tags=("old",))

        answer = await api.patch(
            f"images/{image.id}",
            {"etag": image.etag, "favourite": True, "rating": 5, "title": "A lighthouse", "tags": ["New", "new"]},
        )

        sent = answer.json
        assert (sent["favourite"], sent["rating"], sent["title"], sent["tags"]) == (True, 5, "A lighthouse", ["new"])
        assert sent["prompt"] == image.prompt
        assert sent["etag"] != image.etag
        assert (await api.get("images?q=lighthouse")).json["total"] == 1

    async def test_an_old_etag_is_stale(self, api: Api, gallery: Gallery) -> None:
        """An update with an outdated ETag is rejected, and nothing is overwritten."""
        image = await gallery.add()
        await api.patch(f"images/{image.id}", {"etag": image.etag, "rating": 3})

        answer = await api.patch(f"images/{image.id}", {"etag": image.etag, "rating": 5})

        assert (answer.status, answer.error["code"]) == (412, "stale")
        assert (await api.get(f"images/{image.id}")).json["rating"] == 3

    async def test_approval_keeps_its_first_moment(self, api: Api, gallery: Gallery, clock: Clock) -> None:
        """A second approval keeps the first time, and removing the approval clears it."""
        image = await gallery.add()
        address = f"images/{image.id}"

        first = (await api.patch(address, {"etag": image.etag, "approved": True})).json
        clock.advance(hours=1)
        second = (await api.patch(address, {"etag": first["etag"], "approved": True})).json
        withdrawn = (await api.patch(address, {"etag": second["etag"], "approved": False})).json

        assert first["approved_at"] == second["approved_at"] != None  # noqa: E711 - a chain reads better
        assert withdrawn["approved_at"] is None

    async def test_writes_the_sidecar(self, api: Api, gallery: Gallery, deps: FakeDependencies) -> None:
        """Fields set by users are stored in the sidecar too."""
        image = await gallery.add()

        await api.patch(f"images/{image.id}", {"etag": image.etag, "rating": 4})

        sidecar = await deps.blobs.download("sidecars", blob_names(image.id).sidecar)
        assert b'"rating": 4' in sidecar

    async def test_a_failing_sidecar_fails_nothing(self, api: Api, gallery: Gallery, deps: FakeDependencies) -> None:
        """The document is saved while storage is unavailable, and the sweep writes the sidecar later."""
        image = await gallery.add()
        deps.blobs.fail(Unavailable())

        answer = await api.patch(f"images/{image.id}", {"etag": image.etag, "rating": 4})

        assert (answer.status, answer.json["rating"]) == (200, 4)


class TestTrash:
    async def test_there_and_back(self, api: Api, gallery: Gallery) -> None:
        """DELETE moves to trash and restore reverts it; both can be repeated."""
        image = await gallery.add()
        address = f"images/{image.id}"

        trashed = [(await api.delete(address)).json["deleted_at"] for _ in range(2)]
        restored = [(await api.post(f"{address}/restore")).json["deleted_at"] for _ in range(2)]

        assert trashed[0] == trashed[1] != None  # noqa: E711 - a chain reads better
        assert restored == [None, None]

    async def test_for_good(self, api: Api, gallery: Gallery, deps: FakeDependencies) -> None:
        """`permanent=true` deletes document, blobs, and sidecar, from the library or from trash."""
        one, other = await gallery.several(2)
        await api.delete(f"images/{other.id}")

        answers = [await api.delete(f"images/{image.id}?permanent=true") for image in (one, other)]

        assert [(answer.status, answer.body) for answer in answers] == [(204, b""), (204, b"")]
        assert (await api.get(f"images/{one.id}")).status == 404
        assert deps.blobs.stored == {}

    async def test_an_interrupted_purge_continues_later(
        self, api: Api, gallery: Gallery, deps: FakeDependencies
    ) -> None:
        """An image with a started purge can't be restored or changed, and the sweep completes the purge."""
        image = await gallery.add()
        deps.blobs.fail(Unavailable())

        broken = await api.delete(f"images/{image.id}?permanent=true")
        restored = await api.post(f"images/{image.id}/restore")
        changed = await api.patch(f"images/{image.id}", {"etag": "1", "rating": 1})
        seen = await api.get(f"images/{image.id}")
        listed = (await api.get("images?trash=only")).json["items"]
        left = await deps.catalog.images.trashed_before(deps.clock())
        await purge(deps, image.id)

        assert (broken.status, broken.error["retryable"]) == (503, True)
        assert [answer.status for answer in (restored, changed, seen)] == [409, 409, 404]
        assert listed == []
        assert [found.id for found in left] == [image.id]
        assert deps.blobs.stored == {}


class TestRegenerate:
    async def test_a_lost_image_comes_back(self, api: Api, gallery: Gallery, deps: FakeDependencies) -> None:
        """A download says that the file is missing, and the job that the request creates stores it again."""
        image = await gallery.add(rating=4)
        await deps.blobs.delete("originals", image.original_blob)

        missing = await api.get(f"images/{image.id}/file?variant=original")
        marked = (await api.get("images?q=is:missing")).json["items"]
        created, repeated = [await api.post(f"images/{image.id}/regenerate") for _ in range(2)]
        await run_job(deps, deps.generation_queue.take_one())
        after = (await api.get(f"images/{image.id}")).json

        assert missing.status == 404
        assert missing.error["message"].startswith("The file of this image is missing.")
        assert [one["original_missing_at"] for one in marked] == ["2026-11-23T09:01:00Z"]
        assert created.status == repeated.status == 202
        assert created.json["id"] == repeated.json["id"]
        assert created.json["request"]["regenerates"] == image.id
        assert (after["original_missing_at"], after["rating"], after["seed"]) == (None, 4, image.seed)
        assert (await api.get(f"images/{image.id}/file?variant=original")).status == 302

    async def test_an_image_with_a_file_is_refused(self, api: Api, gallery: Gallery) -> None:
        """An image whose file can be shown is neither generated again nor marked."""
        image = await gallery.add()

        answer = await api.post(f"images/{image.id}/regenerate")

        assert (answer.status, answer.error["code"]) == (409, "conflict")
        assert (await api.get("images?q=is:missing")).json["items"] == []


class TestFile:
    @pytest.mark.parametrize(("variant", "container"), [("original", "originals"), ("thumbnail", "thumbnails")])
    async def test_redirects_to_a_signed_url(self, api: Api, gallery: Gallery, variant: str, container: str) -> None:
        """Original and thumbnail are redirected to signed storage URLs."""
        image = await gallery.add()

        answer = await api.get(f"images/{image.id}/file?variant={variant}")

        assert answer.status == 302
        assert answer.headers["Location"].startswith(f"https://blobs.test/{container}/")

    async def test_clean_has_no_metadata(self, api: Api, gallery: Gallery, deps: FakeDependencies) -> None:
        """The clean variant is the same image without prompt and ids, under a different file name."""
        image = await gallery.add("a secret fox")
        original = insert(png(), metadata_of(image))
        await deps.blobs.upload("originals", image.original_blob, original, content_type="image/png", overwrite=True)

        answer = await api.get(f"images/{image.id}/file?variant=clean")

        assert answer.status == 200
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{image.id}-clean.png"'
        assert answer.body.startswith(b"\x89PNG")
        assert b"secret" in original
        assert b"secret" not in answer.body
