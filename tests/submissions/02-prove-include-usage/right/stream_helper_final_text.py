"""Style: the .stream() helper, text from content.done, usage remembered while the events go by."""
import os

from openai import OpenAI

client = OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])


def stream_reply(prompt, include_usage):
    extra = {"stream_options": {"include_usage": True}} if include_usage else {}
    final_text = ""
    seen_usages = []
    with client.chat.completions.stream(
        model=os.environ["MODEL"], messages=[{"role": "user", "content": prompt}], **extra
    ) as events:
        for ev in events:
            match ev.type:
                case "content.delta":
                    print(ev.delta, end="", flush=True)
                case "content.done":
                    final_text = ev.content
                case "chunk":
                    if ev.chunk.usage is not None:
                        seen_usages.append(ev.chunk.usage)
    print()
    return final_text, (seen_usages[-1] if seen_usages else None)
