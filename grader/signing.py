"""Signed reports: who holds the key says that the grader told them this.

A signed report is one JSON object, `grader/signed/v1`: the `report`, the public `key` (32 bytes) and the `signature`
(64 bytes), these two in base64. What is signed are the bytes of that object without its `signature`, in the one form
that the JSON Canonicalization Scheme has for it (RFC 8785), with Ed25519 (RFC 8032). The file is the whole object in
that form, and a line feed: so no byte of it can be another one. docs/signing.md says what a signature proves.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from grader.errors import UsageError
from grader.report import Report
from grader.stored import SIGNED

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

MISSING = (
    "signing needs the packages cryptography and rfc8785, which are not installed. "
    "In the kit's folder: `sh requirements/install.sh .venv sign`; else `pip install 'stream-challenge-kit[sign]'`."
)
FIELDS = {"schema", "report", "key", "signature"}


class Refused(Exception):
    """A file is no report that is signed, and unchanged. The message is a sentence without its subject."""


@dataclass(frozen=True)
class Signed:
    report: Report
    key: bytes  # the public one

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.key)


def canonical(data: Any) -> bytes:
    """RFC 8785. Raises ValueError for what it cannot say exactly: whole numbers beyond 2**53, and what is no number."""
    try:
        import rfc8785
    except ImportError:
        raise UsageError(MISSING) from None
    return rfc8785.dumps(data)


def parsed(content: bytes) -> Any:
    """What bytes in that form say. A float beyond 2**53 looks like a whole number in it. Raises ValueError."""
    return json.loads(content.decode("utf-8"), parse_int=_whole)


def _whole(digits: str) -> int | float:
    number = int(digits)
    return number if abs(number) < 2**53 else float(number)


def fingerprint(key: bytes) -> str:
    """Of a public key, in the manner of OpenSSH."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(key).digest()).decode().rstrip("=")


# -- keys -------------------------------------------------------------------------------------------------------------


def new_key(path: Path) -> str:
    """Makes a pair: the private key at `path`, for its owner alone to read, the public one at `path`.pub.

    Gives the fingerprint. Raises UsageError where one of the two is there, or cannot be written.
    """
    from_library()
    from cryptography.hazmat.primitives import serialization as form
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    public_path = path.with_name(path.name + ".pub")
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption())
    public = key.public_key().public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo)
    made: list[Path] = []
    try:
        for file, content, mode in ((path, private, 0o600), (public_path, public, 0o644)):
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
            made.append(file)
            with os.fdopen(descriptor, "wb") as out:
                out.write(content)
    except OSError as error:
        for half in made:
            half.unlink()
        taken = isinstance(error, FileExistsError)
        why = "is there already, and is not replaced" if taken else f"cannot be written ({error.strerror})"
        raise UsageError(f"{error.filename}: {why}. Name another place for the key.") from None
    return fingerprint(key.public_key().public_bytes_raw())


def private_key(path: Path) -> Ed25519PrivateKey:
    """Raises UsageError where the file is no private Ed25519 key in PEM, or others may read it."""
    from_library()
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    content = _read(path)
    if b"PUBLIC KEY" in content:
        raise UsageError(f"{path}: is the public key, and signing takes the private one.")
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise UsageError(f"{path}: others may read or change this key. `chmod 600 {path}` ends that.")
    try:
        key = load_pem_private_key(content, password=None)
    except TypeError:
        raise UsageError(f"{path}: is protected by a passphrase, which is not supported. {_ADVICE}") from None
    except (ValueError, UnsupportedAlgorithm):
        raise UsageError(f"{path}: is no private key in PEM. {_ADVICE}") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError(f"{path}: is a key of another kind, expected Ed25519. {_ADVICE}")
    return key


def public_key(path: Path) -> bytes:
    """The 32 bytes. Raises UsageError where the file is no public Ed25519 key in PEM."""
    return public_key_in(_read(path), str(path))


