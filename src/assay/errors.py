"""The error tree.

Every error that Assay raises on purpose is one of these. A message says what was expected, what was found, and the hint
says what to do next. `exit_code` is what the command line returns; only `assay.cli` exits.

    AssayError                      2  no decision was made
    ├── UsageError                  2  the call itself is wrong
    ├── ConfigError                 2  assay.toml cannot be used
    ├── EmptyRangeError             4  there is nothing to judge
    ├── RepositoryError             2  git cannot give what is needed
    │   ├── NotARepositoryError
    │   ├── MissingObjectError         a shallow, partial or damaged clone lacks an object
    │   ├── ObjectTooLargeError        an object is above the limit of whoever reads it
    │   ├── UnbornBranchError
    │   └── UnrelatedHistoriesError
    ├── SourceError                 2  a file of a known kind cannot be parsed
    ├── WorkerError                 2  a worker process was lost
    │   └── WorkerTimeoutError         it passed its time limit and was killed
    ├── StorageError                2  disk full, read-only, or a file that is not ours
    ├── AttestError                 2  a statement, key or signature
    │   ├── KeyFileError               a key file cannot be read or used
    │   └── VerificationError          a check on a signature or statement failed
    ├── LedgerError                 2  the log
    │   ├── LedgerCorruptError         names the first bad entry
    │   ├── LedgerRolledBackError      older than what this machine has already seen
    │   └── LedgerForkedError          same size, other root
    └── PolicyError                 2  packs and engines
        ├── PackError                  a pack cannot be loaded
        └── EngineError                evaluation failed
            └── EngineTimeoutError
"""


class AssayError(Exception):
    """The base of all errors raised on purpose."""

    exit_code: int = 2
    usual_hint: str | None = None
    """What to do where whoever raises it knows nothing better."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint or self.usual_hint


class UsageError(AssayError):
    """The call itself is wrong: an option, an argument, a reference."""


class ConfigError(AssayError):
    """`assay.toml` (or a pack manifest) cannot be used; `path` and `line` say where."""

    def __init__(
        self, message: str, *, path: str = "assay.toml", line: int | None = None, hint: str | None = None
    ) -> None:
        where = path if line is None else f"{path}:{line}"
        super().__init__(f"{where}: {message}", hint=hint)
        self.path = path
        self.line = line


class EmptyRangeError(AssayError):
    """There is nothing to judge: no commit and no changed file in the range."""

    exit_code = 4


class RepositoryError(AssayError):
    """Git cannot give what is needed."""


class NotARepositoryError(RepositoryError):
    """The path is in no Git repository."""


class MissingObjectError(RepositoryError):
    """An object is not in this clone: shallow, partial or damaged."""


class ObjectTooLargeError(RepositoryError):
    """An object is larger than its reader allows; nothing of it was read."""


class UnbornBranchError(RepositoryError):
    """HEAD names a branch without a commit."""


class UnrelatedHistoriesError(RepositoryError):
    """Base and head share no ancestor."""


class SourceError(AssayError):
    """A file of a known kind cannot be parsed; `line` is 1-based where known."""

    def __init__(self, message: str, *, line: int | None = None, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.line = line


class WorkerError(AssayError):
    """A worker process was lost or its job raised."""


class WorkerTimeoutError(WorkerError):
    """A job passed its time limit and its process was killed."""


class StorageError(AssayError):
    """The state folder cannot be used: disk full, read-only, or a file with the wrong owner or mode."""

    usual_hint = "check what stands there, its owner and its mode, or keep the state elsewhere with --state DIR"


class AttestError(AssayError):
    """A statement, a key or a signature cannot be used."""


class KeyFileError(AttestError):
    """A key file cannot be read, opened or used."""

    usual_hint = "check the file, its owner and its mode; a key that is lost or damaged comes back only from a copy"


class VerificationError(AttestError):
    """A check on a signature or statement failed; `check` names it where it is one of `assay.attest.checks.Check`."""

    def __init__(self, message: str, *, check: str | None = None, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.check = check


class LedgerError(AssayError):
    """The log cannot be read or written."""


class LedgerCorruptError(LedgerError):
    """The log does not match its own tree; `index` is the first bad entry where it can be named."""

    usual_hint = "find out what altered it, and restore the state folder from a copy; nothing that fails is used"

    def __init__(self, message: str, *, index: int | None = None, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.index = index


class LedgerRolledBackError(LedgerError):
    """The log is older than a checkpoint this machine has already seen."""


class LedgerForkedError(LedgerError):
    """The log contradicts a checkpoint this machine has already seen."""


class PolicyError(AssayError):
    """Packs and engines."""


class PackError(PolicyError):
    """A pack cannot be loaded: manifest, syntax or a rule that is not in its manifest."""


class EngineError(PolicyError):
    """The engine failed on an evaluation; never counted as a pass."""


class EngineTimeoutError(EngineError):
    """An evaluation passed its time limit and was killed."""
