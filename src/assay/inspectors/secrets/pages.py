"""The rules' pages, made from their tables: `python -m assay.inspectors.secrets.pages FOLDER` writes them.

Samples are left out: a page that shows one is a leak to every scanner that reads it.
"""

import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from assay.inspectors.secrets._base import CONFIGURATION, Kind, SecretRule, Validator
from assay.inspectors.secrets._catalogue import load_rules

_WIDTH = 120
_CHECK = "Check that "

_KINDS: Mapping[Kind, str] = {
    Kind.TOKEN: "The format is the provider's own, so the value alone is enough.",
    Kind.BLOCK: "The structure is enough, whatever stands around it.",
    Kind.NAMED: "The format alone says too little, so the name beside the value must name the provider or the use.",
    Kind.GENERIC: "No provider is known; what stands beside the value says that it is a secret.",
}


def pages() -> Mapping[str, str]:
    """Return the text of every rule's page by its file name, and that of the list of them."""
    rules = sorted(load_rules(), key=lambda rule: rule.id)
    return {"README.md": _index(rules), **{f"{rule.name}.md": page(rule) for rule in rules}}


def page(rule: SecretRule) -> str:
    """Return the page of one rule in Markdown."""
    about = rule.about
    blocks = [
        f"# {about.id}",
        _filled(f"Severity: {about.severity}. {about.title}."),
        _filled(f"Controls: {', '.join(about.controls)}."),
        "## What it finds",
        _filled(f"{_capitalised(rule.shape)}. {_KINDS[rule.kind]} Confidence: {rule.confidence}."),
        *([_filled(_where(rule.paths))] if rule.paths else []),
        "Each of these must hold:",
        "\n".join(_filled(f"- {check}", indent="  ") for check in checks(rule)),
        "## Why it matters",
        _filled(about.why),
        "## How to fix",
        _filled(f"{about.remedy} Removing it from the file is not enough: history keeps it."),
        "## References",
        f"- <{rule.source}>",
    ]
    return "\n\n".join(blocks) + "\n"


def checks(rule: SecretRule) -> Iterator[str]:
    """Yield what the rule's validators check, in the words of their docstrings."""
    # Imported here, for the hook never asks.
    from assay.inspectors.secrets.validators import ALWAYS, VALIDATORS

    for validator in (*(VALIDATORS[name] for name in rule.validate), *ALWAYS):
        yield _first_line(validator).removeprefix(_CHECK)


def main(arguments: Sequence[str]) -> None:
    """Write the pages into the one folder in `arguments` and remove those of rules that are gone."""
    (folder,) = map(Path, arguments)
    folder.mkdir(parents=True, exist_ok=True)
    written = pages()
    for name, text in written.items():
        (folder / name).write_text(text, "utf-8")
    for path in folder.glob("*.md"):
        if path.name not in written:
            path.unlink()


def _where(paths: str) -> str:
    if paths == CONFIGURATION:
        return "Only in files that hold settings: `.env`, `.ini`, `.yaml`, `.json`, `.toml`, `.xml`, shell scripts."
    return f"Only in files whose path matches `{paths}`."


def _index(rules: Sequence[SecretRule]) -> str:
    lines = [
        "# Rules of the family secrets",
        "",
        _filled(
            f"{len(rules)} rules. Where several find the same value, one finding remains: a token's own format goes"
            " before a structure, a structure before a value whose provider is named beside it, and that before a"
            " value that is merely called a secret; within these, the longest goes first. A check that doubts a value"
            " without refusing it leaves the finding, with confidence low."
        ),
        "",
        "| rule | severity | finds |",
        "| --- | --- | --- |",
        *(f"| [{rule.name}]({rule.name}.md) | {rule.about.severity} | {rule.about.title} |" for rule in rules),
    ]
    return "\n".join(lines) + "\n"


def _first_line(validator: Validator) -> str:
    return (validator.__doc__ or "").partition("\n")[0]


def _filled(text: str, *, indent: str = "") -> str:
    return textwrap.fill(text, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


if __name__ == "__main__":
    main(sys.argv[1:])
