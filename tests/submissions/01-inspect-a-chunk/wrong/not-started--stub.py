"""Nothing done yet."""
def inspect_stream(prompt: str) -> dict:
    """Print every chunk as it arrives and return the deltas, the text and the finish reason."""
    raise NotImplementedError
