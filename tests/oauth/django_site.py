"""What `django_server` runs: django-oauth-toolkit under Canvas's addresses, and records behind its tokens.

It prints its base URL as JSON, then answers each line on standard input, `["command", argument...]`, with a line of
JSON, and ends with standard input. Django's warnings are this process's own, and no test's.
"""

import json
import os
import socket
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import django
import uvicorn
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

from procedure_viewer.demo.answers import (
    FHIR_JSON,
    Forbidden,
    NotFound,
    Refusal,
    Unauthorized,
    Window,
    searchset,
)
from procedure_viewer.demo.records import demo_store
from procedure_viewer.demo.searching import known_parameters
from tests.oauth.django_server import (
    BACKEND_CLIENT,
    CLIENT_SECRET,
    CONFIDENTIAL_CLIENT,
    FULL_NAME,
    PASSWORD,
    PUBLIC_CLIENT,
    USERNAME,
)

ACCESS_TOKEN_SECONDS = 36_000
PRACTITIONER_ID = "3640cd20de8a470aa570a852859ac87e"
REDIRECT_URIS = "http://127.0.0.1/callback http://[::1]/callback"
"""Without a port: on loopback any is taken (RFC 8252 section 7.3)."""
_LEVELS = ("user", "system")
SCOPES = {
    "openid": "Know who you are",
    "fhirUser": "Know your entry in the staff list",
    "profile": "Know your name",
    "offline_access": "Stay signed in",
    "launch": "Know which chart is open",
    **{
        f"{level}/{kind}.{what}": f"Read {kind}"
        for level in _LEVELS
        for kind in ("Patient", "Procedure", "Practitioner")
        for what in ("read", "rs")
    },
}
_LOGIN_PAGE = '<form method="post">{% csrf_token %}{{ form.as_p }}<button type="submit">Log in</button></form>'


