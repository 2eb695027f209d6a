"""The typed view of a workflow or a composite action that all rules share; every part keeps its node.

Nothing here complains: what is missing or of the wrong kind is absent from the view, and `syntax` reports it.
Source: docs.github.com, "Workflow syntax for GitHub Actions" and "Metadata syntax for GitHub Actions".
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

from assay.inspectors.workflows._uses import RepositoryUse, Uses, parse_uses
from assay.source import yaml

_NOTHING = yaml.Mapping(start=0, end=0, pairs=MappingProxyType({}), flow=True, weight=1, height=1)


class Kind(StrEnum):
    """What a file defines."""

    WORKFLOW = "workflow"
    ACTION = "action"


def scalar(node: yaml.Node | None, *path: str | int) -> yaml.Scalar | None:
    """Return the scalar at `path` below `node`, None where there is none."""
    found = yaml.find(node, *path)
    return found if isinstance(found, yaml.Scalar) else None


def text(node: yaml.Node | None, *path: str | int) -> str:
    """Return the text of the scalar at `path` below `node`, empty where there is none."""
    found = scalar(node, *path)
    return found.text if found else ""


def mapping(node: yaml.Node | None, *path: str | int) -> yaml.Mapping:
    """Return the mapping at `path` below `node`, an empty one where there is none."""
    found = yaml.find(node, *path)
    return found if isinstance(found, yaml.Mapping) else _NOTHING


# No slots in these classes: `cached_property` keeps what it computes in the instance's dictionary.
@dataclass(frozen=True, kw_only=True, eq=False)
class Step:
    """One step of a job or of a composite action."""

    path: str
    """`jobs.build.steps[checkout]` by the step's id; `jobs.build.steps[]` where it has none, so that steps may move."""
    node: yaml.Mapping
    job: "Job | None" = field(repr=False)
    """None in a composite action."""

    @property
    def id(self) -> str:
        """Its id, empty where it has none."""
        return text(self.node, "id")

    @property
    def run(self) -> yaml.Scalar | None:
        """The script."""
        return scalar(self.node, "run")

    @property
    def uses(self) -> yaml.Scalar | None:
        """The action, as it is written."""
        return scalar(self.node, "uses")

    @cached_property
    def action(self) -> Uses | None:
        """The action, taken apart."""
        return parse_uses(self.uses.text) if self.uses else None

    @property
    def inputs(self) -> yaml.Mapping:
        """What `with` gives to the action."""
        return mapping(self.node, "with")

    def runs_action(self, name: str) -> bool:
        """Whether it uses `owner/repository`, given in lower case."""
        return isinstance(self.action, RepositoryUse) and self.action.name == name


@dataclass(frozen=True, kw_only=True, eq=False)
class Job:
    """One job of a workflow."""

    id: str
    key: yaml.Scalar
    """Where its id stands."""
    node: yaml.Mapping

    @property
    def path(self) -> str:
        """`jobs.build`."""
        return yaml.format_path(("jobs", self.id))

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """In order."""
        return tuple(_steps(yaml.find(self.node, "steps"), f"{self.path}.steps", self))

    @cached_property
    def steps_by_id(self) -> dict[str, Step]:
        """Those that have an id, by the id in lower case."""
        return {step.id.lower(): step for step in self.steps if step.id}

    @property
    def uses(self) -> yaml.Scalar | None:
        """The reusable workflow that it calls, as it is written."""
        return scalar(self.node, "uses")

    def matrix_values(self, name: str | None) -> list[yaml.Node]:
        """Return what `matrix.<name>`, in lower case, can be; everything in the matrix where no name is given."""
        matrix = yaml.find(self.node, "strategy", "matrix")
        if not isinstance(matrix, yaml.Mapping) or name is None:
            return [matrix] if matrix else []
        rows = matrix.get("include")
        # Rows that are computed may hold any name.
        return self._matrix_index.get(name, []) + ([rows] if isinstance(rows, yaml.Scalar) else [])

    @cached_property
    def _matrix_index(self) -> dict[str, list[yaml.Node]]:
        matrix = mapping(self.node, "strategy", "matrix")
        rows = matrix.get("include")
        index: dict[str, list[yaml.Node]] = {}
        for table in (matrix, *(rows.items if isinstance(rows, yaml.Sequence) else ())):
            for name, pair in mapping(table).pairs.items():
                index.setdefault(name.lower(), []).append(pair.value)
        return index

    @cached_property
    def runner_labels(self) -> tuple[yaml.Scalar, ...]:
        """What `runs-on` asks for, however it is written."""
        runs_on = yaml.find(self.node, "runs-on")
        if isinstance(runs_on, yaml.Mapping):
            runs_on = runs_on.get("labels")
        nodes = runs_on.items if isinstance(runs_on, yaml.Sequence) else (runs_on,)
        return tuple(node for node in nodes if isinstance(node, yaml.Scalar))


