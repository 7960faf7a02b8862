from common import get_client, MODEL
import json, os, sys
import openai
def stream_reply(prompt, include_usage):
    openai.api_key = os.environ["OPENAI_API_KEY"]
    text = ""
    for chunk in openai.ChatCompletion.create(model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True):
        piece = chunk["choices"][0]["delta"].get("content", "")
        text += piece; print(piece, end="", flush=True)
    return text, None
