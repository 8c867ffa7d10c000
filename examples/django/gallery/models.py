from django.conf import settings
from django.db import models


class Photo(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    name = models.TextField()
    key = models.TextField()
    # A form can be submitted twice.
    upload_id = models.CharField(max_length=22, unique=True)
