"""Looking at a recorded decision again: why it came out as it did, and whether it still does.

Trusted: the record, as far as it verified, and the keys of the policy's commit. Not trusted: the decision and the input
it names: whoever signed could have written anything. If lost: a decision that its evidence does not bear out looks as
if it did. The policy of the time may be gone from this clone, and evidence erased: an error, never an agreement.
"""

from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from assay.attest import verify_envelope
from assay.gate.acts import Judged
from assay.gate.documents import read_documents
from assay.gate.hearing import hear
from assay.gate.packs import read_policy
from assay.gate.record import RecordReader
from assay.gate.target import trust_of
from assay.inspectors.registry import all_rules
from assay.inspectors.secrets.redact import redact
from assay.model.decision import CheckpointRef
from assay.model.subject import Change, Commit, Identity
from assay.model.why import WhyNode
from assay.policy import Difference, Evidence, decode_input, explain, open_engine, replay, reread
from assay.policy.input import PolicyInput


def why(record: RecordReader, on: Judged) -> WhyNode:
    """Return the tree of reasons of a recorded decision."""
    given = decode_input(record.store.get(on.decision.input))
    with open_engine(on.target.config.policy.engine) as engine:
        rules = {**all_rules(), **read_policy(on.target, engine).rules}
    return explain(on.decision, given, rules, name=on.stored.envelope)


def decide_again(record: RecordReader, on: Judged, own: EllipticCurvePublicKey) -> tuple[Difference, ...]:
    """Decide again from what was recorded and return every difference; none means that the decision holds.

    `own` is the public key of this process, whose evidence of the time is believed as its own. Raises
    `VerificationError` where nobody who is known here signed the decision.
    """
    input_bytes = record.store.get(on.decision.input)
    given = decode_input(input_bytes)
    documents = (
        None
        if given.documents is None
        else read_documents(on.target.repository, ((document.path, document.blob) for document in given.documents))
    )
    evidence = _evidence(record, on, given, own)
    with open_engine(on.target.config.policy.engine) as engine:
        policy = read_policy(on.target, engine)
        decided = replay(engine, policy, on.decision, input_bytes, documents, redact=redact)
    return (*decided, *reread(on.decision, given, evidence, policy.ref.digests))


def _evidence(record: RecordReader, on: Judged, given: PolicyInput, own: EllipticCurvePublicKey) -> Evidence:
    """Return what the log held about the decision's subject at its checkpoint, heard as it was then.

    What the decision's own signer had signed of it was collected by that run, or by one like it.
    """
    trust, gate = trust_of(on.target, own), on.decision.gate
    signer = verify_envelope(on.stored.data, trust).signers[0]
    before = min(on.decision.checkpoint.size, on.stored.index)
    about = [(stored.index, stored.data) for stored in record.about(on.subject.sha256, before)]
    known = hear(about, trust=trust, gate=gate)
    collected = {signed.envelope for signed in known.statements if signer in signed.signers}
    heard = hear(about, trust=trust, gate=gate, collected=collected)
    return Evidence(
        gate=gate,
        change=_change(given),
        statements=heard.statements,
        trust=heard.trust,
        config=on.target.config,
        checkpoint=_checkpoint(record, on.decision.checkpoint.size),
        signer=signer.key_class,
    )


def _checkpoint(record: RecordReader, size: int) -> CheckpointRef:
    """Return what the log was at `size`; what it is now where it has never been that large."""
    now = record.checkpoint()
    return now if size > now.size else replace(now, size=size, root=record.ledger.root(size).hex())


def _change(given: PolicyInput) -> Change:
    """Return the change as far as it bears on which statements are about it."""
    return Change(
        base_tree=given.subject.base_tree,
        head_tree=given.subject.head_tree,
        base_commit=None,
        head_commit=None,
        files=(),
        commits=tuple(_commit(commit.id) for commit in given.commits),
    )


def _commit(commit: str) -> Commit:
    nobody = Identity(name="", email="")
    return Commit(
        id=commit,
        parents=(),
        author=nobody,
        committer=nobody,
        authored_at="",
        committed_at="",
        message="",
        signed=False,
    )
