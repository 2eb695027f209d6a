package change_control.risk_threshold_test

import rego.v1

import data.change_control.risk_threshold.require

asked(score) := answers if answers := require with input as {
	"risk": {"score_ppm": score},
	"config": {"risk": {"approval_above_ppm": 700000}},
}

test_above_the_threshold_a_person_must_look if {
	some answer in asked(812345)
	answer.rule == "change-control/risk-threshold"
	answer.message == "its risk of 81.2 % is above 70.0 %, from where a person must look"
	answer.count == 1
	answer.meaning == "approved"
}

test_at_the_threshold_nobody_must if count(asked(700000)) == 0
