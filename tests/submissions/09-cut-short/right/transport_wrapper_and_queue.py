class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


import queue
import threading

from common import MODEL, get_client


def read_reply(prompt, patience):
    # watchdog thread closes the stream when no byte was read for long: patched at the transport
    import time

    import httpx2

    last = [time.monotonic()]

    class Heard(httpx2.SyncByteStream):
        def __init__(self, inner):
            self.inner = inner

        def __iter__(self):
            for part in self.inner:
                last[0] = time.monotonic()
                yield part

        def close(self):
            self.inner.close()

    class T(httpx2.HTTPTransport):
        def handle_request(self, request):
            r = super().handle_request(request)
            last[0] = time.monotonic()
            r.stream = Heard(r.stream)
            return r

    from openai import OpenAI

    q, text, why = queue.Queue(), "", None

    def work():
        try:
            client = OpenAI(http_client=httpx2.Client(transport=T(), timeout=None), max_retries=0)
            for chunk in client.chat.completions.create(
                model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True
            ):
                q.put(chunk)
        except BaseException as e:
            q.put(e)
        q.put(None)

    threading.Thread(target=work, daemon=True).start()
    while True:
        try:
            got = q.get(timeout=max(0.01, last[0] + patience - time.monotonic()))
        except queue.Empty:
            if time.monotonic() - last[0] < patience:
                continue
            raise CutShort(text) from None
        if got is None or isinstance(got, BaseException):
            raise CutShort(text)
        ch = got.choices[0]
        text += ch.delta.content or ""
        if ch.finish_reason == "stop":
            return text
        if ch.finish_reason:
            raise CutShort(text)
