"""Who acts in a request: a person with offices at nodes of the area tree, or a stranger."""

class ActorMiddleware:
    def __init__(self, get_response): self.get_response = get_response
    def __call__(self, request): return self.get_response(request)
