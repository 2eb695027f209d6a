# Nothing is denied here unless assay.toml declares trailers: only then is there such a finding.
package change_control.declared_trailers

import rego.v1

rules := {"commits/missing-trailer", "commits/undeclared-trailer-value"}

deny contains answer if {
	some finding in input.findings
	finding.rule in rules
	answer := {
		"rule": "change-control/declared-trailers",
		"message": finding.message,
		"path": finding.path,
		"fingerprints": [finding.fingerprint],
	}
}

# Declared trailers that nobody looked for are a question for a person.
require contains answer if {
	count(input.config.trailers) > 0
	count(input.commits) > 0
	some rule in rules
	not looked_for(rule)
	answer := {
		"rule": "change-control/declared-trailers",
		"message": sprintf("assay.toml declares trailers, and %s was not evaluated", [rule]),
		"role": null,
		"count": 1,
		"meaning": "approved",
	}
}

looked_for(rule) if input.outcomes[rule] in {"pass", "fail", "waived"}
