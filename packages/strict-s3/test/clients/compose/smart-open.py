# needs: python3-smart-open python3-boto3
import os

from smart_open import open

large = os.urandom(60_000_000)
with open("s3://uploads/smart-open/large.gz", "wb") as file:
    file.write(large)
with open("s3://uploads/smart-open/large.gz", "rb") as file:
    assert file.read() == large
with open("s3://uploads/smart-open/text", "w") as file:
    file.write("one\ntwo\n")
with open("s3://uploads/smart-open/text") as file:
    assert list(file) == ["one\n", "two\n"]
    file.seek(4)
    assert file.read() == "two\n"
