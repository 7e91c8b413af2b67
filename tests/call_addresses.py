"""The addresses that letters name; what lies behind them is no matter of the rooms below."""

from django.http import HttpRequest, HttpResponse
from django.urls import path


def page(request: HttpRequest, **given: object) -> HttpResponse:
    return HttpResponse()


urlpatterns = [
    path("enter/<str:token>/", page, name="sign_in_use"),
    path("letter/<str:token>/", page, name="letter"),
    path("applications/<int:key>/", page, name="application"),
    path("sittings/<int:key>/", page, name="sitting"),
    path("answer/<str:token>/", page, name="answer"),
]
