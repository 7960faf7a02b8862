import os, json, requests
import sseclient
def inspect_stream(prompt):
    r = requests.post(os.environ["OPENAI_BASE_URL"] + "/chat/completions", headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]},
        json={"model": os.environ["MODEL"], "messages": [{"role": "user", "content": prompt}], "stream": True}, stream=True)
    for e in sseclient.SSEClient(r).events():
        print(e.data, flush=True)
    return {}
