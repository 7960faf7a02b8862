# Everything a learner, an author or CI types. The first call makes a virtual environment in .venv; nothing else is needed
# but Python 3.11 or newer (uv is used where there is one).
#
#   make grade            grade all challenges          make grade C=2    grade one
#   make watch            grade whenever you save       make watch C=2    begin with one
#   make hint C=2         the next, stronger hint       make play C=1     run yours against a recorded reply
#   make list             the challenges                make reset C=1    bring the stub back; keeps your file
#   make serve C=1        an endpoint to try things on
#   make pytest           the same as tests of pytest, as an editor's test explorer shows them
# For those who hand the kit out, or write challenges:
#   make release T=FOLDER the learners' kit: without solutions, tests and private checks
#   make class S=FOLDER   grade a class: a folder of submissions
#   make dashboard        a class of sixty in the browser, graded here and now; FRESH=1: all of it again
#   make notebook         the challenges as notebooks: a course of nbgrader's in course/, graded, with its scores
#   make solutions        grade the reference solutions
#   make new N=10-mine    begin a challenge             make lint C=10    check challenges as their author
#   make test             the kit's own tests, in minutes; BREADTH=whole make test: all of them
#   make bench, make soak the long ones
#   make fuzz             a million broken words, requests, files, reports: what fails, and how to see it again
#   make live             the solutions against a real endpoint: costs tokens, sends one request a challenge

C ?=
S ?=
T ?=
VENV := .venv
BIN := $(VENV)/bin
NBVENV := .venv-nbgrader
NBBIN := $(CURDIR)/$(NBVENV)/bin
COURSE ?= course
GRADER := $(BIN)/grader
ARGS ?=
FRESH ?=

# At a terminal "not yet" is no error of make's; in a pipe or in CI it is.
QUIETLY = { status=$$?; [ $$status -eq 1 ] && [ -t 1 ] || exit $$status; }

.PHONY: help grade class dashboard notebook release watch pytest list hint play serve live reset new lint solutions test check bench soak fuzz clean

help:
	@sed -n $(if $(wildcard solutions),,-e '/^# For those/q') -e 's/^#   //p' $(firstword $(MAKEFILE_LIST))

# A learner's kit has none of these folders.
needs-%:
	@[ -d $* ] || { echo "This kit comes without $*/: it is a learner's, as \`grader release\` makes it." >&2; exit 2; }

grade: $(VENV)/.kit
	@$(GRADER) grade $(C) $(ARGS) || $(QUIETLY)

watch: $(VENV)/.kit
	@$(GRADER) watch $(C) $(ARGS)

pytest: $(VENV)/.test
	@$(BIN)/python -m pytest challenges $(ARGS) || $(QUIETLY)

new: $(VENV)/.kit
	@$(GRADER) new $(or $(N),$(error say how it is called: make new N=10-my-challenge)) $(ARGS)

lint: needs-solutions $(VENV)/.test
	@$(GRADER) lint $(C) $(ARGS)

class: $(VENV)/.class
	@$(GRADER) class $(or $(S),$(error say where the submissions are: make class S=submissions)) $(ARGS)

dashboard: needs-tests $(VENV)/.dashboard
	@$(GRADER) dashboard --demo --open $(if $(FRESH),--fresh) $(ARGS)

release: $(VENV)/.kit
	@$(GRADER) release $(or $(T),$(error say what to make: make release T=../learners)) $(C) $(ARGS)

notebook: $(NBVENV)/.nbgrader
	@PATH="$(NBBIN):$$PATH" sh requirements/course.sh "$(COURSE)"

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

live: needs-solutions $(VENV)/.kit
	@$(GRADER) live $(C) $(ARGS)

solutions: needs-solutions $(VENV)/.kit
	@$(GRADER) grade $(C) --solutions $(ARGS)

# Each of the four reads all test modules, and keeping what Python makes of them spares the next time most of that.
test: needs-tests $(VENV)/.test
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest -n 3 --dist worksteal $(ARGS)

check: needs-tests $(VENV)/.test
	@$(BIN)/ruff check . && $(BIN)/ruff format --check grader tests challenges solutions bench && $(BIN)/mypy

bench: needs-bench $(VENV)/.kit
	@$(BIN)/python -m bench

soak: needs-tests $(VENV)/.test
	@$(BIN)/python -m tests.soak $(ARGS)

fuzz: needs-tests $(VENV)/.test
	@$(BIN)/python -m tests.fuzz $(ARGS)

clean:
	rm -rf $(VENV) $(NBVENV) .grader .pytest_cache .mypy_cache .ruff_cache .hypothesis .fuzz

# -- the virtual environment: pinned with hashes, by uv where there is one, by pip otherwise --------------------------

$(VENV)/bin/python:
	@sh requirements/venv.sh $(VENV)

$(VENV)/.kit: requirements/kit.txt requirements/build.txt pyproject.toml | $(VENV)/bin/python
	@sh requirements/install.sh $(VENV) kit
	@touch $@

$(VENV)/.class: $(VENV)/.kit requirements/class.txt
	@sh requirements/install.sh $(VENV) class
	@touch $@

$(VENV)/.dashboard: $(VENV)/.kit requirements/dashboard.txt
	@sh requirements/install.sh $(VENV) dashboard
	@touch $@

# nbgrader brings a whole Jupyter along, so it has an environment of its own.
$(NBVENV)/bin/python:
	@sh requirements/venv.sh $(NBVENV)

$(NBVENV)/.nbgrader: requirements/kit.txt requirements/nbgrader.txt requirements/build.txt pyproject.toml | $(NBVENV)/bin/python
	@sh requirements/install.sh $(NBVENV) kit
	@sh requirements/install.sh $(NBVENV) nbgrader
	@touch $@

$(VENV)/.test: $(VENV)/.kit requirements/test.txt
	@sh requirements/install.sh $(VENV) test
	@touch $@
