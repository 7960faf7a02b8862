from common import MODEL, get_client

def ask(prompt, reader):
    text = ""
    for chunk in get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
    ):
        if chunk.choices and chunk.choices[0].delta.content:
            text += chunk.choices[0].delta.content
            if reader == "human":
                print(chunk.choices[0].delta.content, end="", flush=True)
    return text
