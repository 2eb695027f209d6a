"""The commands: name, module and one line of help. Root help is printed from here, so no command module is imported."""

COMMANDS: dict[str, tuple[str, str]] = {
    "gate": ("assay.cli.gate", "Judge a change: inspect, weigh, decide by policy, record."),
    "check": ("assay.cli.check", "Run the inspectors only, for hooks and editors."),
    "init": ("assay.cli.init", "Set up a repository: assay.toml, hooks, keys."),
    "why": ("assay.cli.why", "Show why a decision came out as it did and who can act."),
    "explain": ("assay.cli.explain", "Explain a rule: what it finds, why it matters, how to fix it."),
    "approve": ("assay.cli.approve", "Sign an approval of a judged change."),
    "waiver": ("assay.cli.waiver", "Accept a finding until a date, in the open."),
    "ledger": ("assay.cli.ledger", "Show, verify and prove the record."),
    "policy": ("assay.cli.policy", "Test policy packs."),
    "key": ("assay.cli.key", "Make and show signing keys."),
    "sync": ("assay.cli.sync", "Exchange statements with a remote."),
}
