# A second person knows of every finding that is let through, where there is a second person.
package change_control.own_waiver

import rego.v1

contributors contains commit.author.person if some commit in input.commits

contributors contains coauthor.person if {
	some commit in input.commits
	some coauthor in commit.coauthors
}

require contains answer if {
	count(input.people) > 1
	some waiver in input.waivers
	waiver.person in contributors
	covers(waiver)
	answer := {
		"rule": "change-control/own-waiver",
		"message": sprintf("%s waived findings of their own change (%s)", [waiver.name, waiver.ticket]),
		"role": null,
		"count": 1,
		"meaning": "approved",
	}
}

covers(waiver) if count(waiver.findings) > 0

covers(waiver) if waiver.rule
