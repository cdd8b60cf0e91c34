"""HTTP headers of readers' pages (caching, security): one list for Django, for the store and for nginx.

docs/reference/pages.md lists them; tests/deploy compares them with what deploy/nginx.conf sends.
"""

from typing import Final

CACHE_CONTROL: Final = "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400"
NO_STORE: Final = "no-store"
RETRY_AFTER_SECONDS: Final = 60

# What a page cannot say of itself: the rest of its policy is a meta element in it.
POLICIES: Final = {
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Permissions-Policy": "browsing-topics=(), camera=(), geolocation=(), microphone=()",
    "X-Frame-Options": "DENY",
}
# What Django's SecurityMiddleware adds by our settings.
PROTECTIONS: Final = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
}
SECURITY: Final = {**POLICIES, **PROTECTIONS}

# A page of these is the same for everybody for a while; of all others nobody keeps a copy.
CACHEABLE: Final = frozenset({200, 301, 404, 410})


def caching(status: int) -> str:
    """Return the Cache-Control of a reader's page with this status."""
    return CACHE_CONTROL if status in CACHEABLE else NO_STORE
