from common import MODEL, get_client

def ask(prompt, reader):
    create = get_client().chat.completions.create
    messages = [{"role": "user", "content": prompt}]
    if reader == "program":
        return create(model=MODEL, messages=messages).choices[0].message
    text = ""
    for chunk in create(model=MODEL, messages=messages, stream=True):
        if chunk.choices and chunk.choices[0].delta.content:
            text += chunk.choices[0].delta.content
            print(chunk.choices[0].delta.content, end="", flush=True)
    return text
