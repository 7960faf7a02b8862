"""Streams as data: bytes, events, fixtures, salt, cuts and scripts. Nothing in here does I/O but reading fixtures."""
