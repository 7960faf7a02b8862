from common import MODEL, get_client

def ask(prompt, reader):
    human = reader == "human"
    reply = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=human
    )
    if not human:
        return reply.choices[0].delta.content
    text = ""
    for chunk in reply:
        if chunk.choices and chunk.choices[0].delta.content:
            text += chunk.choices[0].delta.content
            print(chunk.choices[0].delta.content, end="", flush=True)
    return text
