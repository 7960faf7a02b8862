"""From what was seen to its root cause: tables of rules, a family each, tried in order."""
