import http.client, json, os
from urllib.parse import urlsplit
def inspect_stream(prompt):
    u = urlsplit(os.environ["OPENAI_BASE_URL"])
    c = http.client.HTTPConnection(u.netloc, timeout=30)
    c.request("POST", u.path + "/chat/completions", json.dumps({"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True}),
              {"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"], "Content-Type": "application/json"})
    resp = c.getresponse()
    deltas, text, fr = [], "", None
    while (line := resp.readline()):
        if line.startswith(b"data: {"):
            ch = json.loads(line[6:])["choices"][0]
            deltas.append(ch["delta"]); p = ch["delta"].get("content") or ""
            text += p; print(p, end="", flush=True)
            fr = ch["finish_reason"] or fr
    return {"deltas": deltas, "text": text, "finish_reason": fr}
