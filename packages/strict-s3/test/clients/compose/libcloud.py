# needs: python3-libcloud
import os

from libcloud.storage.providers import get_driver
from libcloud.storage.types import ContainerError, Provider

keys = os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]
host, port = os.environ["AWS_ENDPOINT_URL"].removeprefix("http://").split(":")
address = dict(host=host, port=int(port), secure=False)

container = get_driver(Provider.S3)(*keys, **address).create_container("libcloud")
large = os.urandom(20_000_000)
with open("large", "wb") as file:
    file.write(large)
with open("large", "rb") as file:
    container.upload_object_via_stream(file, "parts")
container.upload_object("large", "a b+1", extra={"meta_data": {"owner": "me"}})
for stored in container.list_objects():
    stored.download("back", overwrite_existing=True)
    with open("back", "rb") as file:
        assert file.read() == large
assert container.get_object("a b+1").meta_data == {"owner": "me"}
for stored in container.list_objects():
    stored.delete()
container.delete()

# It signs for no region, which only MinIO accepts.
try:
    get_driver(Provider.MINIO)(*keys, **address).create_container("libcloud")
    raise AssertionError("it has a region")
except ContainerError as error:
    assert "AuthorizationHeaderMalformed" in str(error)
