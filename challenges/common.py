"""What the lesson's scripts import: a client for whatever OPENAI_BASE_URL points to, and the model's name."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openai import OpenAI

MODEL = os.environ.get("MODEL", "")


def get_client() -> OpenAI:
    """A client of the openai SDK, set up from OPENAI_BASE_URL and OPENAI_API_KEY."""
    from openai import OpenAI  # here, since who only wants MODEL should not wait for it

    return OpenAI(base_url=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"])
