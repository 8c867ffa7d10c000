from django.contrib.auth.views import LoginView
from django.urls import path

from gallery import views

urlpatterns = [
    path("login/", LoginView.as_view(), name="login"),
    path("", views.upload, name="upload"),
    path("upload-token", views.upload_token, name="upload-token"),
    path("photos/<int:pk>/", views.show, name="photo"),
    path("photos/<int:pk>/file", views.file, name="photo-file"),
]
