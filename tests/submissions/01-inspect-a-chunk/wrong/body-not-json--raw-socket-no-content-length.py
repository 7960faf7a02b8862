import socket, os, json
from urllib.parse import urlsplit
def inspect_stream(prompt):
    u = urlsplit(os.environ["OPENAI_BASE_URL"])
    body = json.dumps({"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True}).encode()
    s = socket.create_connection((u.hostname, u.port), timeout=20)
    s.sendall(("POST %s/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer KEY\r\nContent-Type: application/json\r\n\r\n" % u.path).encode().replace(b"KEY", os.environ["OPENAI_API_KEY"].encode()).replace(b"LEN", str(len(body)).encode()) + body)
    f = s.makefile("rb")
    deltas, text, fr = [], "", None
    for line in f:
        if line.startswith(b"data: [DONE]"): break
        if not line.startswith(b"data: "): continue
        ch = json.loads(line[6:])["choices"][0]
        deltas.append(ch["delta"]); p = ch["delta"].get("content") or ""
        text += p; print(p, end="", flush=True); fr = ch["finish_reason"] or fr
    return {"deltas": deltas, "text": text, "finish_reason": fr}
