"""Mistake: the pieces go to a logger, which writes to stderr; stdout stays empty."""
import logging

from common import MODEL, get_client

logging.basicConfig(level=logging.WARNING, format="%(message)s")
log = logging.getLogger("reply")


def stream_reply(prompt, include_usage):
    options = {"stream_options": {"include_usage": True}} if include_usage else {}
    text, usage = "", None
    for chunk in get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True, **options
    ):
        if chunk.usage is not None:
            usage = chunk.usage
        if chunk.choices and chunk.choices[0].delta.content:
            log.warning("%s", chunk.choices[0].delta.content)
            text += chunk.choices[0].delta.content
    return text, usage
