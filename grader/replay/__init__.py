"""Streams over I/O: the loopback server, what it answers, and what has been seen of it."""
