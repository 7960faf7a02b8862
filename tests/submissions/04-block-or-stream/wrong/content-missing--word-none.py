from common import MODEL, get_client

def ask(prompt, reader):
    create = get_client().chat.completions.create
    messages = [{"role": "user", "content": prompt}]
    if reader == "program":
        return create(model=MODEL, messages=messages).choices[0].message.content
    text = ""
    for chunk in create(model=MODEL, messages=messages, stream=True):
        piece = str(chunk.choices[0].delta.content)
        text += piece
        print(piece, end="", flush=True)
    return text
