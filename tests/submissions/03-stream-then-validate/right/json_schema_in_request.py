"""Style: asks for response_format json_schema and for usage in the request; json.loads, then model_validate."""
import json
import os
import sys

from openai import OpenAI
from pydantic import BaseModel, Field


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


def stream_recipe(prompt: str) -> Recipe:
    schema = Recipe.model_json_schema()
    schema["additionalProperties"] = False
    client = OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"], timeout=60)
    text, usage = "", None
    for chunk in client.chat.completions.create(
        model=os.environ["MODEL"],
        messages=[{"role": "user", "content": prompt}],
        response_format={"type": "json_schema", "json_schema": {"name": "recipe", "strict": True, "schema": schema}},
        stream=True,
        stream_options={"include_usage": True},
    ):
        usage = chunk.usage or usage
        if chunk.choices:
            piece = chunk.choices[0].delta.content or ""
            sys.stdout.write(piece)
            sys.stdout.flush()
            text += piece
    print("\n\nusage:", usage, file=sys.stderr)
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"no JSON: {error}") from None
    return Recipe.model_validate(data)
