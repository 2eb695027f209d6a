import click
import pytest

from assay.cli import outputs
from assay.errors import UsageError


def asked(*arguments):
    found = []

    @click.command(cls=outputs.RenderingCommand)
    @click.argument("anything", required=False)
    def command(anything):
        found.extend((output.format, output.path and str(output.path)) for output in outputs.outputs())

    command.main(args=list(arguments), standalone_mode=False)
    return found


def test_text_on_the_terminal_is_the_default():
    assert asked() == [("text", None)]


def test_an_output_takes_the_format_before_it():
    assert asked("-f", "text", "-f", "html", "-o", "r.out", "--format=json", "--output=j.out", "x") == [
        ("text", None),
        ("html", "r.out"),
        ("json", "j.out"),
    ]


def test_an_output_without_a_format_is_known_by_its_suffix():
    assert asked("-o", "a.html", "-o", "b.sarif", "-f", "text") == [
        ("html", "a.html"),
        ("sarif", "b.sarif"),
        ("text", None),
    ]


def test_a_suffix_that_names_no_format_is_an_error():
    with pytest.raises(UsageError, match="which format"):
        asked("-o", "report.bin")


def test_two_formats_for_one_terminal_are_an_error():
    with pytest.raises(UsageError, match="two formats"):
        asked("-f", "text", "-f", "json")
