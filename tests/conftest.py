from collections.abc import Iterator

import pytest

from grader.session import Session


@pytest.fixture(scope="session")
def session() -> Iterator[Session]:
    """One warm parent for all gradings of a test process."""
    with Session(["requests", "urllib", "openai", "pydantic"]) as open_session:
        open_session.ready()
        yield open_session
