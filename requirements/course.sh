#!/bin/sh
# A course of nbgrader's, from the challenges to everybody's feedback: course.sh FOLDER. nbgrader is on the PATH.
# What is there already is left as it is, so it can be called again whenever somebody has handed in.
set -eu
course=$1
grader notebook build "$course"
cd "$course"

said=$(mktemp)
trap 'rm -f "$said"' EXIT
quietly() {  # what a command says is shown if it fails
    echo "$*"
    "$@" >"$said" 2>&1 || { status=$?; cat "$said" >&2; return $status; }
}

if ! [ -e .released ] || [ -n "$(find source -name '*.ipynb' -newer .released)" ]; then
    quietly nbgrader generate_assignment '*' --force
    touch .released
fi
if ! ls submitted/*/*/*.ipynb >/dev/null 2>&1; then
    echo "Hand out $course/release. Put what comes back into $course/submitted/STUDENT/ASSIGNMENT/, and call this again."
    exit 0
fi
failed=0
quietly nbgrader autograde '*' || failed=1  # one notebook that cannot be read does not keep the others from theirs
quietly nbgrader generate_feedback '*' || failed=1
quietly nbgrader export
quietly nbgrader export --exporter=grader.notebook.exporter.ReportExporter --to reports.jsonl
cd - >/dev/null
grader notebook sync "$course" --db "sqlite:///$course/grades.db" || failed=1
echo "Scores: $course/grades.csv. Feedback: $course/feedback. Reports: $course/reports.jsonl"
exit $failed
