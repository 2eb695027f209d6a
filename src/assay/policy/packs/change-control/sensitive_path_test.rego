package change_control.sensitive_path_test

import rego.v1

import data.change_control.sensitive_path.require

asked(files, packs) := answers if answers := require with input as {
	"change": {"files": files},
	"config": {"policy": {"packs": packs}},
}

file(path) := {"path": path, "old_path": path}

test_a_workflow_asks_for_approval if {
	asked([file(".github/workflows/ci.yml")], ["change-control"]) == {{
		"rule": "change-control/sensitive-path",
		"message": ".github/workflows/ci.yml controls what changes must pass",
		"path": ".github/workflows/ci.yml",
		"role": null,
		"count": 1,
		"meaning": "approved",
	}}
}

test_everything_that_controls_changes_asks if {
	every path in {
		".github/CODEOWNERS",
		".gitlab-ci.yml",
		".gitlab/CODEOWNERS",
		"CODEOWNERS",
		"assay.toml",
		"assay.yaml",
		"assay/baseline.txt",
		"assay/keys/alice.pub",
		"assay/policy/ours/rules.rego",
		"docs/CODEOWNERS",
	} {
		count(asked([file(path)], [])) == 1
	}
}

test_a_pack_asks_wherever_it_lies if {
	count(asked([file("policy/deny.rego")], ["policy"])) == 1
	count(asked([file("policy/deny.rego")], ["change-control"])) == 0
}

test_a_rename_away_asks if {
	count(asked([{"path": "old.yml", "old_path": ".github/workflows/ci.yml"}], [])) == 1
}

test_forms_ask_for_nothing if {
	every path in {
		".github/FUNDING.yml",
		".github/ISSUE_TEMPLATE/bug.yml",
		".github/PULL_REQUEST_TEMPLATE/a.md",
		".github/pull_request_template.md",
		".gitlab/issue_templates/bug.md",
	} {
		count(asked([file(path)], [])) == 0
	}
}

test_no_name_passes_for_a_form if {
	every path in {
		".github/pull_request_template.yml",
		".github/workflows/issue_template/ci.yml",
		".github/funding.yml.md",
		".github/actions/pull_request_template.md",
	} {
		count(asked([file(path)], [])) == 1
	}
}

test_a_form_in_a_folder_of_packs_asks if {
	count(asked([file(".github/issue_template/deny.rego")], [".github/issue_template"])) == 1
}

test_other_files_ask_for_nothing if {
	every path in {"src/assay.toml", "github/x.yml", "assay/notes.md", "README.md"} {
		count(asked([file(path)], ["change-control"])) == 0
	}
}
