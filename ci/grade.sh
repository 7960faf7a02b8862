#!/bin/sh
# Grades what was handed in, with this kit: grade.sh SUBMISSION OUT [CHALLENGE...]
#
# OUT gets report.json and junit.xml; which form else is wanted, `grader convert OUT/report.json --format ...` makes.
# REQUIRE_ISOLATION=confined refuses to grade where a submission would be confined less; `grader doctor` says what is.
# Exit status: 0 all passed, 1 not all, 2 wrong usage, 3 the grader failed. In the last two there may be no report.
set -eu
submission=$(cd "$1" && pwd)
mkdir -p "$2"
out=$(cd "$2" && pwd)
shift 2
cd "$(dirname "$0")/.."

# What belongs to the job's own steps is of no use to submissions, and none of their business.
unset GRADER_KIT GITHUB_ENV GITHUB_PATH GITHUB_OUTPUT GITHUB_STEP_SUMMARY GITHUB_TOKEN CI_JOB_TOKEN CI_REPOSITORY_URL

.venv/bin/python ci/take.py "$submission" >&2
status=0
.venv/bin/grader grade "$@" ${REQUIRE_ISOLATION:+--require-isolation "$REQUIRE_ISOLATION"} \
    --json --out "$out/report.json" || status=$?
if [ -f "$out/report.json" ]; then
    .venv/bin/grader convert "$out/report.json" --format junit --out "$out/junit.xml"
fi
exit $status
