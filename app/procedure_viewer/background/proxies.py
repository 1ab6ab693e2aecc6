"""The way out of this computer's network: the proxy that the system's settings name for an address.

Qt knows the settings of Windows and macOS, with scripts that choose (PAC). Elsewhere the environment is read first, as
curl and Python read it: Qt hears only some of its variables, and not all of what they may say.
"""

import sys
from ipaddress import ip_address
from urllib.parse import quote, urlsplit

from procedure_viewer.fhir.hindrance import Barrier, RouteTrouble
from procedure_viewer.fhir.outcome import Failure, Kind, Problem

_ENVIRONMENT_DECIDES = sys.platform not in ("win32", "darwin")
_NO_PORTS = (0, 65535)
"""What Qt says where the settings name no port."""


def system_proxy(url: str) -> str | None:
    """The address of the HTTP proxy by which to go to `url`, with its user and password; None to go without.

    Raises `Failure` when the settings name a proxy of another kind, such as SOCKS. It may block for seconds (a script
    that chooses has to be fetched), so that it belongs on a thread for blocking calls.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if _is_this_computer(host):
        return None
    if _ENVIRONMENT_DECIDES:
        from urllib.request import proxy_bypass

        if proxy_bypass(host):
            return None
        if (address := _named_by_environment(parts.scheme, host)) is not None:
            return address
    return _named_by_qt(url)


def _named_by_qt(url: str) -> str | None:
    """The first of the proxies to be tried that can be used; None is one of them."""
    from PySide6.QtCore import QUrl
    from PySide6.QtNetwork import QNetworkProxy, QNetworkProxyFactory, QNetworkProxyQuery

    proxy_type = QNetworkProxy.ProxyType
    for proxy in QNetworkProxyFactory.systemProxyForQuery(QNetworkProxyQuery(QUrl(url))):
        match proxy.type():
            case proxy_type.NoProxy | proxy_type.DefaultProxy:
                return None
            case proxy_type.HttpProxy | proxy_type.HttpCachingProxy:
                return _address(proxy.hostName(), proxy.port(), proxy.user(), proxy.password())
    raise _unsupported(url)


def _named_by_environment(scheme: str, host: str) -> str | None:
    from urllib.request import getproxies

    proxies = getproxies()
    address = proxies.get(scheme) or proxies.get("all")
    if not address:
        return None
    if "://" not in address:
        return f"http://{address}"
    if urlsplit(address).scheme in ("http", "https"):
        return address
    raise _unsupported(f"{scheme}://{host}")


def _address(host: str, port: int, user: str, password: str) -> str:
    place = f"[{host}]" if ":" in host else host
    if port not in _NO_PORTS:
        place += f":{port}"
    if not user:
        return f"http://{place}"
    return f"http://{quote(user, safe='')}:{quote(password, safe='')}@{place}"


def _unsupported(url: str) -> Failure:
    trouble = RouteTrouble(Barrier.PROXY_UNSUPPORTED, urlsplit(url).hostname or "")
    return Failure(Problem(Kind.PROXY, technical="no HTTP proxy", hindrance=trouble))


def _is_this_computer(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
