import requests
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache

from .models import Photo
from .waybill import call_signer, sign_token


@never_cache
@login_required
def upload_token(request):
    return JsonResponse({"token": sign_token(request.user)})


@login_required
def upload(request):
    context = {"signer": settings.WAYBILL_URL}
    if request.method == "POST":
        try:
            claimed = call_signer(request.user, "claim", receipt=request.POST.get("photo"))
        except requests.RequestException:
            return HttpResponse("Your photo is uploaded, but not saved. Please go back and send it again.", status=503)
        if claimed.ok:
            receipt = claimed.json()
            values = {"user": request.user, "name": receipt["name"], "key": receipt["key"]}
            photo, _ = Photo.objects.get_or_create(upload_id=receipt["id"], defaults=values)
            return redirect("photo", photo.pk)
        context["rejected"] = True
    return render(request, "upload.html", context)


@login_required
def show(request, pk):
    photo = get_object_or_404(Photo, pk=pk, user=request.user)
    return render(request, "photo.html", {"photo": photo})


@login_required
def file(request, pk):
    photo = get_object_or_404(Photo, pk=pk, user=request.user)
    return redirect(call_signer(request.user, "link", key=photo.key).json()["url"])
