"""Looking at a recorded decision again: why it came out as it did, and whether it still does.

Trusted: the record, as far as it verified. Not trusted: that the policy of the time can still be had: its commit may be
gone from this clone, which is an error and never an agreement.
"""

from assay.gate.acts import Judged
from assay.gate.documents import read_documents
from assay.gate.packs import read_policy
from assay.gate.record import RecordReader
from assay.inspectors.registry import all_rules
from assay.inspectors.secrets.redact import redact
from assay.model.why import WhyNode
from assay.policy import Difference, decode_input, explain, open_engine, replay


def why(record: RecordReader, on: Judged) -> WhyNode:
    """Return the tree of reasons of a recorded decision."""
    given = decode_input(record.store.get(on.decision.input))
    with open_engine(on.target.config.policy.engine) as engine:
        rules = {**all_rules(), **read_policy(on.target, engine).rules}
    return explain(on.decision, given, rules, name=on.stored.envelope)


def decide_again(record: RecordReader, on: Judged) -> tuple[Difference, ...]:
    """Decide again from what was recorded and return every difference; none means that the decision holds."""
    input_bytes = record.store.get(on.decision.input)
    wanted = decode_input(input_bytes).documents
    documents = (
        None
        if wanted is None
        else read_documents(on.target.repository, ((document.path, document.blob) for document in wanted))
    )
    with open_engine(on.target.config.policy.engine) as engine:
        policy = read_policy(on.target, engine)
        return replay(engine, policy, on.decision, input_bytes, documents, redact=redact)
