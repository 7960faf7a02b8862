"""Style: the .stream() helper with a json_schema; its own length error is turned into a ValueError."""
import os

from openai import LengthFinishReasonError, OpenAI
from pydantic import BaseModel, Field


class Recipe(BaseModel):
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)


FORMAT = {
    "type": "json_schema",
    "json_schema": {"name": "recipe", "schema": Recipe.model_json_schema()},
}


def stream_recipe(prompt: str) -> Recipe:
    client = OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
    pieces = []
    try:
        with client.chat.completions.stream(
            model=os.environ["MODEL"],
            messages=[{"role": "user", "content": prompt}],
            response_format=FORMAT,
        ) as stream:
            for event in stream:
                if event.type == "content.delta":
                    pieces.append(event.delta)
                    print(event.delta, end="", flush=True)
    except LengthFinishReasonError as error:
        raise ValueError("the recipe was cut off by the token limit") from error
    return Recipe.model_validate_json("".join(pieces))
