# One word a job. The first run builds .venv from the locks; later runs start at once.

.PHONY: demo test check format bench lock docs clean
.DEFAULT_GOAL := help

BIN := .venv/bin

help: ## This list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/ \t/'

# --- set-up -----------------------------------------------------------------------------------------------------

.venv/run-ready: requirements.lock pyproject.toml
	@sh tools/make_venv.sh
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

.venv/dev-ready: .venv/run-ready requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

.venv/servers-ready: tools/install_servers.sh | .venv/dev-ready
	@sh tools/install_servers.sh
	@mkdir -p .venv && touch $@

# --- what people ask for ----------------------------------------------------------------------------------------

demo: .venv/run-ready ## A made-up company learned, attacked and defended, on this machine
	$(BIN)/mailkeep demo --no-console

test: .venv/dev-ready .venv/servers-ready ## Every test, real servers included
	$(BIN)/python -m pytest -n 2 --dist worksteal

check: .venv/dev-ready ## Format, lint, types, imports, mirrored tests, docs, licences
	$(BIN)/ruff format --check src tests tools bench
	$(BIN)/ruff check src tests tools bench
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/check_mirrors.py
	$(BIN)/python tools/write_docs.py --check
	$(BIN)/python tools/check_licences.py

bench: .venv/dev-ready ## Speed and memory, as ratios to plain parsing in the same run
	$(BIN)/mailkeep bench

format: .venv/dev-ready ## Lets the formatter have its way
	$(BIN)/ruff format src tests tools bench
	$(BIN)/ruff check --fix src tests tools bench

docs: .venv/dev-ready ## Writes the reference pages anew from the code
	$(BIN)/python tools/write_docs.py

lock: ## Resolves the locks anew
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock

clean: ## Removes what was built
	rm -rf .venv build .mypy_cache .ruff_cache .pytest_cache .hypothesis
