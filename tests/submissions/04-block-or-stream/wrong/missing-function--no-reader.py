from common import MODEL, get_client

def ask(prompt):
    return get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}]
    ).choices[0].message.content
