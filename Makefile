.PHONY: run test nightly bench check audit sbom asvs test-deps lock format install install-dev
.DEFAULT_GOAL := run

# At least two, so that tests always run as they do elsewhere: beside each other.
WORKERS ?= $(shell n=$$(nproc 2>/dev/null || echo 2); [ $$n -gt 2 ] && echo $$n || echo 2)
BIN := .venv/bin

run: install            ## Start everything; Ctrl-C stops it. PORT=9000 make run takes other ports.
	@exec $(BIN)/ghiseu up

install:
	@scripts/install run

install-dev:
	@scripts/install dev

check: install-dev      ## Style, types, layers, service packages, known weaknesses.
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/ghiseu services check
	$(BIN)/python -m supply audit

test: check             ## Everything that can be checked on this machine.
	$(BIN)/pytest -n $(WORKERS)

nightly: install-dev    ## The wrong-citizen test at length: 2000 examples, some hours.
	HYPOTHESIS_PROFILE=nightly $(BIN)/pytest tests/desk/test_wrong_citizen.py -n 0

bench: install-dev      ## Measure beside the machine's own limit; prints a table, writes .data/bench.
	@$(BIN)/python -m bench

audit: install-dev      ## Compare every pinned package with the stored advisories; needs no network.
	@$(BIN)/python -m supply audit

sbom: install           ## Write the bill of materials of what is installed (CycloneDX) to .data/sbom.cdx.json.
	@$(BIN)/python -m supply sbom .data/sbom.cdx.json

asvs: install           ## Count the requirements of OWASP ASVS 5.0.0 by how they are met.
	@$(BIN)/python -m supply asvs

test-deps:              ## Browser and the like, by apt-get; as root or with sudo.
	@scripts/install-test-tools

format: install-dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

lock:                   ## Pin what pyproject.toml asks for; the tool's own lock file names hosts and is not kept.
	@scripts/lock
