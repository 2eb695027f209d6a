import os

import pytest

from assay.cli import options, terminal
from assay.errors import UsageError


def descriptor(data):
    reader, writer = os.pipe()
    os.write(writer, data)
    os.close(writer)
    return reader


def test_a_passphrase_comes_from_a_descriptor_without_its_line_end():
    given = descriptor(b"open sesame\n")
    assert options.passphrase(given) == b"open sesame"
    os.close(given)


@pytest.mark.parametrize("data", [b"", b"\n", b"x" * 1025])
def test_none_or_far_too_much_is_refused(data):
    given = descriptor(data)
    with pytest.raises(UsageError, match="1 to 1024 bytes"):
        options.passphrase(given)
    os.close(given)


def test_a_closed_descriptor_is_refused():
    with pytest.raises(UsageError, match="file descriptor"):
        options.passphrase(987)


def test_without_terminal_and_descriptor_it_says_how_to_give_one():
    with pytest.raises(UsageError, match="passphrase is needed") as caught:
        options.passphrase(None)
    assert "--passphrase-fd" in caught.value.hint


def test_colour_obeys_the_environment_and_the_terminal(monkeypatch):
    assert terminal.colour() is False
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert terminal.colour() is True
    monkeypatch.setenv("NO_COLOR", "1")
    assert terminal.colour() is False


def test_nobody_looking_means_no_progress_bar():
    with terminal.progress("x") as progress:
        assert progress is None


def test_a_bar_is_drawn_where_somebody_looks(monkeypatch, capsys):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    with terminal.progress("inspecting") as progress:
        progress(1, 2)
        progress(2, None)


def test_the_width_is_bearable(monkeypatch):
    for columns, width in (("10", 40), ("100", 100), ("400", 120)):
        monkeypatch.setenv("COLUMNS", columns)
        assert terminal.width() == width
