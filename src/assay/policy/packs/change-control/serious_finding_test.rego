package change_control.serious_finding_test

import rego.v1

import data.change_control.serious_finding.require

finding(rule, severity) := {
	"rule": rule,
	"family": split(rule, "/")[0],
	"severity": severity,
	"message": "m",
	"path": "a.yml",
	"fingerprint": "f1",
}

asked(found, threshold) := answers if answers := require with input as {
	"findings": [found],
	"config": {"check": {"threshold": threshold}},
}

test_at_the_threshold_a_person_must_look if {
	asked(finding("workflows/unpinned-action", "high"), "high") == {{
		"rule": "change-control/serious-finding",
		"message": "workflows/unpinned-action: m",
		"path": "a.yml",
		"fingerprints": ["f1"],
		"role": null,
		"count": 1,
		"meaning": "approved",
	}}
}

test_severities_are_ordered if {
	every severity in {"info", "low", "medium", "high"} {
		count(asked(finding("workflows/x", severity), "critical")) == 0
	}
	every severity in {"low", "medium", "high", "critical"} {
		count(asked(finding("workflows/x", severity), "low")) == 1
	}
	count(asked(finding("workflows/x", "info"), "low")) == 0
}

test_what_is_denied_elsewhere_is_not_asked_about if {
	every rule in {"secrets/private-key", "commits/missing-trailer", "commits/undeclared-trailer-value"} {
		count(asked(finding(rule, "critical"), "info")) == 0
	}
}
