"""Watch mode: grades the challenge that was just saved, and listens to keys."""
