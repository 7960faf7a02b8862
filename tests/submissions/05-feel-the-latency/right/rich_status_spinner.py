import time

from common import MODEL, get_client
from rich.console import Console


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    console = Console(force_terminal=True)
    client = get_client()
    with console.status("waiting ..."):
        start = time.perf_counter()
        reply = client.chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
        )
        first = None
        if stream:
            for chunk in reply:
                if chunk.choices[0].delta.content and first is None:
                    first = time.perf_counter() - start
        total = time.perf_counter() - start
    console.print(f"[bold]{total:.2f} s[/bold]")
    return first or total, total
