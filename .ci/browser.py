#!/usr/bin/env python3
"""Holds QZone's pages against a real browser: Debian's Chromium, to which there are two hosts.

www.weiquan.test is a partner site, served here; api.weiquan.test is the local system.
"""

import base64
import contextlib
import hmac
import html
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

# Seconds for what the browser is to show; for a command, a request, a start; for a part.
WAIT, LIMIT, PART = 15, 20, 60
DOMAIN = "weiquan.test"
LINK = "http://example.com/?a=1&b=2"
OK = '{"ret":"0","type":"","msg":"ok"}'
USED = '{"ret":"40002","type":"","msg":"oauth_nonce is invalid."}'
BAD = '{"ret":"1000","type":"","msg":"params error."}'
FORM = "application/x-www-form-urlencoded"
LANDING = {"keep", "oauth_token", "openid", "oauth_signature", "timestamp", "oauth_vericode"}
ROOT = pathlib.Path(__file__).resolve().parent.parent
# What the partner site serves.
PAGES = {"/landed": "<p>landed", "/script": "<title>off</title><script>document.title='on'</script>"}


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
        self.browser, self.qzone, self.member = browser, demo["qzone"], demo["members"][0]
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
            yield from (self.browser.current_url, self.browser.page_source[:4000])
            for frame in self.find("iframe"):
                self.browser.switch_to.frame(frame)
                yield f"in a frame: {self.browser.page_source[:4000]}"
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


def callback_page(world):
    grant = world.qzone["token"], world.qzone["token_secret"]
    good = world.signed_feed(*grant, title="给力视频 100% A+B", action=1, titleurl=LINK)
    bad = world.signed_feed(*grant, title="给力视频", action=9, titleurl=LINK)
    for what, fields, answer in (
        ("a feed posted into a frame calls the parent page back with an object", good, OK),
        ("the same nonce again is refused", good, USED),
        ("bad feeds_data is refused", bad, BAD),
    ):
        inputs = [f'<input type=hidden name={n} value="{html.escape(v)}">' for n, v in fields.items()]
        PAGES["/post"] = f"""<iframe id=frame name=frame hidden></iframe>
            <form method=post target=frame action="{world.api}/feeds/add_feeds">
            {"".join(inputs)}<button>post</button></form>
            <script>document.domain = "{DOMAIN}";
            document.getElementById("frame").callback = function (o) {{ window.got = o }}</script>"""
        world.browser.get(f"{world.site}/post")
        world.find("button")[0].click()
        world.wait("a call of callback", lambda _: world.script("window.got"))
        got = world.script("[JSON.stringify(got), typeof got, frames.frame.location.host]")
        world.check(what, got == [answer, "object", world.host], got)


def authorisation(world):
    token = world.open_authorise()
    query = world.allow()
    holds = LANDING <= query.keys() and query["keep"] == "1"
    world.check("who allows lands on the callback", holds, query)
    right = hmac_sha1(world.qzone["consumer_secret"], query["openid"] + query["timestamp"])
    world.check("the callback's signature is right", query["oauth_signature"] == right, right)
    holds = (query["oauth_token"], query["openid"]) == (token["oauth_token"], world.member["openid"])
    holds = holds and abs(int(query["timestamp"]) - time.time()) < 60
    world.check("the callback names token, member and time", holds, query)
    proof = {name: query[name] for name in ("oauth_token", "oauth_vericode")}
    token = world.token("/oauth/qzoneoauth_access_token", token["oauth_token_secret"], **proof)
    world.access = token["oauth_token"], token["oauth_token_secret"]
    world.check("the site gets an access token", True)


def start_page(world):
    world.browser.get(f"{world.api}/")
    holds = "weiquan" in world.browser.title.lower() or "微圈" in world.browser.title
    world.check("a browser gets a page at the address itself", holds)
    ground = world.script("getComputedStyle(document.body).backgroundColor")
    world.check("its stylesheet is the one that its policy allows", ground != "rgba(0, 0, 0, 0)", ground)
    other = world.find("a[hreflang]")[0].get_attribute("hreflang")
    world.find("a[hreflang]")[0].click()
    shown = "document.documentElement.lang"
    world.wait("the other language", lambda _: world.script(shown) == other)
    world.browser.get(f"{world.api}/nosuch")
    holds = world.script(shown) == other and world.find("a[href='/']")
    world.check("an unknown address is a page, in the language that was chosen", holds, world.script(shown))


