from common import MODEL, get_client

class Listener:
    """Shows a dot for each thought, and the answer as it comes."""

    def __init__(self):
        self.answer = ""
        self.reasoning = ""
        self.thinking = False

    def hear(self, delta):
        thought = getattr(delta, "reasoning_content", None) or getattr(delta, "reasoning", None)
        if thought:
            self.reasoning += thought
            self.thinking = True
            print(".", end="", flush=True)
        if delta.content:
            if self.thinking:
                print("\nanswer: ", end="")
                self.thinking = False
            self.answer += delta.content
            print(delta.content, end="", flush=True)


def answer_only(prompt):
    listener = Listener()
    for chunk in get_client().chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
    ):
        if chunk.choices:
            listener.hear(chunk.choices[0].delta)
    return listener.answer, listener.reasoning
