"""Files made to exhaust whoever reads them: each is refused before it costs anything."""

import subprocess
import sys
import time

import pytest

from assay.errors import SourceError
from assay.source.yaml import MAX_ALIASES, MAX_DEPTH, compose, compose_all, to_plain

LAUGHS = "a0: &a0 [lol]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 30))


def refused(data: bytes, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        compose_all(data)


def test_billion_laughs():
    refused(LAUGHS.encode(), "at most 500,000 nodes, aliases followed")


def test_billion_laughs_by_merge_keys():
    bomb = "a0: &a0 {k: v}\n" + "".join(
        f"a{n}: &a{n} {{{', '.join(f'x{i}: *a{n - 1}' for i in range(10))}, <<: *a{n - 1}}}\n" for n in range(1, 30)
    )
    refused(bomb.encode(), "at most 500,000 nodes, aliases followed")


def test_merge_keys_that_grow_a_mapping_at_every_step():
    chain = "- &a0 {k: v}\n" + "".join(f"- &a{n} {{<<: *a{n - 1}, k{n}: v}}\n" for n in range(1, 2000))
    refused(chain.encode(), "at most 500,000 nodes, aliases followed")


def test_quadratic_aliases():
    data = b"- &a [" + b"x," * 1000 + b"]\n" + b"- *a\n" * 1000
    refused(data, "at most 500,000 nodes, aliases followed")


def test_more_aliases_than_anyone_writes():
    data = b"- &a x\n" + b"- *a\n" * (MAX_ALIASES + 1)
    refused(data, "at most 10,000 aliases")


def test_a_tower_built_of_aliases():
    tower = "- &a0 [x]\n" + "".join(f"- &a{n} [*a{n - 1}]\n" for n in range(1, 1000))
    refused(tower.encode(), "at most 200 deep, aliases followed")


@pytest.mark.parametrize(
    "opening",
    [b"[", b"{a: ", b"- ", b"[{a: ", b"? ", b"&a [", b"!t [", b"[? "],
    ids=["flow", "braces", "block", "mixed", "keys", "anchors", "tags", "flow keys"],
)
def test_deep_nesting_neither_crashes_nor_takes_long(opening):
    began = time.process_time()
    refused(opening * 10_000, "nested at most 200 deep|not YAML")
    assert time.process_time() - began < 5


def test_deep_nesting_by_indentation():
    data = "".join(" " * n + "a:\n" for n in range(10_000)).encode()
    refused(data, f"nested at most {MAX_DEPTH} deep|at most 16,777,216 bytes")


@pytest.mark.parametrize("data", [b"[" * 1_000_000, b"{" * 1_000_000, b"- " * 1_000_000, b"[" * 1_000_000 + b"]" * 10])
def test_the_process_survives_a_million_levels(data, tmp_path):
    file = tmp_path / "deep.yaml"
    file.write_bytes(data)
    script = (
        "import sys, pathlib\n"
        "from assay.errors import SourceError\n"
        "from assay.source.yaml import compose\n"
        "try:\n    compose(pathlib.Path(sys.argv[1]).read_bytes())\n"
        "except SourceError:\n    print('refused')\n"
    )
    run = subprocess.run([sys.executable, "-c", script, str(file)], capture_output=True, timeout=60, check=False)
    assert run.stdout == b"refused\n", run


def test_the_deepest_allowed_is_read():
    data = b"[" * MAX_DEPTH + b"]" * MAX_DEPTH
    assert to_plain(compose(data)) is not None
    refused(b"[" + data + b"]", "nested at most 200 deep")


def test_fifty_megabytes():
    refused(b"a" * 50_000_000, "at most 16,777,216 bytes, found 50,000,000")


def test_more_nodes_than_memory():
    refused(b"[" + b",".join([b"1"] * 600_000) + b"]", "at most 500,000 nodes")
    refused(b"--- 1\n" * 600_000, "at most 500,000 nodes")


@pytest.mark.parametrize("data", [b"&a [*a]", b"&a {<<: *a}", b"x: &a\n  <<: *a\n", b"&a {<<: [{b: 1}, *a]}"])
def test_a_node_inside_itself(data):
    refused(data, "an alias must not stand inside its own anchor")


def test_a_long_key_does_not_take_quadratic_time():
    began = time.process_time()
    assert compose(b"'" + b"a" * 900 + b"': 1\n" + b"b: '" + b"x " * 1_000_000 + b"'\n") is not None
    assert time.process_time() - began < 5
