"""Style: prints each chunk as JSON and returns the usage as a dict."""
import os
import sys
from typing import Any, Optional

from openai import OpenAI


def stream_reply(prompt: str, include_usage: bool) -> "tuple[str, Optional[dict[str, Any]]]":
    with OpenAI(
        base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"], max_retries=0
    ) as client:
        options: dict[str, Any] = {"stream_options": {"include_usage": True}} if include_usage else {}
        chunks = client.chat.completions.create(
            messages=[{"role": "user", "content": prompt}],
            model=os.environ["MODEL"],
            stream=True,
            **options,
        )
        answer = ""
        usage: Optional[dict[str, Any]] = None
        for chunk in chunks:
            sys.stdout.write(chunk.model_dump_json(exclude_unset=True) + "\n")
            sys.stdout.flush()
            if chunk.usage:
                usage = chunk.usage.model_dump()
            for choice in chunk.choices:
                answer += choice.delta.content or ""
        return answer, usage
