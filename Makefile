# Baoquan: one entry to every command. `make help` lists them.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# Compiled once, beside no source: journeys start hundreds of processes.
export PYTHONPYCACHEPREFIX := $(CURDIR)/$(VENV)/pycache

.PHONY: help install run demo test check long contract lint fix chaos sweep docs bench lock clean

help:            ## this list
	@grep -E '^[a-z-]+: *.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/ —/'

install: $(STAMP) ## create .venv from the hash-locked requirements

$(STAMP): requirements/dev.txt requirements/uv.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Baoquan needs Python 3.11 or newer; set PYTHON=/path/to/python3.11")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --system-certs --require-hashes -r requirements/dev.txt
	VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	touch $(STAMP)

run: install     ## start everything, play a working day, stay up until Ctrl-C
	$(BIN)/python -m infra.local

demo: install    ## the same, but stop by itself; fails when an outcome is not the expected one
	$(BIN)/python -m infra.local --demo

test: install    ## every test: the fast and slow ones, then the journeys on a real stack, three at a time
	$(BIN)/python -m pytest -q -m "not journey and not long" -n 3 --dist worksteal $(if $(k),-k "$(k)")
	$(BIN)/python -m pytest -q -m "journey and not long" -n 3 --dist worksteal $(if $(k),-k "$(k)")

long: install    ## what every change has no time for: the API and kill -9 of workers on PostgreSQL, long journeys
	$(BIN)/python -m pytest -q -m long $(if $(k),-k "$(k)")

contract: install ## the whole OpenAPI document under many more made-up requests (nights): make contract n=200
	CONTRACT_EXAMPLES=$(or $(n),60) $(BIN)/python -m pytest -q tests/api/contract

check: lint      ## lint, and the fast tests: green at every commit
	$(BIN)/python -m pytest -q -m "not journey and not slow and not long" -n 2

lint: install    ## format, lint, import contracts, types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy

fix: install     ## format and sort
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

chaos: install   ## kill, freeze, heal, judge: 300 cases under 60 faults on each database, then every seeded bug
	$(BIN)/python -m tests.chaos $(if $(seed),--seed $(seed))
	$(BIN)/python -m tests.chaos --mutant all

sweep: install   ## a million random models, the interpreter against the reference; models=, seed=
	$(BIN)/python -m tests.reference --models $(or $(models),1000000) --seed $(or $(seed),0)

docs: install    ## the coverage table of docs/bpmn.md, from the scenarios of the standard
	$(BIN)/python -m tests.standard

bench: install   ## the budgets, as ratios in one run
	$(BIN)/python -m benchmarks

lock: install    ## renew the hash-locked requirements
	for f in uv runtime dev; do $(BIN)/uv pip compile --quiet --generate-hashes --no-header --no-annotate --python-version 3.11 --universal requirements/$$f.in -o requirements/$$f.txt; done

clean:           ## remove the environment and local data
	rm -rf $(VENV) .data
