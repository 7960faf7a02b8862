from common import MODEL, get_client


def template_function(prompt: str) -> str:
    stream = get_client().chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": prompt}],
        stream=True,
    )
    text = ""
    for chunk in stream:
        piece = chunk.choices[0].delta.content
        if piece:  # null in the first delta, absent from the last
            text += piece
            print(piece, end="", flush=True)
    return text.split()[-1]


if __name__ == "__main__":
    print("\n\n", template_function("Tell me about today."))
