"""Starts everything on this machine: an S3, Waybill's signer, and Django. Ctrl+C stops them."""

import os
import subprocess
import sys

env = os.environ
env.setdefault("PORT", "3000")
env.setdefault("SIGNER_PORT", "4000")
env.setdefault("S3_ENDPOINT", "")
env.setdefault("WAYBILL_SECRET", "any-32-characters-while-it-is-only-local")
env["DJANGO_SECRET_KEY"] = "another-text-while-it-is-only-local"
# The signer's settings. On AWS, leave out WAYBILL_ENDPOINT, and load the secrets from a secret store.
env["WAYBILL_ENDPOINT"] = env["S3_ENDPOINT"] or "http://localhost:9000"
env["WAYBILL_BUCKET"] = "uploads"
env["AWS_REGION"] = "us-east-1"
env["AWS_ACCESS_KEY_ID"] = "waybill-local"
env["AWS_SECRET_ACCESS_KEY"] = "waybill-local-secret"
env["WAYBILL_ALLOWED_ORIGINS"] = f"http://localhost:{env['PORT']}"
env["WAYBILL_AUTH"] = "token"
# Shared by the signer and Django.
env["WAYBILL_URL"] = env["WAYBILL_TOKEN_AUDIENCE"] = f"http://localhost:{env['SIGNER_PORT']}"
env["WAYBILL_TOKEN_SECRET"] = "a-third-text-while-it-is-only-local"

waybill = "node_modules/.bin/waybill"
manage = [sys.executable, "manage.py"]
subprocess.run([*manage, "migrate", "--verbosity", "0"], check=True)
subprocess.run([*manage, "loaddata", "--verbosity", "0", "people"], check=True)
programs = [
    subprocess.Popen([waybill, "serve", "--rules", "rules.json", "--port", env["SIGNER_PORT"]]),
    subprocess.Popen([*manage, "runserver", f"localhost:{env['PORT']}"]),
]
if not env["S3_ENDPOINT"]:
    programs.append(subprocess.Popen(["node_modules/.bin/strict-s3", "--port", "9000"]))
try:
    os.wait()  # until one of them ends
except KeyboardInterrupt:
    pass
for program in programs:
    program.terminate()
