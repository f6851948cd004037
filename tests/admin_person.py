"""Somebody at the admin, in process: logged in, with a browser's cookies, reading pages and sending forms.

person = await log_in(client, "admin", is_superuser=True)
page = await person.open("/admin/trading/order/")
assert page.rows == [{"symbol": "BTC-USDT", ...}]
done = await person.act("/admin/trading/order/", "cancel_orders", [order_id])
assert done.messages == ["1 order canceled: …"]
"""

import html
import re
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from asgiref.sync import sync_to_async
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client

from tests.asgi_client import Answer, AsgiClient

FORM = "application/x-www-form-urlencoded"
ORIGIN = "http://127.0.0.1:8080"


@dataclass(frozen=True)
class Page:
    """A page as a reader takes it in."""

    answer: Answer

    @property
    def status(self) -> int:
        """Its HTTP status."""
        return self.answer.status

    @property
    def source(self) -> str:
        """Its HTML."""
        return self.answer.body.decode()

    @property
    def text(self) -> str:
        """What can be read on it, with single spaces."""
        return plain(re.sub(r"<(script|style)\b.*?</\1>", " ", self.source, flags=re.DOTALL))

    @property
    def rows(self) -> list[dict[str, str]]:
        """The lines of its list, by the names of the columns."""
        _, _, table = self.source.partition('id="result_list"')
        body = table.partition("<tbody>")[2].partition("</tbody>")[0]
        cells = re.compile(r'<t[dh] class="field-(\w+)[^"]*">(.*?)</t[dh]>', re.DOTALL)
        return [
            {name: plain(content) for name, content in cells.findall(row)}
            for row in body.split("</tr>")
            if cells.search(row)
        ]

    @property
    def fields(self) -> dict[str, str]:
        """The fields of one record, by their labels."""
        found = re.findall(
            r'<label[^>]*>([^<]*?):?</label>\s*<div class="readonly">(.*?)</div>', self.source, flags=re.DOTALL
        )
        return {plain(label): plain(content) for label, content in found}

    @property
    def messages(self) -> list[str]:
        """What it tells once, at its top."""
        _, _, found = self.source.partition('<ul class="messagelist">')
        return [plain(each) for each in re.findall(r"<li[^>]*>(.*?)</li>", found.partition("</ul>")[0], re.DOTALL)]

    @property
    def buttons(self) -> list[str]:
        """The names of the actions it offers."""
        found = re.findall(r'<option value="(\w+)">|name="action" value="(\w+)"', self.source)
        return [first or second for first, second in found]


def plain(source: str) -> str:
    """HTML as text."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", source)).split())


class Person:
    """One logged-in person at one address."""

    def __init__(self, client: AsgiClient, session: str) -> None:
        self.client = client
        self._cookies = {"sessionid": session}

    async def open(self, path: str) -> Page:
        """GET a page."""
        return self._keep(await self.client.get(path, headers={"Cookie": self._cookie_header()}))

    async def send(self, path: str, fields: list[tuple[str, str]], *, token: str | None = None) -> Page:
        """POST a form, with the token that pages give; where it leads elsewhere, that page."""
        if token is None:
            await self.open("/admin/password_change/")
            token = self._cookies["csrftoken"]
        body = urlencode([("csrfmiddlewaretoken", token), *fields]).encode()
        headers = {"Content-Type": FORM, "Cookie": self._cookie_header(), "Origin": ORIGIN}
        page = self._keep(await self.client.post(path, body=body, headers=headers))
        return await self.open(page.answer.headers["location"]) if page.status == 302 else page

    async def act(self, path: str, action: str, keys: list[str], **more: str) -> Page:
        """Do an action to the records of a list, as its form does."""
        chosen = [("_selected_action", key) for key in keys]
        return await self.send(path, [("action", action), ("index", "0"), *chosen, *more.items()])

    def _cookie_header(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    def _keep(self, answer: Answer) -> Page:
        for name, value in answer.raw_headers:
            if name.lower() == b"set-cookie":
                self._cookies |= {each.key: each.value for each in SimpleCookie(value.decode()).values()}
        return Page(answer)


async def log_in(client: AsgiClient, name: str, *, permissions: tuple[str, ...] = (), **options: Any) -> Person:
    """A new member of the staff with these permissions (`trading.view_order`), logged in."""
    return Person(client, await sync_to_async(_new_session)(name, permissions, options))


def _new_session(name: str, permissions: tuple[str, ...], options: dict[str, Any]) -> str:
    user = get_user_model().objects.create(username=name, is_staff=True, **options)
    for permission in permissions:
        app, _, code = permission.partition(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=code))
    browser = Client()
    browser.force_login(user)
    return str(browser.cookies["sessionid"].value)
