"""A real browser for the checks of pages: Debian's Chromium, to which there are two hosts.

www.weiquan.test is a partner site, served here; api.weiquan.test is the local system.
"""

import base64
import contextlib
import hmac
import http.client
import http.server
import json
import os
import pathlib
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from selenium import webdriver
from selenium.webdriver.support.ui import WebDriverWait

# Seconds for what the browser is to show; for a command, a request, a start.
WAIT, LIMIT = 15, 20
DOMAIN = "weiquan.test"
FORM = "application/x-www-form-urlencoded"
ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARIES = ROOT / "target/debug"
# What the partner site serves. Browsers ask for the icon by themselves.
PAGES = {"/landed": "<p>landed", "/favicon.ico": "<p>none"}
PAGES["/script"] = "<title>off</title><script>document.title='on'</script>"


class Site(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        page = PAGES.get(urlsplit(self.path).path)
        self.send_response(200 if page else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Origin-Agent-Cluster", "?0")
        self.end_headers()
        self.wfile.write(f"<!DOCTYPE html>{page}".encode())

    def log_message(self, *args):
        """Nobody reads it."""


def hmac_sha1(key, text):
    return base64.b64encode(hmac.digest(key.encode(), text.encode(), "sha1")).decode()


class World:
    """The local system as a partner site sees it, and the browser."""

    def __init__(self, demo, site_port, browser):
        self.browser, self.demo, self.qzone, self.member = browser, demo, demo["qzone"], demo["members"][0]
        self.port = urlsplit(demo["base_url"]).port
        self.host = f"api.{DOMAIN}:{self.port}"
        self.api, self.site = f"http://{self.host}", f"http://www.{DOMAIN}:{site_port}"
        self.feeds = f"{self.api}/qzone/feeds/{self.member['openid']}"
        self.access, self.failed = None, 0

    def check(self, what, holds, saw=""):
        print("ok     " if holds else "FAILED ", what.partition("\n")[0], flush=True)
        if not holds:
            self.failed += 1
            print(f"saw: {saw}", *self.shown(), sep="\n        ", flush=True)

    def shown(self):
        try:
            self.browser.switch_to.default_content()
            yield from (self.browser.current_url, self.script("document.body.innerHTML")[:4000])
            for frame in self.find("iframe"):
                self.browser.switch_to.frame(frame)
                yield f"in a frame: {self.script('document.body.innerHTML')[:4000]}"
                self.browser.switch_to.default_content()
            yield from (line["message"] for line in self.browser.get_log("browser"))
        except Exception as error:
            yield f"the browser shows nothing: {error}"

    def wait(self, what, condition):
        return WebDriverWait(self.browser, WAIT, 0.1).until(condition, f"there never was {what}")

    def find(self, selector):
        return self.browser.find_elements("css selector", selector)

    def script(self, text):
        return self.browser.execute_script(f"return {text}")

    def devtools(self, command, **params):
        return self.browser.execute_cdp_cmd(command, params)

    def reset(self):
        """Ends what a part has changed in the browser."""
        self.browser.get("about:blank")
        self.devtools("Network.clearBrowserCookies")
        self.devtools("Emulation.clearDeviceMetricsOverride")
        self.devtools("Emulation.setEmulatedMedia", features=[])
        self.devtools("Emulation.setScriptExecutionDisabled", value=False)
        self.browser.get_log("browser")  # what was logged before is gone then

    def phone(self, width, height=844):
        """Makes the browser a phone's."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 3, "mobile": True}
        self.devtools("Emulation.setDeviceMetricsOverride", **metrics)

    def without_scripts(self):
        self.devtools("Emulation.setScriptExecutionDisabled", value=True)
        self.browser.get(f"{self.site}/script")
        assert self.browser.title == "off", "the browser runs scripts"

    def fits(self, what, width):
        """Checks that the page needs no scrolling sideways."""
        inner, scroll = self.script("[innerWidth, document.documentElement.scrollWidth]")
        holds = inner == width and scroll <= inner  # without a viewport innerWidth is 980
        self.check(f"{what} fits a phone", holds, (inner, scroll))

    def signed(self, method, path, token_secret, **params):
        """The parameters of a call with Tencent's signature: raw values, joined, encoded once."""
        params |= {
            "oauth_consumer_key": self.qzone["consumer_key"],
            "oauth_nonce": str(secrets.randbelow(10**9)),
            "oauth_timestamp": str(int(time.time())),
            "oauth_version": "1.0",
            "oauth_signature_method": "HMAC-SHA1",
        }
        norm = "&".join(f"{name}={value}" for name, value in sorted(params.items()))
        base = "&".join([method, quote(self.api + path, safe=""), quote(norm, safe="")])
        key = f"{self.qzone['consumer_secret']}&{token_secret}"
        return params | {"oauth_signature": hmac_sha1(key, base)}

    def signed_feed(self, token, token_secret, **feed):
        data, openid = json.dumps(feed, ensure_ascii=False), self.member["openid"]
        token = {"oauth_token": token, "openid": openid, "feeds_data": data}
        return self.signed("POST", "/feeds/add_feeds", token_secret, **token)

    def call(self, path, form=None):
        headers = {"Host": self.host} | ({"Content-Type": FORM} if form else {})
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request("POST" if form else "GET", path, form and urlencode(form), headers)
        return connection.getresponse().read().decode()

    def token(self, path, token_secret, **params):
        text = self.call(f"{path}?{urlencode(self.signed('GET', path, token_secret, **params))}")
        assert "oauth_token_secret=" in text, f"{path} answered {text}"
        return dict(parse_qsl(text))

    def open_authorise(self):
        token = self.token("/oauth/qzoneoauth_request_token", "")
        query = {"oauth_token": token["oauth_token"], "oauth_callback": f"{self.site}/landed?keep=1"}
        query["oauth_consumer_key"] = self.qzone["consumer_key"]
        self.browser.get(f"{self.api}/oauth/qzoneoauth_authorize?{urlencode(query)}")
        return token

    def decide(self, decision, password=None):
        """Fills in the authorise page, if there is a password, and clicks."""
        for name, text in (("username", self.member["username"]), ("password", password)):
            if password:
                [field] = self.find(f"[name={name}]")
                field.clear()
                field.send_keys(text)
        self.find(f"[name=decision][value={decision}]")[0].click()

    def landed(self):
        """The query with which the member came back to the site."""
        self.wait("the callback", lambda driver: driver.current_url.startswith(f"{self.site}/landed?"))
        return dict(parse_qsl(urlsplit(self.browser.current_url).query))

    def allow(self):
        self.decide("allow", self.member["password"])
        return self.landed()


def start(stack):
    """The local system, whose demo consumer calls back into DOMAIN; the partner site; a browser."""
    folder = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
    env = os.environ | {"TMPDIR": folder}
    local = subprocess.Popen(
        [BINARIES / "local", "--memory", "--port", "0", "--dynamodb-port", "0", "--allow-host", f"api.{DOMAIN}"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=env,
    )
    stack.callback(local.wait)
    stack.callback(local.kill)
    started = json.loads(local.stdout.readline())
    demo = json.loads(pathlib.Path(started["demo"]).read_text())
    store = {"AWS_ENDPOINT_URL_DYNAMODB": demo["dynamodb_url"], "TABLE_NAME": demo["table"]}
    admin = [BINARIES / "admin", "qzone", "app", "set", demo["qzone"]["consumer_key"]]
    subprocess.run([*admin, "--domain", DOMAIN], env=env | store, stdout=subprocess.DEVNULL, check=True)
    site = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    site.handle_error = lambda *_: None  # a browser that ends leaves its connections broken
    threading.Thread(target=site.serve_forever, daemon=True).start()
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    hosts = f"host-resolver-rules=MAP *.{DOMAIN} 127.0.0.1, MAP * ~NOTFOUND"
    # As if by https: elsewhere Chromium sets document.domain without Origin-Agent-Cluster, too.
    secure = f"unsafely-treat-insecure-origin-as-secure=*.{DOMAIN}"
    for option in ("headless=new", "no-sandbox", "no-proxy-server", hosts, secure):
        options.add_argument(f"--{option}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = webdriver.ChromeService("/usr/bin/chromedriver", env=env)
    service.popen_kw["start_new_session"] = True

    def end():
        with contextlib.suppress(AttributeError, ProcessLookupError):  # never started, has ended
            os.killpg(service.process.pid, signal.SIGKILL)
            service.process.wait()
            time.sleep(0.3)  # Chromium, of the same group, writes until it has ended

    stack.callback(end)
    browser = webdriver.Chrome(options=options, service=service)
    browser.set_page_load_timeout(WAIT)
    return World(demo, site.server_address[1], browser)


def expire(*_):
    raise TimeoutError("it took too long")


def run(parts, limit):
    """Runs each part with a world, for at most `limit` seconds, and exits."""
    with contextlib.ExitStack() as stack:
        run_in(stack, parts, limit)


def run_in(stack, parts, limit):
    for package in ([], ["-p", "admin"]):
        subprocess.run(["cargo", "build", "-q", *package], cwd=ROOT, check=True, timeout=900)
    # Of requests and of commands to the driver; neither takes a proxy.
    socket.setdefaulttimeout(LIMIT)
    os.environ["no_proxy"] = "*"
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    signal.signal(signal.SIGALRM, expire)
    signal.alarm(LIMIT)
    world = start(stack)
    for part in parts:
        try:
            signal.alarm(limit)
            world.reset()
            part(world)
        except Exception as error:
            signal.alarm(LIMIT)
            world.check(f"{part.__name__}: {type(error).__name__}: {error}", False)
    signal.alarm(0)
    sys.exit(bool(world.failed))
