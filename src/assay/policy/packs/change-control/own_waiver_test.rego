package change_control.own_waiver_test

import rego.v1

import data.change_control.own_waiver.require

alice := {"name": "Alice", "email": "alice@example.org", "person": "alice"}

bob := {"name": "Bob", "email": "bob@example.org", "person": "bob"}

people := {"alice": {"name": "Alice"}, "bob": {"name": "Bob"}}

waiver := {"person": "alice", "name": "Alice", "ticket": "T-1", "findings": ["f1"]}

asked(given) := answers if answers := require with input as {
	"commits": object.get(given, "commits", [{"author": alice, "coauthors": []}]),
	"waivers": object.get(given, "waivers", [waiver]),
	"people": object.get(given, "people", people),
}

test_a_waiver_of_an_author_asks_for_another_person if {
	asked({}) == {{
		"rule": "change-control/own-waiver",
		"message": "Alice waived findings of their own change (T-1)",
		"role": null,
		"count": 1,
		"meaning": "approved",
	}}
}

test_so_does_one_of_a_coauthor if {
	count(asked({"commits": [{"author": bob, "coauthors": [alice]}]})) == 1
}

test_so_does_one_by_rule_and_path if {
	by_rule := {"person": "alice", "name": "Alice", "ticket": "T-1", "findings": [], "rule": "ours/deny"}
	count(asked({"waivers": [by_rule]})) == 1
}

test_a_waiver_of_somebody_else_asks_for_nothing if {
	count(asked({"commits": [{"author": bob, "coauthors": []}]})) == 0
}

test_a_waiver_that_covers_nothing_asks_for_nothing if {
	count(asked({"waivers": [object.union(waiver, {"findings": []})]})) == 0
}

test_one_person_alone_is_not_asked_for_another if {
	count(asked({"people": {"alice": {"name": "Alice"}}})) == 0
}

test_who_is_nobody_wrote_nothing if {
	count(asked({"commits": [{"author": {"name": "X", "email": "x@example.org"}, "coauthors": []}]})) == 0
}
