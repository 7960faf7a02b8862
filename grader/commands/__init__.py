"""What each command does; `grader.cli` declares them."""
