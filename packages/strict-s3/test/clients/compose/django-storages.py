# needs: python3-django-storages-boto3 python3-django
import os
import urllib.request

from django.conf import settings

settings.configure(
    AWS_STORAGE_BUCKET_NAME="uploads",
    AWS_S3_ENDPOINT_URL=os.environ["AWS_ENDPOINT_URL"],
)

from django.core.files.base import ContentFile
from storages.backends.s3 import S3Storage

storage = S3Storage(location="django")
large = os.urandom(20_000_000)
name = storage.save("ü +1.bin", ContentFile(large))
assert storage.exists(name) and storage.size(name) == len(large)
assert storage.open(name).read() == large
assert urllib.request.urlopen(storage.url(name)).read() == large
assert storage.save("ü +1.bin", ContentFile(b"other")) != name or storage.file_overwrite
assert len(storage.listdir("")[1]) == 1
storage.delete(name)
assert not storage.exists(name)
