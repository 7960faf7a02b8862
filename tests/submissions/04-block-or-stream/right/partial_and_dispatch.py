"""Challenge 04: block or stream."""

from common import MODEL, get_client

from functools import partial

WAYS = {}


def way(name):
    def put(f):
        WAYS[name] = f
        return f

    return put


@way("human")
def _human(client, prompt):
    acc = ""
    with client.chat.completions.stream(model=MODEL, messages=[{"role": "user", "content": prompt}]) as s:
        for event in s:
            if event.type == "content.delta":
                print(event.delta, end="", flush=True)
                acc = event.snapshot
    return acc


@way("program")
def _program(client, prompt):
    raw = client.chat.completions.with_raw_response.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=False
    )
    return raw.parse().choices[0].message.content


def _ask(make, prompt, reader):
    with make() as client:
        return WAYS[reader](client, prompt)


ask = partial(_ask, get_client)
