"""What the lesson's scripts import: a client for whatever OPENAI_BASE_URL points to, and the model's name."""

import os

from openai import OpenAI

MODEL = os.environ.get("MODEL", "")


def get_client() -> OpenAI:
    """A client of the openai SDK, set up from OPENAI_BASE_URL and OPENAI_API_KEY."""
    return OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
