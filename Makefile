# Two commands matter, and each does its own set-up on a fresh clone:
#
#   make demo    an emulated AWS with planted defects, scanned for real; reports in demo-output/
#   make test    everything that has to hold before a change is good
#
# It takes Python 3.11 or newer, make, and a package index that pip can reach. PYTHON=... chooses another Python.

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
DEMO_OUTPUT := demo-output

export PYTHON
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup demo test lint typecheck unit bench golden constraints clean

help: ## Show this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(INSTALLED) ## Make .venv with everything in it (the other targets do this by themselves)
	@:

# A stamp, so that nothing happens until what is to be installed changes.
$(INSTALLED): pyproject.toml constraints.txt .ci/setup .ci/find-python
	@.ci/setup $(VENV)

demo: setup ## Start an emulated AWS, scan it, and leave HTML, PDF and JSON in demo-output/
	@.ci/system-packages pdf
	@$(BIN)/python -m auditor demo --output $(DEMO_OUTPUT)

test: setup lint typecheck unit ## Lint, types and all tests

lint: setup ## Style and formatting
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check --diff .

typecheck: setup ## Types
	@$(BIN)/mypy

unit: setup ## All tests, without lint and types
	@.ci/system-packages pdf
	@.ci/system-packages browser
	@$(BIN)/python -m pytest -q

bench: setup ## Measure speed and memory, and print the figures
	@.ci/system-packages pdf
	@$(BIN)/python -m tests.bench

golden: setup ## Write the golden files of the tests anew; review them as code
	@.ci/system-packages pdf
	@UPDATE_GOLDEN=1 $(BIN)/python -m pytest -q -m golden

constraints: ## Pin the newest versions that go together in constraints.txt
	@.ci/constraints

clean: ## Remove everything that make has made
	@rm -rf $(VENV) $(DEMO_OUTPUT) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
