from django.http import HttpRequest, HttpResponse


def serve(request: HttpRequest, address: str) -> HttpResponse:
    return HttpResponse("")
def not_found(request, exception=None): ...
def failed(request): ...
