import os, openai
openai.api_key = os.getenv("OPENAI_API_KEY")
openai.api_base = os.getenv("OPENAI_BASE_URL")
def inspect_stream(prompt):
    response = openai.ChatCompletion.create(model=os.getenv("MODEL"), messages=[{"role": "user", "content": prompt}], stream=True)
    deltas, text, fr = [], "", None
    for chunk in response:
        d = chunk["choices"][0]["delta"]
        deltas.append(d); text += d.get("content", ""); print(d.get("content", ""), end="", flush=True)
    return {"deltas": deltas, "text": text, "finish_reason": fr}
