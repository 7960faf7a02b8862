from common import MODEL, get_client

def for_human(messages):
    with get_client().chat.completions.stream(model=MODEL, messages=messages) as stream:
        for event in stream:
            if event.type == "content.delta":
                print(event.delta, end="", flush=True)
        return stream.get_final_completion()


def for_program(messages):
    return get_client().chat.completions.create(model=MODEL, messages=messages)


def ask(prompt, reader):
    call = for_human if reader == "human" else for_program
    return call([{"role": "user", "content": prompt}]).choices[0].message.content
