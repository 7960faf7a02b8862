def answer_only(prompt: str) -> tuple[str, str]:
    raise NotImplementedError
