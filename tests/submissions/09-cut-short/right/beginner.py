import json
import os
import requests

# my notes: stop = good, everything else = CutShort

class CutShort(Exception):
    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


def read_reply(prompt, patience):
    answer = ""
    good = False
    bad = False
    url = os.environ["OPENAI_BASE_URL"] + "/chat/completions"
    headers = {"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]}
    data = {}
    data["model"] = os.environ["MODEL"]
    data["messages"] = [{"role": "user", "content": prompt}]
    data["stream"] = True
    try:
        r = requests.post(url, headers=headers, json=data, stream=True, timeout=patience)
        for line in r.iter_lines():
            line = line.decode()
            if line[:5] == "data:":
                rest = line[6:]
                if rest != "[DONE]":
                    d = json.loads(rest)
                    if "error" in d:
                        bad = True
                    if "choices" in d:
                        if len(d["choices"]) > 0:
                            c = d["choices"][0]
                            if "content" in c["delta"]:
                                if c["delta"]["content"] != None:
                                    answer = answer + c["delta"]["content"]
                            if c["finish_reason"] == "stop":
                                good = True
    except Exception as e:
        print("something went wrong:", e)
    if good == True and bad == False:
        return answer
    else:
        raise CutShort(answer)
