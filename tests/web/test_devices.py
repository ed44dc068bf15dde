"""What does an address tell of a place? As much as it says itself."""

import pytest
from genkan.web.devices import named, place


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("127.0.0.1", "machine"),
        ("127.8.0.1", "machine"),
        ("::/64", "machine"),
        ("192.168.1.5", "private"),
        ("10.0.0.1", "private"),
        ("fd00:1::/64", "private"),
        ("9.9.9.9", "address"),
        ("2a00:1450:4001::/64", "address"),
        ("none", ""),
        ("", ""),
    ],
)
def test_an_address_tells_no_more_than_it_says(address: str, told: str) -> None:
    assert place(address) == told


@pytest.mark.parametrize("agent", ["", "x", "x" * 100_000, "\x00", "<script>"])
def test_what_names_itself_oddly_has_no_name(agent: str) -> None:
    assert named(agent) == ""
