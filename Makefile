# Two commands set up everything on a fresh machine: `make gate` runs the main job, `make test` passes the tests.
# Nothing is written outside this folder. The environment is reused until a requirements file changes.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
# Absolute, because tests change the folder and workers are measured too.
export COVERAGE_FILE := $(CURDIR)/.coverage
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-cache-dir

.PHONY: gate test lint format requirements clean help
.DEFAULT_GOAL := help

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

gate: $(VENV)/.run ## judge this repository's newest commits and write build/assay-report.html
	@mkdir -p build
	@$(BIN)/assay gate --last 10 --gate merge --exit-zero \
		--format text --format html --output build/assay-report.html
	@echo "report: build/assay-report.html"

test: $(VENV)/.test ## run every test, with branch coverage
	@$(BIN)/python -m pytest -q --numprocesses auto --dist loadfile --cov --cov-report= $(TESTS)
	@$(BIN)/python -m coverage report --fail-under=90 --format=total >/dev/null || { $(BIN)/python -m coverage report --fail-under=90; exit 1; }
	@$(BIN)/python -m coverage report --include='src/assay/ledger/*,src/assay/attest/*,src/assay/policy/*' --fail-under=100

lint: $(VENV)/.test ## ruff, mypy strict and the layers
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(VENV)/.test ## format the code
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

$(VENV)/.python:
	@test -n "$(PYTHON)" || { echo "Assay needs Python 3.11 or later on PATH (or: make PYTHON=/path/to/python3)" >&2; exit 1; }
	@echo "setting up $(VENV), once ..."
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: requirements/run.txt pyproject.toml $(VENV)/.python
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.test: requirements/test.txt $(VENV)/.run
	@$(PIP) install --require-hashes -r requirements/test.txt
	@touch $@

requirements: ## compile requirements/*.txt again (needs uv)
	uv pip compile pyproject.toml requirements/build.in --universal --generate-hashes --no-emit-index-url \
		--python-version 3.11 --no-header -q -o requirements/run.txt
	uv pip compile requirements/test.in --universal --generate-hashes --no-emit-index-url \
		--python-version 3.11 --no-header -q -o requirements/test.txt

clean: ## remove what these commands made
	rm -rf $(VENV) build .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
