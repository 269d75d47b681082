# Lingju 零距离. The two that matter: `make start` and `make check`.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
UV := $(shell command -v uv || echo .uv/bin/uv)
export PATH := $(CURDIR)/.venv/bin:$(PATH)
# One lock file decides what is installed; a machine's own settings for pip do not.
export UV_FROZEN := 1
# A district network may have its own certificate authority: trust what the system trusts.
export UV_SYSTEM_CERTS := 1

## help: list what this file can do
.PHONY: help
help:
	@grep -E '^## ' $(MAKEFILE_LIST) | sed 's/^## //' | column -t -s ':'

## start: set up, fill the demo district if empty, serve on http://127.0.0.1:8000
.PHONY: start
start: setup
	@$(BIN)/lingju start

## check: set up and run every check and test
.PHONY: check
check: setup-dev system
	@tools/check.sh

## fast: the checks without browser and PostgreSQL, for every few minutes of work
.PHONY: fast
fast: setup-dev
	@tools/check.sh --fast

## format: bring code and templates into their form
.PHONY: format
format: setup-dev
	@ruff format . && ruff check --fix . ; djhtml $$(git ls-files '*.html')

## docs: write the generated pages of docs/ anew
.PHONY: docs
docs: setup-dev
	@lingju docs

## words: collect texts for translation and compile the English catalogue
.PHONY: words
words: setup-dev
	@tools/words.sh

## bench: measure against peers, EXTRACT=city.osm.pbf (installs them; takes minutes)
.PHONY: bench
bench: setup-dev
	@$(UV) sync --quiet --inexact --group bench
	@$(BIN)/python -m bench $(EXTRACT)

## demo: throw the demo district away and fill it anew
.PHONY: demo
demo: setup
	@rm -rf var && $(BIN)/lingju prepare

.PHONY: setup setup-dev system
setup: .venv/.runtime
setup-dev: .venv/.development

.uv/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Lingju needs Python 3.11 or later; set PYTHON=… to name one."; exit 1; }
	@$(PYTHON) -m venv .uv \
	  || { echo "Python has no venv module here: run 'apt-get install python3-venv' first."; exit 1; }
	@.uv/bin/pip install --quiet --disable-pip-version-check uv

.venv/.runtime: uv.lock pyproject.toml | $(UV)
	@$(UV) sync --quiet --inexact --no-dev --python $(PYTHON)
	@touch $@

.venv/.development: uv.lock pyproject.toml | $(UV)
	@$(UV) sync --quiet --inexact --python $(PYTHON)
	@touch $@ .venv/.runtime

# Chromium, a Chinese font and PostgreSQL come from the system; say so, or install them where we may.
system:
	@tools/system.sh