def public_key_in(content: bytes, path: str) -> bytes:
    """The same, of what is in a file. Raises UsageError, which names it by `path`."""
    from_library()
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    if b"PRIVATE KEY" in content:
        raise UsageError(f"{path}: is the private key, which no one else should need. Give the one that ends in .pub.")
    try:
        key = load_pem_public_key(content)
    except (ValueError, UnsupportedAlgorithm):
        raise UsageError(f"{path}: is no public key in PEM. {_ADVICE}") from None
    if not isinstance(key, Ed25519PublicKey):
        raise UsageError(f"{path}: is a key of another kind, expected Ed25519. {_ADVICE}")
    return key.public_bytes_raw()


_ADVICE = "`grader key new PATH` makes a pair."


def from_library() -> None:
    """Raises UsageError where the library is not installed."""
    try:
        import cryptography  # noqa: F401
    except ImportError:
        raise UsageError(MISSING) from None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}). {_ADVICE}") from None


# -- signing, and looking at what was signed --------------------------------------------------------------------------


def sign(report: Report, key: Ed25519PrivateKey) -> str:
    """The content of a signed report's file. Raises UsageError where the report has a number that JSON cannot say."""
    public = key.public_key().public_bytes_raw()
    data = json.loads(report.to_json())
    envelope = {"schema": SIGNED, "report": data, "key": base64.b64encode(public).decode()}
    try:
        signature = key.sign(canonical(envelope))
        whole = canonical({**envelope, "signature": base64.b64encode(signature).decode()})
    except ValueError as error:
        raise UsageError(f"this report cannot be signed: {error}. Is it graded with a seed of twenty digits?") from None
    return whole.decode("utf-8") + "\n"


def verify(content: bytes, expected: bytes | None = None) -> Signed:
    """The signed report in a file's content. `expected` is the public key that it has to be signed with.

    Raises Refused where it is not signed, not with that key, or not as it was when it was signed.
    """
    from_library()
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    envelope = _envelope(content)
    key, signature = _bytes(envelope["key"], 32), _bytes(envelope["signature"], 64)
    # In that form the signature stands last. It is looked at first: to write the whole in that form takes long, and
    # whoever has not got the key does not get so far.
    end = f',"signature":"{envelope["signature"]}"}}\n'.encode()
    if not content.endswith(end):
        raise Refused(_NOT_AS_WRITTEN)
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, content.removesuffix(end) + b"}")
    except InvalidSignature:
        raise Refused("was changed after it was signed, or was never signed with the key in it") from None
    try:
        unchanged = canonical(envelope) + b"\n" == content
    except (ValueError, RecursionError):  # a number that the form has no words for, or nothing that we have written
        unchanged = False
    if not unchanged:
        raise Refused(_NOT_AS_WRITTEN)
    if expected is not None and key != expected:
        raise Refused(f"is signed with another key, {fingerprint(key)}")
    return Signed(_report(envelope["report"]), key)


_NOT_AS_WRITTEN = "was changed after it was signed: it is not byte for byte as the grader wrote it"


def _envelope(content: bytes) -> dict[str, Any]:
    try:
        data = parsed(content)
    except (ValueError, OverflowError, RecursionError):
        raise Refused("is no signed report: it is not JSON, or not any more") from None
    if isinstance(data, dict) and data.get("schema") == "grader/result/v1":
        raise Refused("is not signed. `grader grade --sign KEY` makes a report that is")
    if not isinstance(data, dict) or data.get("schema") != SIGNED or set(data) != FIELDS:
        raise Refused("is no signed report")
    return data


def _bytes(text: Any, length: int) -> bytes:
    """Of base64 in its one right spelling: a last letter may have bits that decoders overlook."""
    try:
        found = base64.b64decode(text, validate=True) if isinstance(text, str) else b""
    except (binascii.Error, ValueError):
        found = b""
    if len(found) != length or base64.b64encode(found).decode() != text:
        raise Refused("was changed after it was signed: its key or its signature is damaged")
    return found


def _report(data: Any) -> Report:
    try:
        return Report.model_validate(data)
    except (ValidationError, RecursionError):
        raise Refused("is signed, but it is no report that this version of the grader knows") from None