def feeds_page(world):
    assert world.access, "there is no access token"
    plain, hostile = "第一条动态", """<script>window.ran = 1</script> & "'<b>x</b>"""
    for title in (plain, hostile, "W" * 72):
        feed = world.signed_feed(*world.access, title=title, action=1, titleurl=LINK)
        answer = world.call("/feeds/add_feeds", feed)
        world.check(f"the access token publishes {title[:20]}", OK in answer, answer)
    world.browser.get(world.feeds)
    # A link that is not visible has no text.
    links = {link.text: link.get_property("href") for link in world.find("a")}
    world.check("the feed's title is a link", links.get(plain) == LINK, links)
    world.check("a title with markup is shown as text", links.get(hostile) == LINK, links)
    world.check("a title's script does not run", world.script("window.ran === undefined"))


def wrong_password(world):
    def lines(_):
        shown = world.script("document.documentElement.innerText").splitlines()
        return [line for line in shown if line not in before]

    before = [""]
    world.open_authorise()
    before += lines(None)
    world.decide("allow", "not the password")
    message = world.wait("a message", lines)
    holds = LANDING <= world.allow().keys()
    world.check(f"a wrong password brings the page again, to be used: {message}", holds)


def refusal(world):
    world.open_authorise()
    world.decide("refuse")  # without a password
    query = world.landed()
    holds = query.get("usercancel") == query.get("keep") == "1" and "oauth_vericode" not in query
    world.check("who refuses lands on the callback", holds, query)


def framed(world):
    world.open_authorise()
    assert world.find("[name=password]"), "the page is not shown by itself"
    PAGES["/framed"] = f'<iframe name=frame src="{html.escape(world.browser.current_url)}"></iframe>'
    world.browser.get(f"{world.site}/framed")
    world.browser.switch_to.frame("frame")
    holds = world.script("location.protocol") == "chrome-error:" and not world.find("form")
    world.check("the authorise page is blocked in a frame", holds)


def phone(world):
    metrics = {"width": 360, "height": 640, "deviceScaleFactor": 3, "mobile": True}
    world.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    world.open_authorise()
    authorise = ("authorise", world.browser.current_url)
    for what, url in (authorise, ("feeds", world.feeds), ("start", f"{world.api}/")):
        world.browser.get(url)
        inner, scroll = world.script("[innerWidth, document.documentElement.scrollWidth]")
        holds = inner == 360 and scroll <= inner  # without a viewport innerWidth is 980
        world.check(f"the {what} page fits a phone", holds, (inner, scroll))


def without_javascript(world):
    world.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    world.browser.get(f"{world.site}/script")
    assert world.browser.title == "off", "the browser runs scripts"
    world.open_authorise()
    world.check("the form works without JavaScript", LANDING <= world.allow().keys())


def start(stack):
    """The local system, whose demo consumer calls back into DOMAIN; the partner site; a browser."""
    folder = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
    env = os.environ | {"TMPDIR": folder}
    local = subprocess.Popen(
        [ROOT / "target/debug/local", "--memory", "--port", "0", "--dynamodb-port", "0", "--allow-host", f"api.{DOMAIN}"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=env,
    )
    stack.callback(local.wait)
    stack.callback(local.kill)
    started = json.loads(local.stdout.readline())
    demo = json.loads(pathlib.Path(started["demo"]).read_text())
    store = {"AWS_ENDPOINT_URL_DYNAMODB": demo["dynamodb_url"], "TABLE_NAME": demo["table"]}
    admin = [ROOT / "target/debug/admin", "qzone", "app", "set", demo["qzone"]["consumer_key"]]
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


def main(stack):
    for package in ([], ["-p", "admin"]):
        subprocess.run(["cargo", "build", "-q", *package], cwd=ROOT, check=True, timeout=900)
    # Of requests and of commands to the driver; neither takes a proxy.
    socket.setdefaulttimeout(LIMIT)
    os.environ["no_proxy"] = "*"
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    signal.signal(signal.SIGALRM, expire)
    signal.alarm(LIMIT)
    world = start(stack)
    for part in PARTS:
        try:
            signal.alarm(PART)
            world.browser.get("about:blank")
            world.browser.execute_cdp_cmd("Network.clearBrowserCookies", {})
            part(world)
        except Exception as error:
            signal.alarm(LIMIT)
            world.check(f"{part.__name__}: {type(error).__name__}: {error}", False)
    signal.alarm(0)
    sys.exit(bool(world.failed))


PARTS = [start_page, callback_page, authorisation, feeds_page, wrong_password, refusal, framed]
PARTS += [phone, without_javascript]  # which leave the browser changed
with contextlib.ExitStack() as stack:
    main(stack)
