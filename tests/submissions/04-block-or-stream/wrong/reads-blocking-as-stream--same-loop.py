from common import MODEL, get_client

def ask(prompt, reader):
    human = reader == "human"
    reply = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=human
    )
    text = ""
    for chunk in reply:
        if chunk.choices and chunk.choices[0].delta.content:
            text += chunk.choices[0].delta.content
            if human:
                print(chunk.choices[0].delta.content, end="", flush=True)
    return text
