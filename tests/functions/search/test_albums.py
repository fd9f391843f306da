"""Albums in searches."""

from __future__ import annotations

import pytest

from functions.errors import BadRequest
from functions.search.grammar import parse
from functions.search.query import ImageQuery

ID = "01KASAR8M0ABCDEFGHJKMNPQRS"
FOXES = ImageQuery(terms=("fox",))
ALBUMS = {
    "Best of": ImageQuery(albums=(ID,)),
    ID: ImageQuery(albums=(ID,)),
    "Other": ImageQuery(albums=("OTHER",)),
    "All foxes": FOXES,
    "Everything": ImageQuery(),
}


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ('album:"best of"', ImageQuery(albums=(ID,))),
        (f"album:{ID} snow", ImageQuery(albums=(ID,), terms=("snow",))),
        ('album:Other album:"Best of"', ImageQuery(albums=("OTHER", ID))),
        ("-album:Other", ImageQuery(none_of=(ImageQuery(albums=("OTHER",)),))),
        ('album:"All foxes" snow', ImageQuery(any_of=((FOXES,),), terms=("snow",))),
        ('-album:"All foxes"', ImageQuery(none_of=(ImageQuery(any_of=((FOXES,),)),))),
        ("album:Everything", ImageQuery()),
        ("album:Other sort:album", ImageQuery(albums=("OTHER",), sort="album")),
    ],
)
def test_an_album_is_a_condition(q: str, expected: ImageQuery) -> None:
    """An album is found by name or ID, can be excluded and combined, and a smart album is its search."""
    assert parse(q, schedules={}, albums=ALBUMS) == expected


@pytest.mark.parametrize(
    ("q", "message"),
    [
        ("album:Best", "No album is named “Best”. Did you mean “Best of”?"),
        ("album:", "“album:” has no value. Add one after the colon, or remove it."),
        ("sort:album", "“sort:album” needs one album made by hand, such as album:Favorites."),
        ('album:"All foxes" sort:album', "“sort:album” needs one album made by hand, such as album:Favorites."),
        (
            f"album:Other album:{ID} sort:album",
            "“sort:album” needs one album made by hand, such as album:Favorites.",
        ),
        ("sort:manual", "“sort:manual” isn't an order. Did you mean sort:album?"),
    ],
)
def test_a_wrong_album_is_an_error(q: str, message: str) -> None:
    """An unknown album gets a suggestion, and its order needs exactly one album made by hand."""
    with pytest.raises(BadRequest) as caught:
        parse(q, schedules={}, albums=ALBUMS)

    assert caught.value.message == message
    assert caught.value.details["field"] == "q"
