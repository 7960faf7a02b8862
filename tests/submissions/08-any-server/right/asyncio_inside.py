import asyncio
import codecs


async def lines(reads):
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    text, fresh, cr = "", True, False
    for read in reads:
        await asyncio.sleep(0)
        for character in decoder.decode(read):
            if fresh:
                fresh = False
                if character == "\ufeff":
                    continue
            if character == "\n" and cr:
                cr = False
            elif character in "\r\n":
                cr = character == "\r"
                yield text
                text = ""
            else:
                cr = False
                text += character


async def events(reads):
    data = []
    async for line in lines(reads):
        if line == "":
            if data:
                yield "\n".join(data)
            data = []
        else:
            name, _, value = line.partition(":")
            if name == "data":
                data += [value.removeprefix(" ")]


def iter_data(reads):
    loop = asyncio.new_event_loop()
    source = events(reads)
    try:
        while True:
            try:
                yield loop.run_until_complete(source.__anext__())
            except StopAsyncIteration:
                return
    finally:
        loop.close()
