"""Style: works on plain dicts (model_dump) and writes bytes straight to file descriptor 1."""
import os

from common import MODEL, get_client


def stream_reply(prompt, include_usage):
    payload = dict(model=MODEL, stream=True, messages=[dict(role="user", content=prompt)])
    if include_usage:
        payload.update(extra_body={"stream_options": {"include_usage": True}})
    state = {"text": b"", "usage": None}
    for chunk in map(lambda c: c.model_dump(), get_client().chat.completions.create(**payload)):
        if chunk["usage"]:
            state["usage"] = {k: v for k, v in chunk["usage"].items() if v is not None}
        if chunk["choices"]:
            data = (chunk["choices"][0]["delta"].get("content") or "").encode("utf-8")
            os.write(1, data)
            state["text"] += data
    return state["text"].decode("utf-8"), state["usage"]
