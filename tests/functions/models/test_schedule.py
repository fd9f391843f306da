"""Publication and webhook of a schedule, as stored."""

from __future__ import annotations

import pytest

from functions.models.schedule import Publication, Webhook
from tests.fakes import START

PUBLICATION = {"slug": "owls", "since": START}
WEBHOOK = {"url": "https://example.org/", "secret": "whsec_1", "events": ["run.failed"], "since": START}


@pytest.mark.parametrize(("model", "fields"), [(Publication, PUBLICATION), (Webhook, WEBHOOK)])
def test_prompts_of_the_previous_release_are_read_and_written(
    model: type[Publication] | type[Webhook], fields: dict[str, object]
) -> None:
    """What either release stored is read by both, and the new name decides where both are stored."""
    earlier = model.model_validate(fields | {"prompts": True})
    stored = earlier.model_dump(mode="json")

    assert earlier.include_prompts
    assert (stored["include_prompts"], stored["prompts"]) == (True, True)
    assert model.model_validate_json(earlier.model_dump_json()) == earlier
    assert not model.model_validate(fields | {"prompts": True, "include_prompts": False}).include_prompts
    assert not model.model_validate(fields).include_prompts
