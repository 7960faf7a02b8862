"""The instructor's dashboard: pages about a class, and the address that reports are sent to. docs/dashboard.md."""
