from common import MODEL, get_client

from itertools import chain, pairwise


def ask(prompt, reader):
    create = get_client().chat.completions.create
    messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": prompt}]
    if reader != "human":
        return create(model=MODEL, messages=messages, stream=False).choices[0].message.content
    print("assistant: ", end="", flush=True)
    text = ""
    for chunk, after in pairwise(chain(create(model=MODEL, messages=messages, stream=True), [None])):
        piece = (chunk.choices[0].delta.content or "") if chunk.choices else ""
        text += piece
        print(piece, end="\n" if after is None else "", flush=True)
    return text
