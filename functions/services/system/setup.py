"""Which parts run now, what would replace those that one starts with, and whether each of them works."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from functions.errors import AppError, NotFound, Permanent
from functions.models.identity import new_image_id
from functions.models.library import Summary
from functions.models.prompt import ModelProfile, WritingRequest
from functions.services import library_settings
from functions.services.dependencies import Dependencies
from functions.services.reports import estimates
from functions.services.system import capabilities
from functions.services.telemetry import event
from functions.services.usage import ledger

STARTER_MODEL = "starter"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
SIGN_OF_LIFE = b"auto-image-gen"
THEME = "a fox in the snow"
SLOWEST_CHECK_S = 60.0
MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part as it runs now.  `lines` are what to set to replace it, `cost_usd` is what checking it costs."""

    id: str
    now: str  # a code
    detail: str  # the model, or where it is
    starter: bool
    sentence: str
    advice: str  # empty where nothing is to be replaced
    lines: tuple[str, ...] = ()
    check: str  # what the check does
    cost_usd: float | None = 0.0  # None: not measured yet


@dataclass(frozen=True, kw_only=True)
class Checked:
    ok: bool
    message: str
    took_ms: int
    cost_usd: float = 0.0


async def parts(deps: Dependencies) -> Sequence[Part]:
    """All four, the starter ones with what would replace them."""
    profile = await library_settings.profile(deps)
    pace = await estimates.measured(deps, profile.model)
    return (
        prompts_part(deps, pace.usd_per_prompt),
        painter_part(deps, profile),
        pictures_part(deps),
        catalog_part(deps),
    )


def prompts_part(deps: Dependencies, usd_per_prompt: float | None) -> Part:
    if deps.prompts_by == "offline":
        return Part(
            id="prompts",
            now="word-lists",
            detail="",
            starter=True,
            sentence="Prompts come from word lists on this computer.",
            advice="Add an OpenAI key for ones that surprise you.",
            lines=("OPENAI_API_KEY=sk-…",),
            check="Writes one prompt; it costs nothing.",
        )
    return Part(
        id="prompts",
        now="chatgpt",
        detail=deps.components.prompt_writer,
        starter=False,
        sentence=f"Prompts are written by {deps.components.prompt_writer}.",
        advice="",
        check="Writes one prompt with your key.",
        cost_usd=usd_per_prompt,
    )


def painter_part(deps: Dependencies, profile: ModelProfile) -> Part:
    starter = profile.model == STARTER_MODEL
    host = deps.components.inference
    at = " on this computer" if host in LOOPBACK else f" at {host}" if host else ""
    return Part(
        id="painter",
        now="starter-model" if starter else "model",
        detail=profile.model,
        starter=starter,
        sentence=f"Painted{at} by {'the starter model' if starter else profile.model}, at {profile.width} px.",
        advice="A GPU and SDXL give 1024." if starter else "",
        lines=("MODEL_ID=stabilityai/stable-diffusion-xl-base-1.0", "INFERENCE_URL=https://…") if starter else (),
        check="Asks which model it serves; wakes nothing, costs nothing.",
    )


def pictures_part(deps: Dependencies) -> Part:
    starter = deps.components.emulated_storage
    return Part(
        id="pictures",
        now="azurite" if starter else "azure",
        detail=deps.components.storage,
        starter=starter,
        sentence="Pictures lie in Azurite on this computer."
        if starter
        else f"Pictures lie in {deps.components.storage}.",
        advice="An Azure Storage account keeps them when this computer breaks." if starter else "",
        lines=("AzureWebJobsStorage=DefaultEndpointsProtocol=https;AccountName=…;AccountKey=…",) if starter else (),
        check="Writes, reads and removes a small file; costs nothing worth naming.",
    )


def catalog_part(deps: Dependencies) -> Part:
    starter = deps.components.embedded_catalog
    where = (
        "The catalog is a file on this computer"
        if starter
        else f"The catalog is Cosmos DB at {deps.components.catalog}"
    )
    return Part(
        id="catalog",
        now="sqlite" if starter else "cosmos",
        detail=deps.components.catalog,
        starter=starter,
        sentence=f"{where}.",
        advice="Cosmos DB serves several machines at once." if starter else "",
        lines=("COSMOS_ENDPOINT=https://….documents.azure.com:443/", "COSMOS_KEY=…") if starter else (),
        check="Writes, reads and removes a small document; costs nothing worth naming.",
    )


# --- whether it works -----------------------------------------------------------------------------------------------

Check = Callable[[Dependencies], Awaitable[tuple[str, float]]]


async def check(deps: Dependencies, id: str) -> Checked:
    """Try one part; what fails is told, not raised.  `NotFound` for a part that there is not."""
    if id not in CHECKS:
        raise NotFound(f"There is no part “{id}”; the parts are {', '.join(CHECKS)}.")
    started = deps.clock()
    cost = 0.0
    try:
        async with asyncio.timeout(SLOWEST_CHECK_S):
            message, cost = await CHECKS[id](deps)
        ok = True
    except AppError as exc:
        ok, message = False, exc.message
    except TimeoutError:
        ok, message = False, f"It did not answer within {SLOWEST_CHECK_S:g} seconds."
    took_ms = (deps.clock() - started) // MILLISECOND
    event("setup.checked", part=id, ok=ok, ms=took_ms)
    return Checked(ok=ok, message=message, took_ms=took_ms, cost_usd=cost)


async def check_prompts(deps: Dependencies) -> tuple[str, float]:
    written = await deps.prompt_writer.write(WritingRequest(theme=THEME), await library_settings.profile(deps))
    await ledger.record_writing(deps, new_image_id(deps.clock()), cost_usd=written.cost_usd)
    return f"It wrote: “{written.prompt}”", written.cost_usd


async def check_painter(deps: Dependencies) -> tuple[str, float]:
    if not await capabilities.painter_ready(deps):
        return "It sleeps, or starts; the first picture wakes it.", 0.0
    profile = await deps.image_generator.profile()
    return f"It is awake and serves {profile.model} at {profile.width} × {profile.height}.", 0.0


async def check_pictures(deps: Dependencies) -> tuple[str, float]:
    name = f"check/{new_image_id(deps.clock())}.txt"
    await deps.blobs.upload("exports", name, SIGN_OF_LIFE, content_type="text/plain")
    try:
        read = await deps.blobs.download("exports", name)
        await deps.blobs.signed_url("exports", name, now=deps.clock())
    finally:
        await deps.blobs.delete("exports", name)
    if read != SIGN_OF_LIFE:
        raise Permanent("A file came back other than it was written; check the storage.")
    return "A file was written, read and removed.", 0.0


async def check_catalog(deps: Dependencies) -> tuple[str, float]:
    now = deps.clock()
    id = f"check-{new_image_id(now)}"
    fresh = Summary(id=id, created_by=library_settings.PRODUCT, created_at=now, updated_at=now)
    await deps.catalog.summaries.create(fresh)
    await deps.catalog.summaries.get(id)
    await deps.catalog.summaries.delete(id)
    return "A document was written, read and removed.", 0.0


CHECKS: Mapping[str, Check] = {
    "prompts": check_prompts,
    "painter": check_painter,
    "pictures": check_pictures,
    "catalog": check_catalog,
}
