def ask(prompt, reader):
    raise NotImplementedError
