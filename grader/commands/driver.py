"""Makes one call of a file's function in a process of its own: `driver.py FILE CALL RESULT`.

Stands alone. How the call ended goes to RESULT as JSON: `{"kind": "returned", "value": repr}` or `{"kind": "raised",
"classes": names, "message", "traceback"}`. Nothing is graded here.
"""

import asyncio
import inspect
import json
import reprlib
import sys
import traceback
import types
from pathlib import Path
from typing import Any


async def awaited(value: Any) -> Any:
    return await value


def call(path: Path, expression: str) -> Any:
    module = types.ModuleType(path.stem)
    module.__file__ = str(path)
    sys.modules[path.stem] = module
    exec(compile(path.read_bytes(), str(path), "exec", dont_inherit=True), module.__dict__)
    value = eval(expression, module.__dict__)
    return asyncio.run(awaited(value)) if inspect.isawaitable(value) else value


def main(file: str, expression: str, result: str) -> None:
    shown = reprlib.Repr()
    shown.maxstring, shown.maxother, shown.maxlist, shown.maxdict = 200, 400, 20, 20
    try:
        word: dict[str, Any] = {"kind": "returned", "value": shown.repr(call(Path(file), expression))}
    except BaseException as error:
        word = {
            "kind": "raised",
            "classes": [kind.__name__ for kind in type(error).__mro__],
            "message": str(error),
            "traceback": traceback.format_exc(),
        }
    Path(result).write_text(json.dumps(word), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
