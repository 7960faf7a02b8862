"""Mistake: content chunks are done with before usage is looked at."""
import os
import sys

from openai import OpenAI


class Meter:
    usage = None

    def is_meter_chunk(self, chunk):
        if len(chunk.choices) > 0:
            return False
        if chunk.usage:
            self.usage = chunk.usage.model_dump()
        return True


def stream_reply(prompt, include_usage):
    client = OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    kwargs = {"stream_options": {"include_usage": True}} if include_usage else {}
    meter, reply = Meter(), []
    for chunk in client.chat.completions.create(
        model=os.environ["MODEL"], messages=[{"role": "user", "content": prompt}], stream=True, **kwargs
    ):
        if meter.is_meter_chunk(chunk):
            continue
        reply.append(chunk.choices[0].delta.content or "")
        sys.stdout.write(reply[-1])
        sys.stdout.flush()
    return "".join(reply), meter.usage
