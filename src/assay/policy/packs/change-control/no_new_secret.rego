# What looks like a secret and was not there before is denied, whatever else speaks for the change.
package change_control.no_new_secret

import rego.v1

deny contains answer if {
	some finding in input.findings
	finding.family == "secrets"
	answer := {
		"rule": "change-control/no-new-secret",
		"message": sprintf("%s: %s", [finding.rule, finding.message]),
		"path": finding.path,
		"fingerprints": [finding.fingerprint],
	}
}