def configure(folder: Path, base_url: str) -> None:
    """Django's settings."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    settings.configure(
        SECRET_KEY="of a server that lives for one test run",
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF=__name__,
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "oauth2_provider",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {
                    "loaders": [
                        ("django.template.loaders.locmem.Loader", {"registration/login.html": _LOGIN_PAGE}),
                        "django.template.loaders.app_directories.Loader",
                    ]
                },
            }
        ],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "django.sqlite3")}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        # The usual one takes a quarter of a second for each password and client secret.
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        LOGIN_URL="/login/",
        USE_TZ=True,
        LOGGING_CONFIG=None,
        OAUTH2_PROVIDER={
            "SCOPES": SCOPES,
            "ALLOWED_REDIRECT_URI_SCHEMES": ["http"],
            "PKCE_REQUIRED": True,
            "ACCESS_TOKEN_EXPIRE_SECONDS": ACCESS_TOKEN_SECONDS,
            "AUTHORIZATION_CODE_EXPIRE_SECONDS": 60,
            # Canvas: refresh tokens never expire and work once. A second use ends the whole family here, so that
            # no program passes that refreshes twice with one token.
            "REFRESH_TOKEN_EXPIRE_SECONDS": None,
            "ROTATE_REFRESH_TOKEN": True,
            "REFRESH_TOKEN_REUSE_PROTECTION": True,
            "OIDC_ENABLED": True,
            "OIDC_ISS_ENDPOINT": f"{base_url}/auth",
            "OIDC_RSA_PRIVATE_KEY": key.decode("ascii"),
            "OAUTH2_VALIDATOR_CLASS": "tests.oauth.django_validator.Validator",
            "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
            "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
            # Else a lifetime that is changed later would not be taken up.
            "ALWAYS_RELOAD_OAUTHLIB_CORE": True,
        },
    )
    django.setup()


def fill() -> None:
    """The tables, a person and three clients."""
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from oauth2_provider.models import get_application_model

    call_command("migrate", verbosity=0)
    first, last = FULL_NAME.split()
    get_user_model().objects.create_user(USERNAME, password=PASSWORD, first_name=first, last_name=last)
    application = get_application_model()
    for client_id, kind, grant_type, secret in (
        (PUBLIC_CLIENT, application.CLIENT_PUBLIC, application.GRANT_AUTHORIZATION_CODE, ""),
        (CONFIDENTIAL_CLIENT, application.CLIENT_CONFIDENTIAL, application.GRANT_AUTHORIZATION_CODE, CLIENT_SECRET),
        (BACKEND_CLIENT, application.CLIENT_CONFIDENTIAL, application.GRANT_CLIENT_CREDENTIALS, CLIENT_SECRET),
    ):
        application.objects.create(
            name=client_id,
            client_id=client_id,
            client_type=kind,
            authorization_grant_type=grant_type,
            client_secret=secret,
            redirect_uris=REDIRECT_URIS,
            algorithm=application.RS256_ALGORITHM,
        )


class Site:
    """The records behind the tokens, and what the test may ask of the server."""

    def __init__(self, base_url: str) -> None:
        from django.contrib.auth.views import LoginView
        from django.urls import include, path
        from oauth2_provider.signals import app_authorized

        self._base_url = base_url
        self._store = demo_store()
        self._given: Counter[str] = Counter()
        # Kept, since the signal holds its receivers weakly.
        self._count = lambda request, **_: self._given.update([request.POST.get("grant_type", "")])
        app_authorized.connect(self._count)
        self.urlpatterns = [
            path("auth/", include("oauth2_provider.urls")),
            path("login/", LoginView.as_view()),
            path("metadata", self.metadata),
            path(".well-known/smart-configuration", self.smart_configuration),
            path("Practitioner/<id>", self.practitioner),
            path("<resource_type>", self.search),
            path("<resource_type>/<id>", self.read),
        ]

    def metadata(self, _request: Any) -> Any:
        kinds = ("Patient", "Procedure")
        resources = [{"type": kind, "interaction": [{"code": "read"}, {"code": "search-type"}]} for kind in kinds]
        statement = {
            "resourceType": "CapabilityStatement",
            "status": "active",
            "kind": "instance",
            "fhirVersion": "4.0.1",
            "format": ["json"],
            "rest": [{"mode": "server", "resource": resources}],
        }
        return _answer(json.dumps(statement).encode())

    def smart_configuration(self, _request: Any) -> Any:
        auth = f"{self._base_url}/auth"
        return _answer(
            json.dumps(
                {
                    "issuer": auth,
                    "jwks_uri": f"{auth}/.well-known/jwks.json",
                    "authorization_endpoint": f"{auth}/authorize/",
                    "token_endpoint": f"{auth}/token/",
                    "revocation_endpoint": f"{auth}/revoke_token/",
                    "grant_types_supported": ["authorization_code", "client_credentials"],
                    "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
                    "scopes_supported": list(SCOPES),
                    "response_types_supported": ["code"],
                    "code_challenge_methods_supported": ["S256"],
                    "authorization_response_iss_parameter_supported": True,
                    "capabilities": [
                        "launch-standalone",
                        "client-public",
                        "client-confidential-symmetric",
                        "sso-openid-connect",
                        "permission-offline",
                        "permission-user",
                        "permission-v1",
                        "permission-v2",
                    ],
                }
            ).encode(),
            media_type="application/json",
        )

    def practitioner(self, request: Any, id: str) -> Any:  # noqa: A002 - the name in the route
        if not _bearer(request):
            return _refused(Unauthorized())
        if id != PRACTITIONER_ID:
            return _answer(b'{"resourceType":"OperationOutcome"}', 404)
        first, last = FULL_NAME.split()
        name = [{"text": FULL_NAME, "given": [first], "family": last}]
        return _answer(json.dumps({"resourceType": "Practitioner", "id": id, "name": name}).encode())

    def search(self, request: Any, resource_type: str) -> Any:
        try:
            self._check(request, resource_type)
            parameters = [(name, value) for name, values in request.GET.lists() for value in values]
            asked = known_parameters(resource_type, parameters)
            window = Window(min(int(request.GET.get("_count", 10)), 100), int(request.GET.get("_offset", 0)))
            found = self._store.search(resource_type, asked)
            return _answer(searchset(resource_type, asked, found, window))
        except Refusal as refusal:
            return _refused(refusal)

    def read(self, request: Any, resource_type: str, id: str) -> Any:  # noqa: A002 - the name in the route
        try:
            self._check(request, resource_type)
            return _answer(self._store.read(resource_type, id))
        except Refusal as refusal:
            return _refused(refusal)

    def _check(self, request: Any, resource_type: str) -> None:
        """Raises `Refusal` unless the toolkit knows the token and its scopes are for this type."""
        if resource_type not in ("Patient", "Procedure"):
            raise NotFound(resource_type, "")
        token = _bearer(request)
        if token is None:
            raise Unauthorized
        wanted = {f"{level}/{resource_type}.{what}" for level in _LEVELS for what in ("read", "rs")}
        if wanted.isdisjoint(token.scope.split()):
            raise Forbidden

    def set_access_token_seconds(self, seconds: int) -> None:
        from oauth2_provider.settings import oauth2_settings

        oauth2_settings.ACCESS_TOKEN_EXPIRE_SECONDS = seconds

    def revoke_access_tokens(self) -> None:
        from django.utils import timezone
        from oauth2_provider.models import get_access_token_model

        # One that is deleted takes its refresh token with it.
        get_access_token_model().objects.all().update(expires=timezone.now())

    def revoke_refresh_tokens(self) -> None:
        from django.utils import timezone
        from oauth2_provider.models import get_refresh_token_model

        get_refresh_token_model().objects.filter(revoked__isnull=True).update(revoked=timezone.now())

    def reset(self) -> None:
        from django.contrib.sessions.models import Session
        from oauth2_provider import models

        self.set_access_token_seconds(ACCESS_TOKEN_SECONDS)
        for model in (
            models.get_refresh_token_model(),
            models.get_access_token_model(),
            models.get_id_token_model(),
            models.get_grant_model(),
            Session,
        ):
            model.objects.all().delete()
        self._given.clear()

    def refreshes(self) -> int:
        return self._given["refresh_token"]


def _bearer(request: Any) -> Any:
    """The access token that comes with a request, as the toolkit's database knows it; None without a good one."""
    from oauth2_provider.oauth2_backends import get_oauthlib_core

    valid, seen = get_oauthlib_core().verify_request(request, scopes=[])
    return seen.access_token if valid else None


def _answer(body: bytes, status: int = 200, *, media_type: str = FHIR_JSON) -> Any:
    from django.http import HttpResponse

    return HttpResponse(body, status=status, content_type=media_type)


def _refused(refusal: Refusal) -> Any:
    return _answer(refusal.body, refusal.status)


def main() -> None:
    """Serve until standard input ends."""
    folder = Path(sys.argv[1])
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        configure(folder, base_url)
        fill()
        site = Site(base_url)
        # Where Django looks for them: ROOT_URLCONF is this module.
        globals()["urlpatterns"] = site.urlpatterns
        from django.core.asgi import get_asgi_application

        server = uvicorn.Server(
            uvicorn.Config(
                get_asgi_application(), loop="asyncio", http="h11", ws="none", lifespan="off", log_config=None
            )
        )
        threading.Thread(target=server.run, args=([listener],), daemon=True).start()
        print(json.dumps(base_url), flush=True)  # noqa: T201 - for the parent
        for line in sys.stdin:
            command, *arguments = json.loads(line)
            print(json.dumps(getattr(site, command)(*arguments)), flush=True)  # noqa: T201 - for the parent
        # The server's thread need not end in order.
        os._exit(0)


if __name__ == "__main__":
    main()
