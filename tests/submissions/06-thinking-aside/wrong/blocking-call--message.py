from common import MODEL, get_client

def answer_only(prompt):
    message = get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}]
    ).choices[0].message
    print(message.content)
    return message.content, getattr(message, "reasoning_content", None) or ""
