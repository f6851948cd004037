"""The two servers that may stand in front of the ASGI application, with the limits Sandbar sets them."""
