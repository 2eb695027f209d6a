"""What was judged: the way from the base to the record, the commits, and the files."""

from collections.abc import Iterator

from assay.model.report import Report
from assay.model.subject import Change, ChangedFile, ChangeStatus, Commit
from assay.output import facts, svg
from assay.output.html.elements import code, table, when
from assay.output.html.elements import facts as named
from assay.output.markup import Child, Markup, each, tag
from assay.output.svg import Stop
from assay.output.verdict import summarise

# More stations than this are summed up in one: the picture must be seen whole.
_MAX_COMMITS = 6
# A change that touches more is listed in the JSON report.
_MAX_ROWS = 500


def change(report: Report) -> Markup | None:
    """Return the spine of the change, its subject, its commits and its files."""
    if (found := report.change) is None:
        return None
    title = "From the base to the record"
    subject: list[tuple[str, Child]] = [
        ("Subject", code(found.subject.sha256)),
        ("Base tree", code(found.base_tree)),
        ("Head tree", code(found.head_tree)),
    ]
    heads = ("Commit", "Message", "Author", "Time", "Signed")
    return each(
        svg.spine("spine", title, tuple(_stops(report, found))),
        named(subject),
        tag("h3", f"Commits {len(found.commits)}") if found.commits else None,
        table("Commits", heads, map(_commit, found.commits[:_MAX_ROWS])) if found.commits else None,
        tag("h3", f"Files {len(found.files):,}"),
        table("Files", ("File", "What", "Lines", "Belongs to"), map(_file, found.files[:_MAX_ROWS])),
        tag("p", f"and {len(found.files) - _MAX_ROWS:,} more") if len(found.files) > _MAX_ROWS else None,
    )


def _stops(report: Report, found: Change) -> Iterator[Stop]:
    base = f"commit {found.base_commit[:12]}" if found.base_commit else "nothing before"
    yield Stop(kind="tree", title="Base", detail=base)
    commits = found.commits
    if len(commits) > _MAX_COMMITS:
        left_out = len(commits) - _MAX_COMMITS + 1
        yield Stop(kind="commit", title=f"{left_out} earlier commits", detail=f"from {commits[0].id[:12]}")
        commits = commits[left_out:]
    for item in commits:
        detail = f"{item.id[:10]}, {item.author.name}"
        yield Stop(kind="commit", title=item.subject_line, detail=detail)
    yield Stop(kind="tree", title="The tree that was judged", detail=f"tree {found.head_tree[:12]}")
    if (decision := report.decision) is None:
        return
    summary = summarise(report)
    name = f"decision {report.decision_digest[: facts.SHORT]}, " if report.decision_digest else ""
    yield Stop(kind=summary.tone, title=summary.label.capitalize(), detail=f"{name}{decision.at}")
    if report.decision_index is not None:
        entry = f"Ledger entry {report.decision_index:,}"
        yield Stop(kind="log", title=entry, detail=f"after the checkpoint of size {decision.checkpoint.size:,}")


def _commit(item: Commit) -> tuple[Child, ...]:
    coauthors = [f", {text}" for text in item.coauthors]
    author = each(item.author.name, " ", tag("span", f"<{item.author.email}>", class_="quiet"), coauthors)
    return (code(item.id[:12]), item.subject_line, author, when(item.authored_at), "yes" if item.signed else "no")


def _file(item: ChangedFile) -> tuple[Child, ...]:
    was = tag("span", f" was {item.old_path}", class_="quiet") if item.status is ChangeStatus.RENAMED else None
    binary = item.added is None or item.deleted is None
    lines = "binary" if binary else f"+{item.added:,} -{item.deleted:,}"
    owners = ", ".join([*item.services, *(f"domain {name}" for name in item.domains)])
    return (each(code(item.path), was), item.status.replace("_", " "), lines, owners)
