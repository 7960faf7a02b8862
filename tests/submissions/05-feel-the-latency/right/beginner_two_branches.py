import time
from common import MODEL, get_client

def time_reply(prompt, stream):
    client = get_client()
    if stream == True:
        start = time.time()
        response = client.chat.completions.create(
            model=MODEL,
            messages=[{"role": "user", "content": prompt}],
            stream=True,
        )
        got_first = False
        for chunk in response:
            piece = chunk.choices[0].delta.content
            if piece != None and piece != "":
                if got_first == False:
                    first_time = time.time()
                    got_first = True
                print(piece, end="")
        end = time.time()
        return (first_time - start, end - start)
    else:
        start = time.time()
        response = client.chat.completions.create(
            model=MODEL,
            messages=[{"role": "user", "content": prompt}],
        )
        print(response.choices[0].message.content)
        end = time.time()
        return (end - start, end - start)
