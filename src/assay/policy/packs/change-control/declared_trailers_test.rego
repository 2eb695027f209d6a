package change_control.declared_trailers_test

import rego.v1

import data.change_control.declared_trailers

finding(rule) := {"rule": rule, "message": "m", "path": "", "fingerprint": "f1"}

looked := {"commits/missing-trailer": "fail", "commits/undeclared-trailer-value": "pass"}

test_a_missing_trailer_is_denied if {
	answers := declared_trailers.deny with input as {"findings": [finding("commits/missing-trailer")]}
	answers == {{
		"rule": "change-control/declared-trailers",
		"message": "m",
		"path": "",
		"fingerprints": ["f1"],
	}}
}

test_a_value_that_is_not_allowed_is_denied if {
	answers := declared_trailers.deny with input as {"findings": [finding("commits/undeclared-trailer-value")]}
	count(answers) == 1
}

test_the_form_of_a_message_is_no_trailer if {
	answers := declared_trailers.deny with input as {"findings": [finding("commits/conventional")]}
	count(answers) == 0
}

asked(trailers, commits, outcomes) := answers if answers := declared_trailers.require with input as {
	"config": {"trailers": trailers},
	"commits": commits,
	"outcomes": outcomes,
}

test_declared_trailers_that_nobody_looked_for_need_a_person if {
	count(asked({"PHI-Impact": {}}, [{"id": "c"}], {})) == 2
	count(asked({"PHI-Impact": {}}, [{"id": "c"}], {"commits/missing-trailer": "pass"})) == 1
	count(asked({"PHI-Impact": {}}, [{"id": "c"}], object.union(looked, {"commits/missing-trailer": "error"}))) == 1
}

test_nothing_is_asked_where_nothing_is_declared_or_all_was_looked_for if {
	count(asked({}, [{"id": "c"}], {})) == 0
	count(asked({"PHI-Impact": {}}, [], {})) == 0
	count(asked({"PHI-Impact": {}}, [{"id": "c"}], looked)) == 0
}
