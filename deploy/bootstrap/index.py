"""pip's configuration and the package index, read without pip."""

from __future__ import annotations

import base64
import configparser
import hashlib
import html.parser
import os
import re
import ssl
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from failure import BootstrapError

DEFAULT_INDEX = "https://pypi.org/simple"
PIP_WHEEL = re.compile(r"^pip-(\d+(?:\.\d+)*)-py3-none-any\.whl$")


def download_pip(folder: Path) -> Path:
    """The newest pip that the index has, checked against the hash that the index names."""
    index = index_address()
    page = index.rstrip("/") + "/pip/"
    links = _Links()
    links.feed(fetch(page).decode())
    wheels = []
    for href in links.found:
        address = urllib.parse.urljoin(page, href)
        name = urllib.parse.unquote(urllib.parse.urlparse(address).path.rsplit("/", 1)[-1])
        match = PIP_WHEEL.match(name)
        if match:
            version = tuple(int(part) for part in match.group(1).split("."))
            wheels.append((version, name, address))
    if not wheels:
        raise BootstrapError(f"The package index {shown(index)} has no wheel of pip.")
    _, name, address = max(wheels)
    plain, _, expected = address.partition("#sha256=")
    content = fetch(plain)
    if expected and hashlib.sha256(content).hexdigest() != expected:
        raise BootstrapError("The wheel of pip is not what the package index says. Try again.")
    wheel = folder / name
    wheel.write_bytes(content)
    return wheel


class _Links(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = dict(attrs).get("href")
        if tag == "a" and href and "data-yanked" not in dict(attrs):
            self.found.append(href)


def check_index() -> None:
    """Complain early and clearly when the package index cannot be reached."""
    if not configured("no-index"):
        fetch(index_address().rstrip("/") + "/pip/")


def index_address() -> str:
    """The package index that pip would use."""
    return configured("index-url") or DEFAULT_INDEX


def configured(name: str) -> str | None:
    """A setting of pip: from its environment variable, or one of its configuration files."""
    variable = "PIP_" + name.upper().replace("-", "_")
    if os.environ.get(variable):
        return os.environ[variable]
    named = os.environ.get("PIP_CONFIG_FILE")
    if named == os.devnull:  # pip's way to say: no configuration file at all
        return None
    home = Path.home()
    files = [Path("/etc/pip.conf"), home / ".pip/pip.conf", home / ".config/pip/pip.conf"]
    files += [Path(named)] if named else []
    value = None
    for file in files:
        parser = configparser.ConfigParser(interpolation=None)
        try:
            parser.read(file)
        except (OSError, configparser.Error):
            continue
        value = parser.get("global", name, fallback=parser.get("install", name, fallback=value))
    return value


def fetch(address: str) -> bytes:
    """The content of an address; the user and password in it are sent as the index expects."""
    parts = urllib.parse.urlsplit(address)
    request = urllib.request.Request(
        urllib.parse.urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])),
        headers={"Accept": "text/html, application/octet-stream, */*"},
    )
    if parts.username:
        user, password = parts.username, parts.password or ""
        pair = f"{urllib.parse.unquote(user)}:{urllib.parse.unquote(password)}"
        request.add_header("Authorization", "Basic " + base64.b64encode(pair.encode()).decode())
    certificates = configured("cert")
    context = ssl.create_default_context(cafile=certificates)
    try:
        with urllib.request.urlopen(request, timeout=60, context=context) as response:
            return bytes(response.read())
    except (urllib.error.URLError, TimeoutError, OSError) as error:
        raise BootstrapError(unreachable(address, error)) from error


def unreachable(address: str, error: object) -> str:
    """The sentence for an index that does not answer."""
    return (
        f"The package index cannot be reached ({shown(address)}: {error}). Check the network; "
        "a mirror or proxy is set as for pip: PIP_INDEX_URL, PIP_CERT, HTTPS_PROXY."
    )


def shown(address: str) -> str:
    """An address without the password that it may carry."""
    parts = urllib.parse.urlsplit(address)
    return urllib.parse.urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
