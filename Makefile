# The commands of Qinchao. They need Python 3.11 or newer with venv, and nothing else of ours.

PYTHON ?= python3
WORKERS ?= 2

VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/stamps
VENDOR := app/web/static/vendor
CATALOGUES := $(wildcard translations/*/*/*.po plugins/*/translations/*/*/*.po)
# `make run` needs the small set of packages; once the large one is installed, that stays.
SMALL := $(and $(filter run,$(MAKECMDGOALS)),$(if $(wildcard $(STAMPS)/dev),,yes))
INSTALLED := $(STAMPS)/$(if $(SMALL),run,dev)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test lint format fuzz bench docs assets FORCE

help: ## List the commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

run: $(INSTALLED) $(STAMPS)/assets ## Start everything with a demo centre; Ctrl-C stops all of it
	@$(BIN)/python -m compileall -q app plugins
	@exec $(BIN)/qinchao up

test: lint ## Check the code, then run every test, browser included
	@chromium=$$(.ci/chromium) && QINCHAO_CHROMIUM="$$chromium" \
	  $(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup --durations=20

lint: $(STAMPS)/dev $(STAMPS)/assets ## Check format, style, types, layers and translations
	@echo "Checking format, style, types, layers and translations"
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/qinchao i18n check

format: $(STAMPS)/dev ## Format the code and mend what can be mended
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

fuzz: $(STAMPS)/dev $(STAMPS)/assets ## Live many more school years than a test run does
	@FUZZ=$${FUZZ:-25} $(BIN)/python -m pytest tests/integration/duties/test_school_year.py

bench: $(STAMPS)/dev $(STAMPS)/assets ## Measure against the sizes we promise
	@exec $(BIN)/python -m bench

docs: $(STAMPS)/dev $(STAMPS)/assets ## Build the documentation as a site in site/
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet
	@echo "The documentation begins in site/index.html"

$(STAMPS)/uv: requirements-bootstrap.lock
	@.ci/make-venv "$(PYTHON)" $(VENV)
	@mkdir -p $(STAMPS)
	@echo "Installing the installer (uv)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(STAMPS)/run: requirements.lock pyproject.toml $(STAMPS)/uv
	@echo "Installing the packages that Qinchao runs with"
	@$(call install,$<)
	@touch $@

$(STAMPS)/dev: requirements-dev.lock pyproject.toml $(STAMPS)/uv
	@echo "Installing the packages that Qinchao runs and is tested with"
	@$(call install,$<)
	@touch $@

$(STAMPS)/assets: package.json package-lock.json app/web/assets.py $(CATALOGUES) \
  $(if $(wildcard $(VENDOR)),,FORCE) | $(INSTALLED)
	@echo "Fetching the front-end files and compiling the translations"
	@$(BIN)/qinchao assets build
	@touch $@

install = export VIRTUAL_ENV=$(VENV); \
  $(BIN)/uv pip sync --quiet --compile-bytecode --require-hashes $(1) && \
  $(BIN)/uv pip install --quiet --no-deps --no-build-isolation --offline -e .
