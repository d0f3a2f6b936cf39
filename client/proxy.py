"""Which proxy of the environment an address is reached by: one answer, whichever library goes there."""

from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass


def proxy_of(url: str) -> str | None:
    """The proxy for an address, by HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY; None where there is none."""
    place, proxies = urlsplit(url), getproxies()
    proxy = proxies.get(place.scheme) or proxies.get("all")
    if not proxy or proxy_bypass(place.netloc):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"
