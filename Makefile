# Needs Python 3.11 or newer and make; everything else comes from the package index into .venv.
PYTHON ?= python3
BIN := .venv/bin
SECONDS ?= 60
DRIVEN := tests/test_workbench_browser.py
EXAMPLE := examples/suining-2024.docx --catalogue suining-department@2024

.PHONY: help setup demo test whole browser spark explore thorough versions fuzz bench docs pictures site bundle lint types imports pytest check clean
help:            ## say what can be made
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile

setup: .venv/.ready  ## make .venv with all that the tests need, in the pinned versions

# Rebuilt where its interpreter is gone or too old, brought up to date where the versions asked for have changed.
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
.venv/.usable: pyproject.toml constraints.txt $(wildcard editor/*.js editor/*.json)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "evalrules needs Python 3.11 or newer; say which with: make PYTHON=python3.12")'
	@$(BIN)/python -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || $(PYTHON) -m venv --clear .venv
	$(PIP) --editable '.[office]'
	@touch $@

.venv/.ready: .venv/.usable
	$(PIP) --editable '.[dev]'
	@touch $@

demo: .venv/.usable      ## score the example, print table, rationale and findings, and write the report as a page and for Word
	@$(BIN)/evalrules evaluate $(EXAMPLE)
	@$(BIN)/evalrules evaluate $(EXAMPLE) -o out/报告.html
	@$(BIN)/evalrules evaluate $(EXAMPLE) -o out/报告.docx
	@echo '报告：out/报告.html  out/报告.docx；命令在 $(BIN)/evalrules，执行 . $(BIN)/activate 后可以直接写 evalrules'

test: lint types imports pytest check  ## what every change must pass, in some minutes; what is slow comes with `make whole`

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

imports: setup
	$(BIN)/lint-imports --no-cache

pytest: setup
	HYPOTHESIS_PROFILE=quick $(BIN)/pytest -m "not slow" --numprocesses auto

whole: setup     ## all tests, the slow ones too, each property tried a hundred times, and what of the code they reach
	$(BIN)/pytest --numprocesses auto --cov --cov-report term --ignore $(DRIVEN)

browser: setup   ## the workbench driven in Chromium, wide and narrow; the editor is there where npm is
	$(BIN)/pytest $(DRIVEN)

check: setup
	$(BIN)/evalrules check
	$(BIN)/evalrules test

spark: setup     ## the tests of Spark; needs Java
	$(PIP) --editable '.[spark]'
	$(BIN)/pytest tests/test_spark.py

explore: setup   ## the properties on examples that no run has tried before; what it finds becomes a case
	HYPOTHESIS_PROFILE=explore $(BIN)/pytest -m "not slow" --numprocesses auto

thorough: setup versions  ## the properties, tried much harder
	HYPOTHESIS_PROFILE=thorough $(BIN)/pytest -m "not slow" tests

versions: setup  ## the quick tests under each Python from 3.11 to 3.14 that is on this machine, and which are not
	@for version in 3.11 3.12 3.13 3.14; do \
	  python$$version -c 'import venv' 2>/dev/null || { echo "Python $$version: not on this machine, not run"; continue; }; \
	  echo "Python $$version"; own=out/python-$$version; \
	  python$$version -m venv $$own && $$own/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]' \
	  && HYPOTHESIS_PROFILE=quick $$own/bin/pytest -q -m "not slow" --numprocesses auto || exit 1; \
	done

fuzz: setup      ## feed every reader with hostile and spoilt input; SECONDS each, 60 unless told
	$(PIP) --editable '.[fuzz]'
	$(BIN)/python tests/fuzz/formulas.py -max_total_time=$(SECONDS) -max_len=400 -timeout=10 -rss_limit_mb=2048
	$(BIN)/python tests/fuzz/editions.py -max_total_time=$(SECONDS) -max_len=4096 -timeout=10 -rss_limit_mb=2048
	$(BIN)/python tests/fuzz/forms.py $(SECONDS)
	$(BIN)/python tests/fuzz/spoilt.py $(SECONDS)

bench: setup     ## the work of docs/benchmarks.md beside other engines
	$(PIP) --editable '.[bench]'
	$(BIN)/python benchmarks/run.py
	POLARS_MAX_THREADS=1 $(BIN)/python benchmarks/columns.py
	$(BIN)/python benchmarks/reading.py

docs: setup      ## write the pages that are made from the code
	$(BIN)/python docs/make_problems.py
	$(BIN)/python tests/planted.py
	$(BIN)/python tests/settled.py
	$(BIN)/evalrules schema edition > catalogue/edition.schema.json
	$(BIN)/evalrules schema submission > catalogue/submission.schema.json

pictures: setup  ## draw the pictures of the docs anew; needs LibreOffice and poppler
	$(BIN)/python docs/make_pictures.py

site: setup      ## the documentation as pages for a browser, in out/site
	$(BIN)/sphinx-build -q -n -W --keep-going -c docs . out/site

bundle: setup    ## a folder that installs without a network on Windows and Linux, in out/bundle
	$(PIP) --editable '.[bundle]'
	$(BIN)/python offline/bundle.py out/bundle

clean:           ## remove what was made
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage* htmlcov build dist out
