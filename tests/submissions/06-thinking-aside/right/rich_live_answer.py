"""Challenge 06: thinking aside."""

from common import MODEL, get_client

from rich.console import Console, Group
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text


def answer_only(prompt: str) -> tuple[str, str]:
    answer, thoughts = Text(), []
    spinner = Spinner("dots", "thinking")
    with Live(spinner, console=Console(force_terminal=True, width=100), refresh_per_second=20) as live:
        for chunk in get_client().chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
        ):
            d = chunk.choices[0].delta
            t = getattr(d, "reasoning", None) or getattr(d, "reasoning_content", None)
            if t:
                thoughts.append(t)
            if d.content:
                answer.append(d.content)
                live.update(Group(answer, spinner), refresh=True)
    return answer.plain, "".join(thoughts)
