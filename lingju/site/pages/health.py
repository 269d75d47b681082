"""Whether this process can serve: asked by whoever starts and watches it."""

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from lingju.kernel.rules import everyone, open_to


@open_to(everyone)
def health(request: HttpRequest) -> HttpResponse:
    """Answer 200 while the database answers; an error reaches the handler of errors as 500."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})
