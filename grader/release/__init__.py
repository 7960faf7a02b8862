"""The learners' kit, made from the instructor's. docs/releasing.md."""
