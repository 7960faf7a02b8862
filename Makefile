# Everything a learner, an author or CI types. The first call makes a virtual environment in .venv; nothing else is needed
# but Python 3.11 or newer (uv is used where there is one).
#
#   make grade            grade all challenges          make grade C=2    grade one
#   make watch            grade whenever you save       make watch C=2    begin with one
#   make hint C=2         the next, stronger hint       make play C=1     run yours against a recorded reply
#   make list             the challenges                make reset C=1    bring the stub back; keeps your file
#   make serve C=1        an endpoint to try things on  make solutions    grade the reference solutions
#   make pytest           the same as tests of pytest, as an editor's test explorer shows them
#   make test             the kit's own tests           make bench, make soak: the long ones
#   make new N=10-mine    begin a challenge             make lint C=10    check challenges as their author
#   make class S=FOLDER   grade a class: a folder of submissions
#   make live             the solutions against a real endpoint: costs tokens, sends one request a challenge

C ?=
S ?=
VENV := .venv
BIN := $(VENV)/bin
GRADER := $(BIN)/grader
ARGS ?=

# At a terminal "not yet" is no error of make's; in a pipe or in CI it is.
QUIETLY = { status=$$?; [ $$status -eq 1 ] && [ -t 1 ] || exit $$status; }

.PHONY: help grade class watch pytest list hint play serve live reset new lint solutions test check bench soak clean

help:
	@sed -n 's/^#   //p' $(firstword $(MAKEFILE_LIST))

grade: $(VENV)/.kit
	@$(GRADER) grade $(C) $(ARGS) || $(QUIETLY)

watch: $(VENV)/.kit
	@$(GRADER) watch $(C) $(ARGS)

pytest: $(VENV)/.test
	@$(BIN)/python -m pytest challenges $(ARGS) || $(QUIETLY)

new: $(VENV)/.kit
	@$(GRADER) new $(or $(N),$(error say how it is called: make new N=10-my-challenge)) $(ARGS)

lint: $(VENV)/.test
	@$(GRADER) lint $(C) $(ARGS)

class: $(VENV)/.class
	@$(GRADER) class $(or $(S),$(error say where the submissions are: make class S=submissions)) $(ARGS)

list: $(VENV)/.kit
	@$(GRADER) list

hint: $(VENV)/.kit
	@$(GRADER) hint $(or $(C),$(error say which challenge: make hint C=1))

play: $(VENV)/.kit
	@$(GRADER) play $(or $(C),$(error say which challenge: make play C=1))

reset: $(VENV)/.kit
	@$(GRADER) reset $(or $(C),$(error say which challenge: make reset C=1))

serve: $(VENV)/.kit
	@$(GRADER) serve $(or $(C),1)

live: $(VENV)/.kit
	@$(GRADER) live $(C) $(ARGS)

solutions: $(VENV)/.kit
	@$(GRADER) grade $(C) --solutions $(ARGS)

test: $(VENV)/.test
	@$(BIN)/python -m pytest -n 4 $(ARGS)

check: $(VENV)/.test
	@$(BIN)/ruff check . && $(BIN)/ruff format --check grader tests challenges solutions bench && $(BIN)/mypy

bench: $(VENV)/.kit
	@$(BIN)/python -m bench

soak: $(VENV)/.test
	@$(BIN)/python -m tests.soak $(ARGS)

clean:
	rm -rf $(VENV) .grader .pytest_cache .mypy_cache .ruff_cache .hypothesis

# -- the virtual environment: pinned with hashes, by uv where there is one, by pip otherwise --------------------------

$(VENV)/bin/python:
	@sh requirements/venv.sh $(VENV)

$(VENV)/.kit: requirements/kit.txt requirements/build.txt pyproject.toml | $(VENV)/bin/python
	@sh requirements/install.sh $(VENV) kit
	@touch $@

$(VENV)/.class: $(VENV)/.kit requirements/class.txt
	@sh requirements/install.sh $(VENV) class
	@touch $@

$(VENV)/.test: $(VENV)/.kit requirements/test.txt
	@sh requirements/install.sh $(VENV) test
	@touch $@
