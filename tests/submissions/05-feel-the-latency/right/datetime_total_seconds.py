from datetime import datetime

from common import MODEL, get_client


def time_reply(prompt: str, stream: bool) -> tuple[float, float]:
    client = get_client()
    asked = datetime.now()
    shown = None
    reply = client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": prompt}], stream=stream
    )
    if stream:
        text = ""
        for chunk in reply:
            delta = chunk.choices[0].delta
            text += delta.content or ""
            if text and shown is None:
                shown = datetime.now()
    done = datetime.now()
    shown = shown or done
    return (shown - asked).total_seconds(), (done - asked).total_seconds()
