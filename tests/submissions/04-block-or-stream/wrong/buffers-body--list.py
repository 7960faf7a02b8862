from common import MODEL, get_client

def ask(prompt, reader):
    create = get_client().chat.completions.create
    messages = [{"role": "user", "content": prompt}]
    if reader == "program":
        return create(model=MODEL, messages=messages).choices[0].message.content
    chunks = list(create(model=MODEL, messages=messages, stream=True))
    said = [c.choices[0].delta.content or "" for c in chunks if c.choices]
    for piece in said:
        print(piece, end="", flush=True)
    return "".join(said)
