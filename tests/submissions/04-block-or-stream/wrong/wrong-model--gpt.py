from common import MODEL, get_client

def ask(prompt, reader):
    create = get_client().chat.completions.create
    messages = [{"role": "user", "content": prompt}]
    if reader == "program":
        return create(model="gpt-4o-mini", messages=messages).choices[0].message.content
    text = ""
    for chunk in create(model="gpt-4o-mini", messages=messages, stream=True):
        piece = chunk.choices[0].delta.content or ""
        print(piece, end="", flush=True)
        text += piece
    return text
