"""Sending a report to a course's dashboard. docs/submitting.md has the wire format."""
