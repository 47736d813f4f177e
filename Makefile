# The two commands: `make run` (set up, fetch the chat model, index the sample cables, serve the page) and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501

.PHONY: run setup model sample test lint typecheck pytest bench-indexing bench-retrieval quality clean

run: setup model sample
	$(BIN)/reftel web --port $(PORT)

setup: $(VENV)/installed

$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --constraint constraints.txt --editable .
	touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

# Without a chat model the page still answers, by quoting; so a failed fetch is told and passed over.
model: setup
	@$(BIN)/reftel model fetch || echo "No chat model: answers will quote the cables. Try again with: make model"

sample: setup
	$(BIN)/reftel index index/sample

test: lint typecheck pytest

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

typecheck: $(VENV)/installed-dev
	$(BIN)/mypy

pytest: $(VENV)/installed-dev
	$(BIN)/pytest

# Beside LangChain's tutorial pipeline; its packages want an older huggingface-hub, so they lie apart, without theirs.
CABLES ?= index/sample

bench-indexing: $(VENV)/installed-dev $(VENV)/tutorial
	$(BIN)/python tests/benchmarks/indexing.py $(CABLES)

$(VENV)/tutorial:
	$(BIN)/pip install --quiet --no-deps --target $@ \
	    langchain-huggingface==1.2.3 langchain-chroma==1.1.0 langchain-text-splitters==1.1.3

QUESTIONS ?= qa/evaluation/sample_questions.jsonl

bench-retrieval: $(VENV)/installed-dev $(VENV)/tutorial
	$(BIN)/python tests/benchmarks/retrieval.py --quotes $(QUESTIONS) $(CABLES)

# The README's table of quality: the questions and cables that ship, quoting and, where it is fetched, the local model.
quality: $(VENV)/installed-dev
	$(BIN)/python tests/benchmarks/quality.py $(QUESTIONS) $(CABLES)

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
