"""Starting jobs by one key, and what a limit does before a job is sent."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.stack import Stack, until
from tests.browser.test_create import theme_and_prompt


def test_a_reached_limit_is_named_and_disables_the_button(new_page: NewPage, stack: Stack) -> None:
    """What the API would refuse can't be started, neither by button nor key; the reason and the way out are shown."""
    refusal = ["An estimated $0.08 more would exceed today's limit of $1.00."]
    sent: list[str] = []
    page = new_page()
    page.route("**/api/jobs/estimate", lambda route: route.fulfill(json=route.fetch().json() | {"refusal": refusal[0]}))
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.goto(f"{stack.url}&/create")
    theme_and_prompt(page)[0].fill("a fox with a budget")
    generate = page.get_by_role("button", name="Generate")
    expect(page.get_by_role("status").filter(has_text=refusal[0])).to_be_visible()
    expect(page.get_by_role("link", name="Edit limits")).to_have_attribute("href", "#/settings")
    expect(generate).to_be_disabled()
    page.keyboard.press("Control+Enter")

    refusal[0] = ""
    page.get_by_role("spinbutton", name="Images").fill("2")
    expect(generate).to_be_enabled()
    assert not [url for url in sent if url.endswith("/api/jobs")]
    page.keyboard.press("Control+Enter")

    expect(page.get_by_role("article").filter(has_text="a fox with a budget")).to_be_visible()


def test_image_is_generated_again_with_a_new_seed_by_one_key(page: Page, stack: Stack) -> None:
    """R generates an image with the same prompt and options and another seed, without leaving the viewer."""
    (image,) = stack.generated("a heron that is drawn twice")
    page.goto(f"{stack.origin}/#/images/{image['id']}")
    expect(page.get_by_role("dialog").locator("figure img")).to_be_visible()

    page.keyboard.press("r")
    expect(page.get_by_text("Generating with a new seed.").first).to_be_visible()

    def drawn_again() -> Any:
        return [one for one in stack.images() if one["prompt"] == image["prompt"] and one["id"] != image["id"]]

    (again,) = until(drawn_again, limit_s=60)
    assert page.url.endswith(image["id"])
    assert again["seed"] != image["seed"]
