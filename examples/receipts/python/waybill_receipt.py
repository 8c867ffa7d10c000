"""Reads Waybill's receipts. docs/reference/receipts.md explains each check."""

import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class ReceiptRefused(Exception):
    """Do not accept this receipt. The message starts with an error code of Waybill."""


def read_receipt(receipt, *, keys, bucket, region, prefix="", rule, owner, max_age=86_400, now=None):
    """Returns the receipt's content. `owner` is None for a public rule only. `now` is for tests."""
    content = json.loads(_open(receipt, keys))
    if content["v"] != 1 or content["place"] != [bucket, region, prefix]:
        raise ReceiptRefused("RECEIPT_INVALID: for another version, bucket, region or prefix")
    if content["rule"] != rule:
        raise ReceiptRefused(f"RECEIPT_INVALID: of the rule {content['rule']}, expected {rule}")
    if content.get("owner") != owner:
        raise ReceiptRefused("RECEIPT_OWNER: it belongs to another owner")
    age = (time.time() if now is None else now) - content["lastModified"] / 1000
    if not -300 <= age <= max_age:
        raise ReceiptRefused(f"RECEIPT_EXPIRED: {age:.0f} seconds old, at most {max_age} are allowed")
    return content


def _open(receipt, keys):
    headers = {_header(key): AESGCM(urlsafe_b64decode(f"{key}=")) for key in keys}
    try:
        header, _, *parts = receipt.split(".")
        iv, text, tag = (urlsafe_b64decode(f"{part}==") for part in parts)
        # Encoding them again refuses other spellings of the same bytes.
        canonical = f"{header}..{_encode(iv)}.{_encode(text)}.{_encode(tag)}"
        if receipt != canonical or len(receipt) > 16_384 or (len(iv), len(tag)) != (12, 16):
            raise ValueError
        return headers[header].decrypt(iv, text + tag, header.encode())
    except (AttributeError, InvalidTag, KeyError, TypeError, ValueError):
        raise ReceiptRefused("RECEIPT_INVALID: not sealed by this signer") from None


def _header(key):
    if len(key) != 43:
        raise ValueError(f"a key has {len(key)} characters, expected 43: run waybill secret receipt-key")
    kid = HKDF(SHA256(), 6, None, b"receipt kid 1").derive(key.encode())
    return _encode(f'{{"alg":"dir","enc":"A256GCM","kid":"{_encode(kid)}"}}'.encode())


def _encode(data):
    return urlsafe_b64encode(data).rstrip(b"=").decode()
