import os, sys, json, time
from common import MODEL, get_client
from pydantic import BaseModel, Field
class Recipe(BaseModel):  # given: leave it as it is
    title: str = Field(min_length=1)
    servings: int = Field(ge=1, le=100)
    ingredients: list[str] = Field(min_length=1)
    minutes: int = Field(ge=1, le=10_000)

def pieces(prompt, **kw):
    for c in get_client().chat.completions.create(model=MODEL, messages=[{"role": "user", "content": prompt}], stream=True, **kw):
        if c.choices and c.choices[0].delta.content:
            yield c.choices[0].delta.content

from functools import cached_property
class Timed(Recipe):
    @cached_property
    def hours(self): return self.minutes / 60
def stream_recipe(prompt):
    t = ""
    for p in pieces(prompt): t += p; print(p, end="", flush=True)
    r = Timed.model_validate_json(t); print("\nhours:", r.hours)
    return r
