package change_control.no_new_secret_test

import rego.v1

import data.change_control.no_new_secret.deny

secret := {
	"rule": "secrets/private-key",
	"family": "secrets",
	"severity": "low",
	"message": "a private key",
	"path": "id_rsa",
	"fingerprint": "f1",
}

test_a_secret_is_denied_whatever_its_severity if {
	answers := deny with input as {"findings": [secret]}
	answers == {{
		"rule": "change-control/no-new-secret",
		"message": "secrets/private-key: a private key",
		"path": "id_rsa",
		"fingerprints": ["f1"],
	}}
}

test_each_secret_is_denied_for_itself if {
	other := object.union(secret, {"path": "b", "fingerprint": "f2"})
	answers := deny with input as {"findings": [secret, other]}
	count(answers) == 2
}

test_other_findings_are_not_denied if {
	finding := object.union(secret, {"rule": "workflows/missing-timeout", "family": "workflows"})
	answers := deny with input as {"findings": [finding]}
	count(answers) == 0
}

test_no_finding_no_denial if {
	answers := deny with input as {"findings": []}
	count(answers) == 0
}
