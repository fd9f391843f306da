"""Sign-in by Microsoft Entra ID: the real library in a browser, with a simulated sign-in page."""

from __future__ import annotations

import base64
import json
import time
import urllib.parse
from typing import Any

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import NewPage
from tests.browser.recording import record_requests
from tests.browser.stack import Stack

LOGIN = "https://login.microsoftonline.com"
TENANT = "6f1f2a9e-0000-4000-8000-000000000001"
CLIENT = "6f1f2a9e-0000-4000-8000-000000000002"
PERSON = "6f1f2a9e-0000-4000-8000-000000000003"


def encoded(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


class Entra:
    """Responds like Microsoft's pages; calls of the API then get an API key in place of the token."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._nonce = ""
        self.renewable = True
        self.tokens: list[str] = []  # that the API was called with

    def serve(self, page: Page) -> None:
        page.route("**/api/sign-in", self._methods)
        page.route(f"{LOGIN}/**", self._login)
        page.route(lambda url: "/api/" in url and "/sign-in" not in url, self._api)

    def _methods(self, route: Route) -> None:
        facts = {"issuer": f"{LOGIN}/{TENANT}/v2.0", "client_id": CLIENT, "audience": CLIENT}
        route.fulfill(json={"methods": ["entra", "key"]} | facts)

    def _login(self, route: Route) -> None:
        url = urllib.parse.urlparse(route.request.url)
        if url.path.endswith("/openid-configuration"):
            base = f"{LOGIN}/{TENANT}"
            facts = {
                "issuer": f"{base}/v2.0",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "end_session_endpoint": f"{base}/oauth2/v2.0/logout",
                "jwks_uri": f"{base}/discovery/v2.0/keys",
            }
            route.fulfill(json=facts, headers={"access-control-allow-origin": "*"})
        elif url.path.endswith("/authorize"):
            params = dict(urllib.parse.parse_qsl(url.query))
            assert params["redirect_uri"] == f"{self._stack.origin}/redirect.html"
            assert f"api://{CLIENT}/use" in params["scope"]
            self._nonce = params["nonce"]
            answer = urllib.parse.urlencode({"code": "a-code", "state": params["state"]})
            route.fulfill(status=302, headers={"location": f"{params['redirect_uri']}#{answer}"})
        elif url.path.endswith("/token"):
            self._token(route)
        else:
            route.fulfill(status=404, json={})

    def _token(self, route: Route) -> None:
        params = dict(urllib.parse.parse_qsl(route.request.post_data or ""))
        headers = {"access-control-allow-origin": "*"}
        if params["grant_type"] == "refresh_token" and not self.renewable:
            gone = {"error": "invalid_grant", "error_description": "The session has ended.", "error_codes": [700082]}
            route.fulfill(status=400, json=gone, headers=headers)
            return
        now = int(time.time())
        common = {"iss": f"{LOGIN}/{TENANT}/v2.0", "tid": TENANT, "oid": PERSON, "iat": now, "exp": now + 3600}
        person = {"aud": CLIENT, "sub": PERSON, "preferred_username": "ada@example.org", "nonce": self._nonce}
        id_token = f"{encoded({'alg': 'none'})}.{encoded(common | person)}."
        answer = {
            "token_type": "Bearer",
            "scope": f"api://{CLIENT}/use",
            "expires_in": 3600,
            "access_token": "a-token",
            "refresh_token": "a-refresh-token",
            "id_token": id_token,
            "client_info": encoded({"uid": PERSON, "utid": TENANT}),
        }
        route.fulfill(json=answer, headers=headers)

    def _api(self, route: Route) -> None:
        sent = route.request.headers.get("authorization", "")
        self.tokens.append(sent)
        if sent == "Bearer a-token":
            route.continue_(headers=route.request.headers | {"authorization": f"Bearer {self._stack.key}"})
        else:
            route.continue_()


def test_user_signs_in_by_entra_and_stays_signed_in(new_page: NewPage, stack: Stack) -> None:
    """The button leads to Microsoft and back to where one was; tokens go to the API alone, and outlive a reload."""
    # The local server has no sign-in page, so its policy allows none.
    page = new_page(bypass_csp=True)
    entra = Entra(stack)
    entra.serve(page)
    scripts: list[str] = []
    record_requests(page, scripts, lambda url: url.endswith(".js"))
    page.goto(f"{stack.origin}/#/settings")
    button = page.get_by_role("button", name="Sign in with Microsoft")
    expect(button).to_be_visible()
    assert not [url for url in scripts if "entra" in url]  # its library is loaded for Microsoft Entra ID only

    button.click()
    expect(page.get_by_role("heading", name="Settings", level=1)).to_be_visible()
    expect(page.get_by_text("with Microsoft Entra ID.")).to_be_visible()
    assert "code=" not in page.url
    assert set(entra.tokens) == {"Bearer a-token"}
    page.reload()

    expect(page.get_by_role("heading", name="Settings", level=1)).to_be_visible()
    expect(page.get_by_text("with Microsoft Entra ID.")).to_be_visible()
    page.get_by_role("region", name="Account").get_by_role("button", name="Sign out").click()
    expect(button).to_be_visible()
    page.reload()
    expect(button).to_be_visible()


def test_key_signs_in_beside_entra(new_page: NewPage, stack: Stack) -> None:
    """Where both are set up, an API key works as before, and nothing of Microsoft's is loaded."""
    page = new_page(bypass_csp=True)
    Entra(stack).serve(page)
    page.goto(f"{stack.origin}/#/settings")
    expect(page.get_by_role("button", name="Sign in with Microsoft")).to_be_visible()

    page.get_by_label("API key").fill(stack.key)
    page.get_by_role("button", name="Sign in", exact=True).click()

    expect(page.get_by_text("Signed in as local with an API key.")).to_be_visible()


def test_redirect_page_without_an_answer_leads_home(new_page: NewPage, stack: Stack) -> None:
    """Opened by hand, the page of the redirect goes to the dashboard."""
    page = new_page()
    page.goto(f"{stack.origin}/redirect.html")

    expect(page.get_by_label("API key")).to_be_visible()
