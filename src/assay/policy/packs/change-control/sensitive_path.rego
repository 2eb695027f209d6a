# Whoever changes what controls changes needs a second person.
package change_control.sensitive_path

import rego.v1

folders := {".github/", ".gitlab/", "assay/policy/", "assay/keys/"}

names := {
	".gitlab-ci.yml",
	"CODEOWNERS",
	"assay.toml",
	"assay.yaml",
	"assay/baseline.txt",
	"docs/CODEOWNERS",
}

# Forms that people fill in, and where to send money: they control nothing.
forms := `(?i)^\.(github|gitlab)/(issue|discussion|pull_request|merge_request)_templates?(/|\.md$)|^\.github/funding\.yml$`

sensitive(path) if path in names

sensitive(path) if {
	some folder in folders
	startswith(path, folder)
	not regex.match(forms, path)
}

# Packs may lie in any folder that assay.toml names.
sensitive(path) if {
	some folder in input.config.policy.packs
	startswith(path, sprintf("%s/", [folder]))
}

# Renaming a file away from such a place is a change to it, too.
touched contains path if {
	some file in input.change.files
	some path in {file.path, file.old_path}
	sensitive(path)
}

require contains answer if {
	some path in touched
	answer := {
		"rule": "change-control/sensitive-path",
		"message": sprintf("%s controls what changes must pass", [path]),
		"path": path,
		"role": null,
		"count": 1,
		"meaning": "approved",
	}
}
