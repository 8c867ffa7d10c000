from time import time

import jwt
import requests
from django.conf import settings


def sign_token(user, **claims):
    claims |= {"sub": str(user.pk), "aud": settings.WAYBILL_URL, "exp": int(time()) + 900}
    return jwt.encode(claims, settings.WAYBILL_TOKEN_SECRET)


def call_signer(user, call, **body):
    url = f"{settings.WAYBILL_URL}/{call}"
    headers = {"Authorization": f"Bearer {sign_token(user, scope='backend')}"}
    response = requests.post(url, json=body, headers=headers, timeout=20)
    if response.status_code >= 500:
        response.raise_for_status()
    return response
