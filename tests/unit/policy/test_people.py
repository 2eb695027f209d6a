"""Who is who."""

import pytest

from assay.model.subject import Identity
from assay.policy.people import People


@pytest.mark.parametrize(
    ("name", "email", "person"),
    [
        ("Alice Archer", "alice@example.org", "alice"),
        ("A.", "ALICE@Example.org", "alice"),
        ("A.", "alice@home.example", "alice"),
        ("alice  archer", "nobody@example.org", "alice"),
        ("Bob Baker", "alice@example.org", "alice"),
        ("Somebody", "nobody@example.org", None),
        ("", "", None),
    ],
)
def test_by_address_and_where_it_is_unknown_by_name(cases, name, email, person):
    assert People(cases.CONFIG).identified(Identity(name=name, email=email)).person == person


def test_coauthors_are_read_from_trailers(cases):
    trailers = (
        ("Co-authored-by", "Bob Baker <bob@example.org>"),
        ("co-authored-by", "carol@example.org"),
        ("Co-Authored-By", "not an address"),
        ("Signed-off-by", "Alice <alice@example.org>"),
    )
    found = People(cases.CONFIG).coauthors(cases.commit(trailers=trailers))
    assert [item.person for item in found] == ["bob", "carol", None]


def test_people_are_recorded_with_their_roles(cases):
    recorded = People(cases.CONFIG).recorded()
    assert recorded["carol"].roles == ("security",)
    assert recorded["alice"].emails == ("alice@example.org", "alice@home.example")
