"""Grades for others to read: CSV, JSON lines, and the files of Canvas and Moodle."""
