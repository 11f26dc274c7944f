# Two commands are the whole set-up: `make lab` and `make test`. Both make .venv when it is missing or out of date.
PYTHON ?= python3
BIN := .venv/bin
LEVEL ?= night
SEEN := $(addprefix tests/,browser charts forms serving storage torture)
NOTEBOOKS := $(wildcard notebooks/*.ipynb)
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e
# the sample clinic of a test lies apart, so that no earlier click changes an output
SAMPLE := BACKCARE_CLINIC=sample BACKCARE_HOME=$(CURDIR)/.venv/test-home

.PHONY: lab app test check unit unit-seen unit-counted nbval torture notebooks environment dictionary pictures constraints clean

lab: .venv/lab    ## open JupyterLab: the sample clinic, or your own with STORE=path-or-URL
	$(BIN)/backcare lab $(if $(STORE),--store "$(STORE)") $(LAB_ARGUMENTS)

app: .venv/lab    ## the same notebooks as pages without code
	$(BIN)/backcare app $(if $(STORE),--store "$(STORE)") $(APP_ARGUMENTS)

test: check unit nbval    ## everything CI runs

check: .venv/test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

unit: .venv/test    ## two halves at once, one a core
	$(MAKE) --no-print-directory -j2 $(if $(filter output-sync,$(.FEATURES)),--output-sync=target) unit-seen unit-counted

unit-seen:    ## what is looked at on screen, kept and served
	$(SAMPLE) $(BIN)/pytest $(SEEN)

unit-counted:    ## what is read, planned, counted and printed, and the house
	$(SAMPLE) $(BIN)/pytest $(addprefix --ignore=,$(SEEN))

nbval: .venv/test
	rm -rf .venv/test-home
	$(SAMPLE) $(BIN)/pytest --nbval --nbval-current-env --nbval-cell-timeout=120 \
		--nbval-sanitize-with=tests/nbval.cfg notebooks

torture: .venv/test    ## kill writers, cut the power, break the disk: LEVEL=change, night or release; counts in .venv/torture.json
	rm -f .venv/torture.json
	BACKCARE_TORTURE=$(LEVEL) BACKCARE_COUNTS=$(CURDIR)/.venv/torture.json $(BIN)/pytest -m "" \
		-k "_t1_ or _t2_ or _t3_ or _t4_ or _t5_ or _t6_ or _t8_ or _t8b_ or _t9_ or _t16_" \
		tests/torture tests/forms tests/logs

notebooks: .venv/test    ## run the notebooks again and keep their outputs
	rm -rf .venv/test-home
	$(SAMPLE) $(BIN)/jupyter nbconvert --to notebook --execute --inplace \
		--ExecutePreprocessor.store_widget_state=False $(NOTEBOOKS)
	$(SAMPLE) $(BIN)/python tests/tidy_notebooks.py $(NOTEBOOKS)

environment: .venv/test    ## write environment.yml from pyproject.toml
	$(BIN)/python tests/environment.py > environment.yml

dictionary: .venv/test    ## write data/README.md and the tables of docs/measures.md from schema, measures, rules and presets
	$(BIN)/python tests/dictionary.py

pictures: .venv/test    ## draw the exercises, toolkit/plan/pictures/*.svg, from the poses beside them
	$(BIN)/python tests/pictures.py

constraints:    ## needs uv; names and versions only, no address
	uv pip compile pyproject.toml --all-extras --universal --no-emit-index-url --no-header --no-annotate -o constraints.txt

clean:
	rm -rf .venv

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/lab: pyproject.toml constraints.txt | .venv/bin/python
	$(INSTALL) ".[app,fhir]"
	touch $@

.venv/test: pyproject.toml constraints.txt | .venv/bin/python
	$(INSTALL) ".[all,test]"
	touch $@ .venv/lab
