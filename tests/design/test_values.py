"""Can what a file of states says stand where a real page's rows stand?"""

from pathlib import Path

from genkan.design.values import Source, made

SOURCE = Source(Path("a.toml"), "")


def test_a_table_can_be_what_a_component_is_kept_by() -> None:
    one, two = made([{"name": "google", "tags": ["a"]}, {"name": "google", "tags": ["a"]}], SOURCE)
    assert hash(one) == hash(two)
    assert {one: 1}[two] == 1
    assert one != made({"name": "line", "tags": ["a"]}, SOURCE)
