"""An iterator that never gives anything, and never ends."""

class Never:
    def __iter__(self):
        return self

    def __next__(self):
        while True:
            pass


def iter_data(reads):
    return Never()
