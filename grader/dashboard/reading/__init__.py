"""What pages ask of the store: a module a page, each question with the condition of whoever asks."""
