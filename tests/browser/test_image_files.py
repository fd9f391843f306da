"""Create reads the settings of image files: chosen, dropped, or pasted, from every program."""

from __future__ import annotations

import base64
import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.stack import Stack
from tests.fakes import png
from tests.image_samples import an_image, an_original
from tests.parameter_files import INFOTEXT, png_with, program_files

FILES = program_files()
LABELS = {
    "a1111": "A1111",
    "comfyui": "ComfyUI",
    "invokeai": "InvokeAI",
    "swarmui": "SwarmUI",
    "fooocus": "Fooocus",
}
# A file can't be dragged from the system by a script, so the events of a drop get one that the page made.
SEND = """([type, name, data]) => {
  const bytes = Uint8Array.from(atob(data), (one) => one.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name, { type: 'image/png' }));
  const details = { bubbles: true, cancelable: true, composed: true };
  const event = type === 'paste'
    ? new ClipboardEvent(type, { ...details, clipboardData: transfer })
    : new DragEvent(type, { ...details, dataTransfer: transfer });
  document.querySelector('#prompt').dispatchEvent(event);
}"""


@pytest.fixture
def create(page: Page, stack: Stack) -> Page:
    page.keyboard.press("n")
    expect(page.get_by_role("heading", name="Create")).to_be_visible()
    return page


def choose(page: Page, name: str, file: bytes) -> None:
    """Choose a file, as the dialog of the browser does."""
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "image/png", "buffer": file})


def send(page: Page, event: str, name: str, file: bytes) -> None:
    """Let the prompt field get the event of a drop or of a paste with this file."""
    page.evaluate(SEND, [event, name, base64.b64encode(file).decode()])


def field(page: Page, name: str) -> Locator:
    return page.get_by_role("textbox", name=name, exact=True)


def alert(page: Page) -> Locator:
    """The error of the form; notifications have an alert of their own."""
    return page.locator("form").get_by_role("alert")


def expect_filled(page: Page) -> None:
    expect(field(page, "Prompt")).to_have_value("a red fox, in the snow")
    expect(field(page, "Steps")).to_have_value("20")
    expect(field(page, "Guidance scale")).to_have_value("7.5")
    expect(field(page, "Seed")).to_have_value("1234")


def test_files_of_every_program_fill_the_form(create: Page) -> None:
    """A file of each program fills the form, and the model that isn't here is named."""
    for name in ("a1111.jpg", "a1111.webp", "comfyui.png", "invokeai.png", "swarmui.png", "fooocus.png"):
        field(create, "Prompt").fill("")
        choose(create, name, FILES[name])

        program = LABELS[name.partition(".")[0]]
        expect(create.get_by_text(f"The form contains the settings of {name}, written by {program}.")).to_be_visible()
        expect_filled(create)
        expect(create.get_by_text(re.compile(r"Not used: Model: .*test-model"))).to_be_visible()


def test_a_file_is_chosen_with_the_keyboard(create: Page) -> None:
    """The button opens the file dialog with a key, and the chosen file fills the form."""
    with create.expect_file_chooser() as chosen:
        create.get_by_role("button", name="Read settings from an image").press("Enter")
    chosen.value.set_files({"name": "fox.png", "mimeType": "image/png", "buffer": FILES["a1111.png"]})

    expect_filled(create)


def test_a_dropped_file_of_our_own(create: Page) -> None:
    """While a file is dragged over the page, the page says what a drop does; the drop fills the form."""
    file = an_original(an_image(theme="foxes", alt_text="A fox."))

    send(create, "dragover", "fox.png", file)
    expect(create.get_by_text("Drop the image to read its settings")).to_be_visible()
    send(create, "drop", "fox.png", file)

    expect(create.get_by_text("Drop the image to read its settings")).to_be_hidden()
    expect(create.get_by_text("The form contains the settings of fox.png, written by Auto-Image-Gen.")).to_be_visible()
    expect(field(create, "Theme")).to_have_value("foxes")
    expect(field(create, "Seed")).to_have_value("7")


def test_a_pasted_file_can_be_undone(create: Page) -> None:
    """A pasted file fills the form, and Undo restores it."""
    field(create, "Prompt").fill("an owl")

    send(create, "paste", "fox.png", png_with({"parameters": INFOTEXT}))
    expect_filled(create)
    create.get_by_role("button", name="Undo").click()

    expect(field(create, "Prompt")).to_have_value("an owl")
    expect(create.get_by_text("The form contains the settings")).to_be_hidden()


def test_a_file_is_being_read(create: Page) -> None:
    """Until the file is read, the page says so."""
    held: list[Route] = []
    create.route("**/api/images/parameters", lambda route: held.append(route))

    choose(create, "fox.png", FILES["a1111.png"])

    expect(create.get_by_text("Reading fox.png…")).to_be_visible()
    held[0].continue_()
    expect_filled(create)
    expect(create.get_by_text("Reading fox.png…")).to_be_hidden()


def test_files_that_cannot_be_used(create: Page) -> None:
    """A file without settings, or one that is too large, changes nothing; the page says what to do."""
    field(create, "Prompt").fill("an owl")

    choose(create, "plain.png", png())
    expect(alert(create)).to_contain_text("plain.png contains no settings of an image.")
    choose(create, "large.png", png() + bytes(33 * 1024 * 1024))
    expect(alert(create)).to_contain_text("large.png is larger than 32 MB. Choose a smaller file.")

    expect(field(create, "Prompt")).to_have_value("an owl")


def test_an_error_of_the_service(create: Page) -> None:
    """An error is shown with its reason, and the next file replaces it."""
    error = {"code": "bad_request", "message": "The PNG file is truncated after 40 bytes.", "retryable": False}
    create.route("**/api/images/parameters", lambda route: route.fulfill(status=400, json={"error": error}), times=1)

    choose(create, "broken.png", png()[:40])
    expect(alert(create)).to_contain_text("The PNG file is truncated after 40 bytes.")
    choose(create, "fox.png", FILES["a1111.png"])

    expect_filled(create)
    expect(alert(create)).to_have_count(0)


def test_a_pasted_text_offers_to_fill_the_form(create: Page) -> None:
    """A text with settings in the prompt field is recognized, and fills the form on request."""
    field(create, "Prompt").fill(INFOTEXT)

    expect(create.get_by_text("This text contains settings of an image.")).to_be_visible()
    create.get_by_role("button", name="Fill in the form").click()

    expect_filled(create)
