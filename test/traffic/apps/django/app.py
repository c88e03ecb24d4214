import time

from django.conf import settings

settings.configure(
    SECRET_KEY="only for this test",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["django_prometheus"],
    MIDDLEWARE=[
        "django_prometheus.middleware.PrometheusBeforeMiddleware",
        "django_prometheus.middleware.PrometheusAfterMiddleware",
    ],
)

from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import include, path


def home(request):
    return HttpResponse("ok")


def hello(request, name):
    return HttpResponse(f"hello {name}")


def item(request, id):
    return HttpResponse(status=404)


def create(request):
    return HttpResponse(status=201)


def slow(request):
    time.sleep(int(request.GET["ms"]) / 1000)
    return HttpResponse("ok")


def boom(request):
    raise RuntimeError("boom")


urlpatterns = [
    path("", home, name="home"),
    path("hello/<name>", hello, name="hello"),
    path("items/<id>", item, name="item"),
    path("items", create, name="create"),
    path("slow", slow, name="slow"),
    path("boom", boom, name="boom"),
    path("", include("django_prometheus.urls")),
]
application = get_wsgi_application()
