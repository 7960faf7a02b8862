"""One module a reader: each shows a report, none decides anything."""