@dataclass(frozen=True, kw_only=True, eq=False)
class Workflow:
    """One file: a workflow, or an action that may have steps of its own."""

    kind: Kind
    data: bytes = field(repr=False)
    documents: tuple[yaml.Node, ...] = field(repr=False)
    """As composed; a usable file has one, a mapping."""

    @cached_property
    def root(self) -> yaml.Mapping:
        """The first document, an empty mapping where that is no mapping."""
        return mapping(self.documents[0]) if self.documents else _NOTHING

    @cached_property
    def triggers(self) -> dict[str, yaml.Scalar]:
        """The events of `on`, each with the scalar that names it, in order."""
        named: tuple[yaml.Node, ...] = ()
        match self.root.get("on"):
            case yaml.Scalar() as name:
                named = (name,)
            case yaml.Sequence(items=items):
                named = items
            case yaml.Mapping(pairs=pairs):
                named = tuple(pair.key for pair in pairs.values())
        return {node.text: node for node in named if isinstance(node, yaml.Scalar) and node.text}

    @cached_property
    def jobs(self) -> tuple[Job, ...]:
        """In order; only those that are mappings."""
        pairs = mapping(self.root, "jobs").pairs.items()
        return tuple(
            Job(id=id_, key=pair.key, node=pair.value) for id_, pair in pairs if isinstance(pair.value, yaml.Mapping)
        )

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The steps of every job, or those of a composite action."""
        if self.kind is Kind.ACTION:
            return tuple(_steps(yaml.find(self.root, "runs", "steps"), "runs.steps", None))
        return tuple(step for job in self.jobs for step in job.steps)

    @cached_property
    def jobs_by_id(self) -> dict[str, Job]:
        """By the id in lower case."""
        return {job.id.lower(): job for job in self.jobs}

    @cached_property
    def steps_by_id(self) -> dict[str, Step]:
        """Those that have an id, by the id in lower case; for a composite action, whose ids are unique."""
        return {step.id.lower(): step for step in self.steps if step.id}

    def members(self, node: yaml.Mapping) -> dict[str, yaml.Node]:
        """Return the values of a mapping by their keys in lower case, as expressions find them."""
        if node not in self._members:
            self._members[node] = {name.lower(): pair.value for name, pair in node.pairs.items()}
        return self._members[node]

    @cached_property
    def _members(self) -> dict[yaml.Mapping, dict[str, yaml.Node]]:
        """Kept, since one script may ask thousands of times."""
        return {}


def _steps(node: yaml.Node | None, path: str, job: Job | None) -> Iterator[Step]:
    """Yield the steps of a list, those of a `parallel` group in its place."""
    for item in node.items if isinstance(node, yaml.Sequence) else ():
        if isinstance(item, yaml.Mapping) and "parallel" in item.pairs:
            yield from _steps(item.get("parallel"), path, job)
        elif isinstance(item, yaml.Mapping):
            yield Step(path=f"{path}[{text(item, 'id')}]", node=item, job=job)
