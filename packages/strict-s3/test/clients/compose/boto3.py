# needs: python3-boto3 python3-requests
import io
import os
import urllib.request

import boto3
import requests
from botocore.config import Config

s3 = boto3.client("s3")
large = os.urandom(20_000_000)
s3.upload_fileobj(io.BytesIO(large), "uploads", "boto3/large")
back = io.BytesIO()
s3.download_fileobj("uploads", "boto3/large", back)
assert back.getvalue() == large
s3.put_object(Bucket="uploads", Key="boto3/ü +1.txt", Body=b"hello", Metadata={"owner": "me"})
s3.copy_object(Bucket="uploads", Key="boto3/copy", CopySource="uploads/boto3/ü +1.txt")
assert s3.head_object(Bucket="uploads", Key="boto3/copy")["Metadata"] == {"owner": "me"}
bucket = boto3.resource("s3").Bucket("uploads")
assert len(list(bucket.objects.filter(Prefix="boto3/"))) == 3

# Version 2 is boto3's default here.
for client in (s3, boto3.client("s3", config=Config(signature_version="s3v4"))):
    url = client.generate_presigned_url("get_object", Params={"Bucket": "uploads", "Key": "boto3/copy"})
    assert urllib.request.urlopen(url).read() == b"hello"
    form = client.generate_presigned_post("uploads", "boto3/form")
    assert requests.post(form["url"], form["fields"], files={"file": b"posted"}).status_code == 204

bucket.objects.filter(Prefix="boto3/").delete()
assert s3.list_objects_v2(Bucket="uploads", Prefix="boto3/")["KeyCount"] == 0
