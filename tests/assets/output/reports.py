"""Reports built by hand, one for each thing a reader can be told. Loaded by path from the tests of the renderers."""

import hashlib
from collections.abc import Callable
from dataclasses import replace

from assay.model.decision import (
    CheckpointRef,
    Decision,
    GivenApproval,
    PolicyRef,
    Reason,
    Requirement,
)
from assay.model.finding import Edit, Finding, Fix, Inspection, Place, RuleOutcome, Scanned, Skipped, Span
from assay.model.outcome import Confidence, GateKind, KeyClass, Meaning, Outcome, Severity, Verdict
from assay.model.report import Excerpt, Report
from assay.model.risk import Contribution, Risk, RiskModel
from assay.model.rule import Rule
from assay.model.statement import Signer
from assay.model.subject import Change, ChangedFile, ChangeStatus, Commit, FileMode, Identity
from assay.model.why import WhyKind, WhyNode, WhyState

MASK = "•" * 8


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def oid(text: str) -> str:
    return hashlib.sha1(text.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()


def rule(rule_id: str, title: str, severity: Severity, why: str, remedy: str, *controls: str) -> Rule:
    return Rule(id=rule_id, title=title, severity=severity, why=why, remedy=remedy, controls=controls)


PRIVATE_KEY = rule(
    "secrets/private-key",
    "A private key is committed",
    Severity.CRITICAL,
    "Whoever can read the repository, or any clone of it, can act as the holder of the key.",
    "Take the key out of use, issue a new one, and keep it in a secret store; then remove the file from the range.",
    "nist-800-53/IA-5(7)",
    "soc2/CC6.1",
)
UNPINNED = rule(
    "workflows/unpinned-action",
    "An action is not pinned to a commit",
    Severity.HIGH,
    "A tag can be moved to other code at any time, and that code runs with this workflow's token and secrets.",
    "Write the full commit id of the release and keep the tag as a comment.",
    "nist-800-53/SR-3",
    "slsa/build-l3",
)
INJECTION = rule(
    "workflows/template-injection",
    "Text from outside is expanded inside a script",
    Severity.HIGH,
    "Whoever writes an issue's title decides what the script runs.",
    "Pass the value by an environment variable and quote it.",
)
ROOT_USER = rule(
    "containers/root-user",
    "The container runs as root",
    Severity.MEDIUM,
    "A process that breaks out of the container is root on the host.",
    "Add a USER instruction with a number above 0.",
)
TRAILER = rule(
    "commits/missing-trailer",
    "A required trailer is missing",
    Severity.LOW,
    "Reviewers and auditors read from it whether patient data is touched.",
    "Add the trailer `PHI-Impact: none|low|high` to the message.",
)
PHI = rule(
    "phi/medical-record-number",
    "A medical record number stands in the text",
    Severity.HIGH,
    "It identifies a patient.",
    "Replace it by a surrogate: assay sanitize.",
    "hipaa/164.514(b)",
)
TWO_PEOPLE = rule(
    "change-control/two-reviewers",
    "A change of high risk needs two reviewers",
    Severity.HIGH,
    "The larger a change, the more one reader misses.",
    "Ask two people of the role `reviewers` to approve.",
)
RULES = {item.id: item for item in (PRIVATE_KEY, UNPINNED, INJECTION, ROOT_USER, TRAILER, PHI, TWO_PEOPLE)}

WORKFLOW = ".github/workflows/release.yml"
KEY_LINES = (MASK,)

KEY_FINDING = Finding(
    rule=PRIVATE_KEY.id,
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    message="PEM private key, unencrypted",
    place=Place(
        path="deploy/keys/id_release",
        span=Span(start=0, end=411, line=1, column=1, end_line=3, end_column=17),
    ),
    fingerprint=digest("key"),
    tag="a1b2c3d4e5f60718",
    controls=PRIVATE_KEY.controls,
)
USES = "      - uses: actions/checkout@v4"
UNPINNED_FINDING = Finding(
    rule=UNPINNED.id,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    message="actions/checkout is pinned to the tag v4, which can be moved",
    place=Place(
        path=WORKFLOW,
        span=Span(start=214, end=233, line=14, column=15, end_line=14, end_column=34),
    ),
    fingerprint=digest("unpinned"),
    fix=Fix(
        description="Pin to the commit that v4.2.2 names",
        safe=True,
        edits=(Edit(start=231, end=233, replacement="11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2"),),
    ),
    controls=UNPINNED.controls,
)
INJECTION_FINDING = Finding(
    rule=INJECTION.id,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    message="${{ github.event.issue.title }} is expanded in a script",
    place=Place(
        path=WORKFLOW,
        span=Span(start=402, end=433, line=22, column=19, end_line=22, end_column=50),
    ),
    fingerprint=digest("injection"),
    fix=Fix(
        description="Pass the title by the environment",
        safe=False,
        edits=(Edit(start=402, end=433, replacement="$TITLE"), Edit(start=380, end=380, replacement="env: ...\n")),
    ),
)
ROOT_FINDING = Finding(
    rule=ROOT_USER.id,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="No USER instruction before the end of the last stage",
    place=Place(path="Dockerfile"),
    fingerprint=digest("root"),
)
TRAILER_FINDING = Finding(
    rule=TRAILER.id,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    message="PHI-Impact is missing; the change touches the service intake",
    place=Place(path="", commit=oid("second")),
    fingerprint=digest("trailer"),
)
PHI_FINDING = Finding(
    rule=PHI.id,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    message="A number in the form of a record number, beside the word MRN",
    place=Place(
        path="tests/fixtures/admissions.csv",
        span=Span(start=46, end=53, line=3, column=11, end_line=3, end_column=18),
        commit=oid("first"),
    ),
    fingerprint=digest("phi"),
    tag="00112233aabbccdd",
)
EXCERPTS = {
    KEY_FINDING.fingerprint: Excerpt(first_line=1, lines=KEY_LINES, marked=(1, 1)),
    UNPINNED_FINDING.fingerprint: Excerpt(
        first_line=12,
        lines=("  build:", "    steps:", USES, "        with:", "          fetch-depth: 0"),
        marked=(14, 14),
    ),
    INJECTION_FINDING.fingerprint: Excerpt(
        first_line=21,
        lines=("      - run: |", '          echo "A ${{ github.event.issue.title }}"', "          ./triage.sh"),
        marked=(22, 22),
    ),
    PHI_FINDING.fingerprint: Excerpt(first_line=3, lines=(f"B4,ambul.,{MASK},2026-03-01",), marked=(3, 3)),
}


def outcome(rule_id: str, result: Outcome = Outcome.PASS, reason: str | None = None) -> RuleOutcome:
    return RuleOutcome(rule=rule_id, outcome=result, reason=reason)


PASSED = tuple(
    outcome(f"{family}/{name}")
    for family, names in {
        "commits": ("conventional", "subject-length", "signed"),
        "containers": ("latest-tag", "secret-in-env", "add-from-network"),
        "phi": ("social-security-number", "date-of-birth", "insurance-number"),
        "secrets": (
            "cloud-access-key",
            "forge-token",
            "basic-auth-in-url",
            "webhook-address",
            "jwt",
            "password-assignment",
        ),
        "workflows": ("write-all-permissions", "untrusted-checkout", "self-hosted-on-fork", "cache-poisoning"),
    }.items()
    for name in names
)
CODE = Identity(name="Ada Mensah", email="ada@clinic.example")
PAIR = Identity(name="Jonas Lindqvist", email="jonas@clinic.example")


def commit(name: str, message: str, at: str, *, author: Identity = CODE, signed: bool = True) -> Commit:
    return Commit(
        id=oid(name),
        parents=(oid(f"before {name}"),),
        author=author,
        committer=author,
        authored_at=at,
        committed_at=at,
        message=message,
        signed=signed,
        trailers=(("PHI-Impact", "none"),),
    )


def changed(path: str, status: ChangeStatus, added: int | None, deleted: int | None, **more: object) -> ChangedFile:
    facts = {
        "old_path": path,
        "old_mode": FileMode.REGULAR,
        "new_mode": FileMode.REGULAR,
        "old_blob": oid(f"old {path}"),
        "new_blob": oid(f"new {path}"),
        **more,
    }
    return ChangedFile(path=path, status=status, added=added, deleted=deleted, **facts)


CHANGE = Change(
    base_tree=oid("base tree"),
    head_tree=oid("head tree"),
    base_commit=oid("base"),
    head_commit=oid("third"),
    files=(
        changed(WORKFLOW, ChangeStatus.MODIFIED, 31, 12, services=("release",)),
        changed("Dockerfile", ChangeStatus.ADDED, 24, 0, old_mode=FileMode.ABSENT, old_blob=None),
        changed("services/intake/admit.py", ChangeStatus.MODIFIED, 187, 44, services=("intake",), domains=("phi",)),
        changed(
            "services/intake/forms.py", ChangeStatus.RENAMED, 3, 3, old_path="services/forms.py", services=("intake",)
        ),
        changed("docs/logo.png", ChangeStatus.ADDED, None, None, old_mode=FileMode.ABSENT, old_blob=None),
        changed("services/legacy.py", ChangeStatus.DELETED, 0, 96, new_mode=FileMode.ABSENT, new_blob=None),
    ),
    commits=(
        commit("first", "feat(intake): read admissions from the ward's feed\n", "2026-03-02T09:12:44Z"),
        commit(
            "second", "fix(intake): a transfer is no discharge\n", "2026-03-02T15:40:02Z", author=PAIR, signed=False
        ),
        commit("third", "ci: publish the image from the release workflow\n", "2026-03-03T08:01:19Z"),
    ),
)
RISK = Risk(
    score_ppm=724_000,
    percentile=93,
    criticality="high",
    model=RiskModel(name="rule-of-thumb", version="1", digest=digest("model")),
    contributions=(
        Contribution(feature="lines_added", value=245, ppm=280_000, sentence="245 lines are added"),
        Contribution(feature="lines_deleted", value=155, ppm=73_000, sentence="155 lines are deleted"),
        Contribution(feature="files", value=6, ppm=70_000, sentence="6 files are touched"),
        Contribution(feature="directories", value=5, ppm=65_000, sentence="they lie in 5 folders"),
        Contribution(
            feature="sensitive", value=1, ppm=150_000, sentence="1 file decides how software is built or let in"
        ),
        Contribution(feature="binary", value=1, ppm=50_000, sentence="1 file is binary, so no reviewer can read it"),
        Contribution(feature="tests", value=0, ppm=-14_000, sentence="the tests change too"),
    ),
)
CHECKPOINT = CheckpointRef(origin="assay/7f3d9a40c6e25b1884d2f06b3c9e1a55", size=1_204, root=digest("root of the log"))
POLICY = PolicyRef(
    ref="refs/remotes/origin/main",
    commit=oid("base"),
    digests={"change-control": digest("pack"), "ours": digest("own")},
)
SIGNER = Signer(keyid=digest("key id"), key_class=KeyClass.CI)


def decision(verdict: Verdict, **more: object) -> Decision:
    facts = {
        "gate": GateKind.MERGE,
        "reasons": (),
        "requires": (),
        "outcomes": PASSED,
        "strategy": "canary",
        "policy": POLICY,
        "engine": "regorus 0.13.0",
        "evidence": (digest("findings"), digest("risk")),
        "checkpoint": CHECKPOINT,
        "at": "2026-03-03T08:04:57Z",
        "advisory": False,
        "incomplete": False,
        "input": digest("input"),
        "commits": tuple(item.id for item in CHANGE.commits),
        **more,
    }
    return Decision(verdict=verdict, **facts)


def report(**more: object) -> Report:
    facts = {
        "repository": "clinic-api",
        "scope": "main..feature/intake",
        "inspection": Inspection(findings=(), outcomes=PASSED, scanned=Scanned(files=6, bytes=48_211), skipped=()),
        "rules": RULES,
        "threshold": Severity.HIGH,
        "required": ("secrets",),
        **more,
    }
    return Report(**facts)


def gated(made: Decision, **more: object) -> Report:
    facts = {
        "change": CHANGE,
        "risk": RISK,
        "decision": made,
        "decision_digest": digest("decision"),
        "decision_index": 1_204,
        "signer": SIGNER,
        **more,
    }
    return report(**facts)


def inspected(findings: tuple[Finding, ...], *more: RuleOutcome, skipped: tuple[Skipped, ...] = ()) -> Inspection:
    failed = tuple(outcome(rule_id, Outcome.FAIL) for rule_id in sorted({item.rule for item in findings}))
    return Inspection(
        findings=findings,
        outcomes=tuple(sorted((*PASSED, *failed, *more), key=lambda item: item.rule)),
        scanned=Scanned(files=6, bytes=48_211),
        skipped=skipped,
    )


def approval(person: str, name: str, *, counted: bool, at: str, reason: str | None = None) -> GivenApproval:
    return GivenApproval(
        person=person,
        name=name,
        meaning=Meaning.REVIEWED,
        at=at,
        envelope=digest(f"approval of {person}"),
        counted=counted,
        reason=reason,
    )


MENSAH = approval(
    "mensah", "Ada Mensah", counted=False, at="2026-03-03T08:30:12Z", reason="authored a commit of this change"
)
OKAFOR = approval("okafor", "Dr. Chidi Okafor", counted=True, at="2026-03-03T09:15:40Z")
LIND = approval("lind", "Maja Lind", counted=True, at="2026-03-03T10:02:03Z")
BINARY = Skipped(path="docs/logo.png", reason="binary")


def requirement(*given: GivenApproval) -> Requirement:
    return Requirement(
        rule=TWO_PEOPLE.id,
        message="The risk is 72.4 of 100, above the 70 from which two people must have read the change",
        role="reviewers",
        count=2,
        meaning=Meaning.REVIEWED,
        given=given,
    )


REQUIRE = Reason(effect="require", rule=TWO_PEOPLE.id, message="The risk is 72.4 of 100, above 70")


def allow() -> Report:
    made = decision(
        Verdict.ALLOW,
        reasons=(REQUIRE,),
        requires=(requirement(MENSAH, OKAFOR, LIND),),
        outcomes=(*PASSED, outcome(TWO_PEOPLE.id)),
    )
    return gated(made, inspection=inspected((), skipped=(BINARY,)))


def tree() -> WhyNode:
    """Return the reasons of `needs_approval`, as policy would build them."""

    def node(kind: WhyKind, state: WhyState, label: str, *children: WhyNode, **more: str) -> WhyNode:
        return WhyNode(kind=kind, state=state, label=label, children=children, **more)

    command = node(WhyKind.COMMAND, WhyState.NEUTRAL, "assay approve 86ae35d5 --meaning reviewed")
    person = node(WhyKind.PERSON, WhyState.WAITING, "Maja Lind can review", command, reference="lind")
    mensah = node(WhyKind.APPROVAL, WhyState.BAD, "Ada Mensah does not count: authored a commit of this change")
    okafor = node(WhyKind.APPROVAL, WhyState.GOOD, "Dr. Chidi Okafor, reviewed, 2026-03-03T09:15:40Z")
    asked = node(WhyKind.REQUIREMENT, WhyState.WAITING, "1 of 2 reviewers", mensah, okafor, person)
    two = node(
        WhyKind.RULE,
        WhyState.WAITING,
        f"{TWO_PEOPLE.id}: the risk is 72.4 of 100, above 70",
        asked,
        reference=TWO_PEOPLE.id,
    )
    place = node(
        WhyKind.FINDING,
        WhyState.BAD,
        "No USER instruction before the end of the last stage",
        reference=ROOT_FINDING.fingerprint,
        path="Dockerfile",
    )
    root = node(WhyKind.RULE, WhyState.NEUTRAL, f"{ROOT_USER.id} warns", place, reference=ROOT_USER.id)
    passed = node(WhyKind.RULE, WhyState.GOOD, "19 rules passed")
    unknown = node(WhyKind.RULE, WhyState.UNKNOWN, "ours/change-window was not evaluated: it needs statements/calendar")
    return node(WhyKind.VERDICT, WhyState.WAITING, "merge needs approval", two, root, unknown, passed)


def needs_approval() -> Report:
    inspection = inspected((ROOT_FINDING, TRAILER_FINDING), skipped=(BINARY,))
    warn = Reason(
        effect="warn",
        rule=ROOT_USER.id,
        message="The container runs as root",
        path="Dockerfile",
        fingerprints=(ROOT_FINDING.fingerprint,),
    )
    outcomes = (*inspection.outcomes, outcome(TWO_PEOPLE.id, Outcome.FAIL))
    made = decision(
        Verdict.NEEDS_APPROVAL, reasons=(REQUIRE, warn), requires=(requirement(MENSAH, OKAFOR),), outcomes=outcomes
    )
    return gated(made, inspection=inspection, why=tree())


def deny() -> Report:
    findings = (KEY_FINDING, UNPINNED_FINDING, INJECTION_FINDING, ROOT_FINDING, TRAILER_FINDING, PHI_FINDING)
    inspection = inspected(findings, skipped=(BINARY, Skipped(path="vendor/hl7", reason="submodule")))
    reasons = (
        Reason(
            effect="deny",
            rule=PRIVATE_KEY.id,
            message="A private key would enter the history and stay there.",
            path="deploy/keys/id_release",
            fingerprints=(KEY_FINDING.fingerprint,),
        ),
        Reason(
            effect="deny",
            rule=UNPINNED.id,
            message="The release workflow runs code that can be exchanged.",
            path=WORKFLOW,
            fingerprints=(UNPINNED_FINDING.fingerprint,),
        ),
        REQUIRE,
    )
    made = decision(
        Verdict.DENY,
        reasons=reasons,
        requires=(requirement(),),
        outcomes=(*inspection.outcomes, outcome(TWO_PEOPLE.id)),
    )
    return gated(made, inspection=inspection, excerpts=EXCERPTS)


def incomplete() -> Report:
    crash = "the inspector ended with signal 11 on deploy/archive.yml and was replaced"
    late = "terraform/main.tf took longer than 10 s and was given up"
    broken = (
        outcome("secrets/private-key", Outcome.ERROR, crash),
        outcome("secrets/oauth-token", Outcome.ERROR, crash),
        outcome("terraform/public-bucket", Outcome.NOT_EVALUATED, late),
        outcome("terraform/open-port", Outcome.NOT_EVALUATED, late),
    )
    inspection = inspected((ROOT_FINDING,), *broken)
    reasons = (Reason(effect="incomplete", rule="secrets/private-key", message=crash),)
    made = decision(Verdict.DENY, reasons=reasons, outcomes=inspection.outcomes, incomplete=True, advisory=True)
    local = Signer(keyid=digest("local key"), key_class=KeyClass.LOCAL)
    return gated(made, inspection=inspection, risk=None, signer=local)


def waived() -> Report:
    inspection = inspected((UNPINNED_FINDING, ROOT_FINDING))
    reason = Reason(
        effect="waived",
        rule=UNPINNED.id,
        message="by Maja Lind until 2026-04-01: the runner is offline during the migration (OPS-412)",
        path=WORKFLOW,
        fingerprints=(UNPINNED_FINDING.fingerprint,),
        waiver=digest("waiver"),
    )
    outcomes = tuple(
        outcome(item.rule, Outcome.WAIVED, reason.message) if item.rule == UNPINNED.id else item
        for item in inspection.outcomes
    )
    made = decision(Verdict.ALLOW, reasons=(reason,), outcomes=outcomes)
    notice = "The waiver 5a1e77c0 did not apply: it names a tag, and no tag key is set."
    return gated(made, inspection=inspection, excerpts=EXCERPTS, notices=(notice,), risk=replace(RISK, percentile=None))


def check() -> Report:
    inspection = inspected((UNPINNED_FINDING, ROOT_FINDING), skipped=(BINARY,))
    return report(scope="staged changes", inspection=inspection, excerpts=EXCERPTS)


def empty() -> Report:
    inspection = Inspection(findings=(), outcomes=(), scanned=Scanned(), skipped=())
    return report(scope="0 paths", inspection=inspection, rules={}, required=())


HOSTILE = (
    "\x1b[2J\x1b]8;;https://evil.example\x07 \u202egpj.exe\u202c <script>alert(1)</script> ![x](https://evil.example/p.png)"
    " [y](javascript:alert(1)) @everyone #1 www.evil.example | ``` `code` ``` \\ ]]> &amp; {0} %0A::error::x ##[add-mask]y"
    "\r\n::stop-commands::z\n# heading\n/approve\x00\x7f\x85\u2028\U000e0041\ud800 \\|x ' \" onerror=alert(1)"
)


def hostile() -> Report:
    """Return a report with the same hostile text wherever one can stand."""
    text = HOSTILE
    bad = rule("evil/" + text, text, Severity.HIGH, text, text, text)
    finding = Finding(
        rule=bad.id,
        severity=Severity.HIGH,
        confidence=Confidence.HIGH,
        message=text,
        place=Place(path=text, span=Span(start=3, end=9, line=1, column=4, end_line=1, end_column=10)),
        fingerprint=digest("hostile"),
        fix=Fix(description=text, safe=True, edits=(Edit(start=3, end=9, replacement=text),)),
        controls=(text,),
    )
    waiver = Reason(
        effect="waived", rule=bad.id, message=text, path=text, fingerprints=(finding.fingerprint,), waiver=digest("w")
    )
    given = GivenApproval(
        person=text, name=text, meaning=Meaning.REVIEWED, at=text, envelope=text, counted=False, reason=text
    )
    asked = Requirement(rule=bad.id, message=text, role=text, count=1, meaning=Meaning.REVIEWED, given=(given,))
    broken = outcome(bad.id + "2", Outcome.ERROR, text)
    inspection = Inspection(
        findings=(finding,),
        outcomes=(outcome(bad.id, Outcome.FAIL), broken),
        scanned=Scanned(files=1, bytes=1),
        skipped=(Skipped(path=text, reason=text),),
    )
    made = decision(
        Verdict.NEEDS_APPROVAL,
        reasons=(waiver, Reason(effect="require", rule=bad.id, message=text, path=text)),
        requires=(asked,),
        outcomes=inspection.outcomes,
        engine=text,
        strategy=text,
        at=text,
        checkpoint=CheckpointRef(origin=text, size=1, root=text),
        policy=PolicyRef(ref=text, commit=text, digests={text: text}),
    )
    author = Identity(name=text, email=text)
    bad_commit = replace(commit("x", text, text, author=author), trailers=((text, text),))
    change = replace(
        CHANGE,
        files=(changed(text, ChangeStatus.ADDED, 1, 0, services=(text,), domains=(text,)),),
        commits=(bad_commit,),
    )
    risk = replace(
        RISK,
        criticality=text,
        model=RiskModel(name=text, version=text, digest=text),
        contributions=(Contribution(feature=text, value=1, ppm=700_000, sentence=text),),
    )
    return gated(
        made,
        repository=text,
        scope=text,
        inspection=inspection,
        rules={bad.id: bad},
        excerpts={finding.fingerprint: Excerpt(first_line=1, lines=(text, text), marked=(1, 1))},
        change=change,
        risk=risk,
        decision_digest=digest("hostile decision"),
        signer=Signer(keyid=digest("k"), key_class=KeyClass.PERSON, person=text),
        notices=(text,),
        why=WhyNode(kind=WhyKind.VERDICT, state=WhyState.BAD, label=text, reference=text, path=text),
    )


def many() -> Report:
    """Return a report of 2,000 findings in 100 files, each with an excerpt."""
    kinds = (UNPINNED_FINDING, ROOT_FINDING, KEY_FINDING)
    findings = tuple(
        replace(
            kinds[number % 3],
            place=Place(
                path=f"services/s{number % 100:02}/file.yml",
                span=Span(start=214, end=233, line=number + 1, column=15, end_line=number + 1, end_column=34),
            ),
            fingerprint=digest(str(number)),
            tag=None,
        )
        for number in range(2_000)
    )
    excerpts = {
        item.fingerprint: Excerpt(
            first_line=item.place.span.line, lines=(USES,), marked=(item.place.span.line, item.place.span.line)
        )
        for item in findings
        if item.place.span
    }
    return report(inspection=inspected(findings), excerpts=excerpts)


REPORTS: dict[str, Callable[[], Report]] = {
    "allow": allow,
    "needs-approval": needs_approval,
    "deny": deny,
    "incomplete": incomplete,
    "waived": waived,
    "check": check,
    "empty": empty,
    "hostile": hostile,
    "many": many,
}
