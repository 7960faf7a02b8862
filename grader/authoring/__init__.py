"""For those who write challenges: a new folder, the rules it has to keep, and mutants of its reference solution."""
