"""What is skipped, with the reason shown, and whose a file is."""

import pytest

from assay.config import parse_config
from assay.config.schema import CheckConfig
from assay.inspectors import scope
from assay.model.subject import ChangedFile, ChangeStatus, FileMode


def changed(**fields) -> ChangedFile:
    defaults = {
        "path": "a.txt", "old_path": "a.txt", "status": ChangeStatus.MODIFIED, "added": 1, "deleted": 0,
        "old_mode": FileMode.REGULAR, "new_mode": FileMode.REGULAR, "old_blob": "1" * 40, "new_blob": "2" * 40,
    }  # fmt: skip
    return ChangedFile(**{**defaults, **fields})


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, None),
        ({"status": ChangeStatus.DELETED, "new_blob": None, "new_mode": FileMode.ABSENT}, "deleted"),
        ({"new_blob": "1" * 40, "new_mode": FileMode.EXECUTABLE}, "only its mode changed"),
        ({"new_blob": "1" * 40, "old_path": "b.txt", "status": ChangeStatus.RENAMED}, None),
        ({"new_mode": FileMode.SUBMODULE}, "submodule"),
        ({"new_mode": FileMode.SYMLINK, "status": ChangeStatus.TYPE_CHANGED}, "symbolic link"),
        ({"old_mode": FileMode.SYMLINK, "status": ChangeStatus.TYPE_CHANGED}, None),
        ({"path": "vendor/a.txt"}, "excluded by assay.toml"),
    ],
)
def test_a_changed_file_is_skipped_for_a_reason(fields, reason):
    assert scope.changed_file_skip(changed(**fields), CheckConfig(exclude=("/vendor/",))) == reason


@pytest.mark.parametrize(
    ("path", "include", "exclude", "inside"),
    [
        ("a", (), (), True),
        ("src/a", ("src/",), (), True),
        ("doc/a", ("src/",), (), False),
        ("src/a.min.js", ("src/",), ("*.min.js",), False),
        ("a.min.js", (), ("*.min.js",), False),
    ],
)
def test_what_is_excluded_stays_out_though_it_is_included(path, include, exclude, inside):
    assert scope.in_scope(path, CheckConfig(include=include, exclude=exclude)) is inside


@pytest.mark.parametrize(
    ("data", "binary"),
    [
        (b"", False),
        (b"text\n", False),
        (b"\xff\xfe is Latin 1 or UTF-16", False),
        (b"a\0b", True),
        (b"x" * 7_999 + b"\0", True),
        (b"x" * 8_000 + b"\0", False),
        ("\ufeffé".encode("utf-16-le"), False),
        ("\ufeffé".encode("utf-16-be"), False),
        ("\ufeffé".encode("utf-32-le"), False),
        ("\ufeffé".encode("utf-32-be"), False),
        ("é".encode("utf-16-le") + b"\0", True),
    ],
)
def test_binary_is_what_git_takes_for_it_but_for_marked_unicode(data, binary):
    assert scope.is_binary(data) is binary


CONFIG = parse_config(
    "[services.pay]\npaths = ['src/pay/']\ndomains = ['money', 'phi']\n"
    "[services.all]\npaths = ['src/**']\ndomains = ['phi']\n[services.none]\n",
    path="assay.toml",
)


@pytest.mark.parametrize(
    ("path", "services", "domains"),
    [
        ("src/pay/a.py", ("all", "pay"), ("money", "phi")),
        ("src/a.py", ("all",), ("phi",)),
        ("docs/a.md", (), ()),
    ],
)
def test_a_file_belongs_to_every_service_that_claims_it(path, services, domains):
    assert scope.services_of(path, CONFIG) == services
    assert scope.domains_of(services, CONFIG) == domains
