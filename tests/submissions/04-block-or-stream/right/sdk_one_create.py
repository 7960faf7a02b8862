from common import MODEL, get_client

def ask(prompt: str, reader: str) -> str:
    live = reader == "human"
    reply = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=live
    )
    if not live:
        return reply.choices[0].message.content or ""
    text = ""
    for chunk in reply:
        if chunk.choices and chunk.choices[0].delta.content:
            print(chunk.choices[0].delta.content, end="", flush=True)
            text += chunk.choices[0].delta.content
    print()
    return text
