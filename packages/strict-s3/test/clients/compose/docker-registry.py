# needs: docker-registry python3-boto3
import hashlib
import json
import os
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request

import boto3

boto3.client("s3").create_bucket(Bucket="registry")
with open("config.yml", "w") as file:
    file.write(f"""
version: 0.1
storage:
  s3:
    bucket: registry
    region: us-east-1
    regionendpoint: {os.environ["AWS_ENDPOINT_URL"]}
    accesskey: {os.environ["AWS_ACCESS_KEY_ID"]}
    secretkey: {os.environ["AWS_SECRET_ACCESS_KEY"]}
  delete: {{ enabled: true }}
http: {{ addr: "127.0.0.1:5000" }}
""")


def ask(method, path, body=None, **headers):
    url = urllib.parse.urljoin("http://127.0.0.1:5000", path)
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return urllib.request.urlopen(urllib.request.Request(url, body, headers, method=method))


def push(blob):
    digest = "sha256:" + hashlib.sha256(blob).hexdigest()
    location = ask("POST", "/v2/app/blobs/uploads/").headers["Location"]
    for start in range(0, len(blob), 15_000_000):
        piece = blob[start : start + 15_000_000]
        span = f"{start}-{start + len(piece) - 1}"
        location = ask(
            "PATCH", location, piece, Content_Type="application/octet-stream", Content_Range=span
        ).headers["Location"]
    ask("PUT", f"{location}&digest={urllib.parse.quote(digest)}")
    return {"size": len(blob), "digest": digest}


with subprocess.Popen(["docker-registry", "serve", "config.yml"], stderr=subprocess.PIPE, text=True) as registry:
    try:
        for line in registry.stderr:
            sys.stderr.write(line)
            if "listening on" in line:
                break
        oci = "application/vnd.oci.image"
        layers = [os.urandom(size) for size in (1000, 40_000_000)]
        manifest = json.dumps(
            {
                "schemaVersion": 2,
                "mediaType": f"{oci}.manifest.v1+json",
                "config": {"mediaType": f"{oci}.config.v1+json", **push(b"{}")},
                "layers": [{"mediaType": f"{oci}.layer.v1.tar", **push(layer)} for layer in layers],
            }
        ).encode()
        ask("PUT", "/v2/app/manifests/latest", manifest, Content_Type=f"{oci}.manifest.v1+json")
        pulled = ask("GET", "/v2/app/manifests/latest", Accept=f"{oci}.manifest.v1+json")
        digests = [layer["digest"] for layer in json.load(pulled)["layers"]]
        assert [ask("GET", f"/v2/app/blobs/{digest}").read() for digest in digests] == layers
        assert json.load(ask("GET", "/v2/_catalog"))["repositories"] == ["app"]
        assert json.load(ask("GET", "/v2/app/tags/list"))["tags"] == ["latest"]
    finally:
        registry.terminate()
