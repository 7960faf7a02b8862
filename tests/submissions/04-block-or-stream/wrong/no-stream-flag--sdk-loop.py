from common import MODEL, get_client

def ask(prompt, reader):
    reply = get_client().chat.completions.create(model=MODEL, messages=[{"role": "user", "content": prompt}])
    if reader == "program":
        return reply.choices[0].message.content
    text = ""
    for chunk in reply:
        piece = chunk.choices[0].delta.content
        print(piece, end="", flush=True)
        text += piece
    return text
