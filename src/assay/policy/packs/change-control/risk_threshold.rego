# Risk never decides: above the threshold a person does.
package change_control.risk_threshold

import rego.v1

require contains answer if {
	input.risk.score_ppm > input.config.risk.approval_above_ppm
	answer := {
		"rule": "change-control/risk-threshold",
		"message": sprintf("its risk of %s is above %s, from where a person must look", [
			shown(input.risk.score_ppm),
			shown(input.config.risk.approval_above_ppm),
		]),
		"role": null,
		"count": 1,
		"meaning": "approved",
	}
}

# Millionths in per cent, with one digit after the point.
shown(ppm) := sprintf("%d.%d %%", [floor(tenths / 10), tenths % 10]) if tenths := floor(ppm / 1000)
