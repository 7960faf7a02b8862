from common import MODEL, get_client

def ask(prompt, reader):
    reply = get_client().chat.completions.create(model=MODEL, messages=[{"role": "user", "content": prompt}])
    text = reply.choices[0].message.content
    if reader == "human":
        print(text)
    return text
