"""The right keys and nothing behind them."""
def inspect_stream(prompt: str) -> dict:
    result = {"deltas": [], "text": "", "finish_reason": None}
    print(result, flush=True)
    return result
