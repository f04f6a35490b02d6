#!/usr/bin/env python3
"""Holds the documentation's pages, and all others that people see, against a real browser."""

import json
import pathlib
import re
import statistics
from urllib.parse import urlencode, urlsplit

from selenium.webdriver.common.keys import Keys

from accessibility import PHONE, colours, first_paint, screenshot, violations
from chromium import ROOT, run

POST, SHOW = "App.Market_Message.Post", "App.Market_Message.Show"
PICTURE = ROOT / "infra/demo/src/sample/sample.png"
LANGUAGES = ("en", "zh")
SCHEMES = ("light", "dark")


def docs(world, path="", language="en"):
    world.browser.get(f"{world.api}/docs{path}?lang={language}")


def entries(world):
    """The index: operations and where their pages are."""
    docs(world)
    links = world.find("[data-entry] a:first-of-type")
    return {link.text.strip(): urlsplit(link.get_property("href")).path for link in links}


def open_operation(world, name, language="en"):
    found = [path for shown, path in entries(world).items() if shown == name]
    assert len(found) == 1, f"the index has {len(found)} links {name}"
    world.browser.get(f"{world.api}{found[0]}?lang={language}")
    world.wait("the form", lambda _: world.find("form[data-try]:not([hidden])"))


def one(world, selector):
    [found] = world.find(selector)
    return found


def fill(world, credentials, **params):
    for attribute, values in (("data-credential", credentials), ("name", params)):
        for name, value in values.items():
            field = one(world, f'[{attribute}="{name}"]')
            field.clear()
            field.send_keys(value)


def text(world, part):
    return one(world, f"[data-{part}]").get_property("textContent")


def send(world):
    """Sends with the keyboard, and waits for the answer; what is shown."""
    world.browser.execute_script("document.querySelector('[data-time]').textContent = ''")
    one(world, "[data-buttons] button:not([type=button])").send_keys(Keys.ENTER)
    world.wait("an answer", lambda _: "ms" in text(world, "time") or "No answer" in text(world, "time"))
    return {part: text(world, part) for part in ("time", "explanation", "request", "answer")}


def silent(world, what, refused=()):
    """Checks that the browser had nothing to complain about, such as what the CSP forbids, except refused pages."""
    lines = [line["message"] for line in world.browser.get_log("browser") if line["level"] in ("SEVERE", "WARNING")]
    expected = lambda line: "status of 4" in line and any(line.startswith(world.api + path) for path in refused)
    lines = [line for line in lines if not expected(line)]
    world.check(f"nothing on the console: {what}", not lines, lines)


def keys(world):
    demo = world.demo
    app = next(app for app in demo["apps"] if app["sign_mode"] == "dynamic")
    qzone = {name: demo["qzone"][name] for name in ("consumer_secret", "token_secret", "openid")}
    qzone |= {"oauth_consumer_key": demo["qzone"]["consumer_key"], "oauth_token": demo["qzone"]["token"]}
    xweibo = {name: demo["xweibo"][name] for name in ("akey", "skey", "api_key")}
    xweibo["api_uid"] = demo["members"][0]["site_uid"]
    return {name: app[name] for name in ("app_key", "app_secrect")}, xweibo, qzone


def index(world):
    paths = json.loads((ROOT / "docs/openapi.json").read_text())["paths"]
    found = entries(world)
    missing = [path for path in paths if not any(name.split(".")[-1] in re.split(r"[./]", path) for name in found)]
    world.check("the index has every operation that is described", len(found) >= len(paths) and not missing, missing)
    visible = lambda: [entry.text for entry in world.find("[data-entry]") if entry.is_displayed()]
    field = one(world, "[data-search]")
    field.send_keys("minimoments POST")
    shown = visible()
    holds = 0 < len(shown) < len(found) and any("PostMoment" in entry for entry in shown)
    world.check("a search shows what it finds", holds, shown)
    world.check("it says how many", str(len(shown)) in text(world, "count").split(), text(world, "count"))
    groups = [group for group in world.find("[data-group]") if group.is_displayed()]
    world.check("groups without a match are gone", len(groups) == 1, len(groups))
    field.clear()
    field.send_keys("no such operation")
    world.check("a search for nothing says so", not visible() and "0" in text(world, "count").split(), visible())
    field.send_keys(Keys.ENTER)
    for _ in range(len("no such operation")):
        field.send_keys(Keys.BACKSPACE)
    world.check("an empty search shows all", len(visible()) == len(found), visible())
    field.send_keys("add_feeds", Keys.ENTER)
    world.wait("the page of add_feeds", lambda driver: "add_feeds" in driver.current_url)
    world.check("Enter opens the first that is found", True)
    silent(world, "index")


def okay(world):
    credentials, _, _ = keys(world)
    open_operation(world, POST)
    one(world, "[data-fill]").click()
    others = {field.get_property("name"): "" for field in world.find("[data-param]")}
    fill(world, {"uuid": "", "token": ""} | credentials, **others | {"message_content": "你好 & <b>+1</b>"})
    shown = send(world)
    world.check("a call of OkayAPI, signed in the page, succeeds", "ret 200" in shown["time"], shown)
    world.check("the answer is set out", '\n    "err_code": 0,\n' in shown["answer"], shown["answer"])
    holds = "sign=" in shown["request"] and credentials["app_secrect"] not in shown["request"]
    world.check("the request is shown, without the secret", holds, shown["request"])
    world.check("a success needs no explanation", not one(world, "[data-explanation]").is_displayed())
    stored = world.script("[localStorage.length, sessionStorage.length, document.cookie]")
    world.check("nothing is remembered", stored[:2] == [0, 0] and credentials["app_secrect"] not in stored[2], stored)
    screenshot(world, "okay-answer")

    fill(world, {"app_secrect": "wrong"})
    shown = send(world)
    signed = f"{credentials['app_key']}你好 & <b>+1</b>‹app_secrect›"
    holds = "ret 409" in shown["time"] and signed in shown["explanation"]
    world.check("a wrong signature is explained by the text that is signed", holds, shown)
    row = one(world, '[data-error="ret=409"] [data-remedy]').get_property("textContent").strip()
    world.check("the table of errors is quoted", row and row in shown["explanation"], shown["explanation"])
    screenshot(world, "okay-refused")

    fill(world, credentials)
    one(world, "form details summary").send_keys(Keys.ENTER)
    own = one(world, "[data-own-text]")
    own.send_keys("你好 &amp; <b>+1</b>")
    one(world, "[data-own-signature]").send_keys("0" * 32)
    shown = send(world)
    world.check("another text is compared", "differs at character 1, in app_key" in shown["explanation"], shown)
    world.check("a secret is not shown", credentials["app_secrect"] not in shown["explanation"], shown)
    silent(world, "okay")

    open_operation(world, SHOW)
    one(world, "[data-choose-method]").send_keys("GET")
    fill(world, credentials, perpage="101")
    shown = send(world)
    holds = "ret 400" in shown["time"] and "perpage" in shown["explanation"] and shown["request"].startswith("GET ")
    world.check("a wrong parameter is explained, by GET too", holds, shown)
    fill(world, {}, perpage="10")
    shown = send(world)
    holds = r"你好 & <b>+1<\/b>" in shown["answer"] and not world.find("[data-answer] b")
    world.check("the answer is shown as text", holds, shown["answer"])
    silent(world, "okay, GET")


def xweibo(world):
    _, credentials, _ = keys(world)
    open_operation(world, "update")
    fill(world, credentials, text="从网页发的 #话题#")
    shown = send(world)
    world.check("a call of Xweibo, signed in the page, succeeds", "errno 0" in shown["time"], shown)
    shown = send(world)
    world.check("a refusal is explained", "errno 1020002" in shown["time"] and shown["explanation"], shown)
    fill(world, {"skey": "wrong"})
    shown = send(world)
    holds = "errno 3010002" in shown["time"] and "#‹skey›#update#" in shown["explanation"]
    world.check("a wrong signature is explained by the text that is signed", holds, shown)

    open_operation(world, "upload_pic")
    fill(world, credentials)
    one(world, "[data-param][name=pic]").send_keys(str(PICTURE))
    shown = send(world)
    holds = "errno 0" in shown["time"] and f"({PICTURE.stat().st_size} bytes)" in shown["request"]
    world.check("a picture is uploaded", holds, shown)
    silent(world, "xweibo")


def qzone(world):
    _, _, credentials = keys(world)
    open_operation(world, "add_feeds")
    feed = {"action": 1, "title": "A+B ~100% *ok* 动态", "titleurl": "http://example.com/?a=1&b=2"}
    fill(world, credentials, feeds_data=json.dumps(feed, ensure_ascii=False))
    shown = send(world)
    world.check("a call of QZone, signed in the page, succeeds", "ret 0" in shown["time"], shown)
    holds = "frameElement.callback(" in shown["answer"] and not world.find("[data-answer] script")
    world.check("the page that QZone answers is shown as text", holds, shown["answer"])
    fill(world, {"token_secret": "wrong"})
    shown = send(world)
    holds = "ret 41000" in shown["time"] and "POST&http%3A%2F%2F" in shown["explanation"]
    world.check("a wrong signature is explained by the text that is signed", holds, shown)
    screenshot(world, "qzone-refused")

    open_operation(world, "qzoneoauth_request_token")
    fill(world, {name: credentials[name] for name in ("oauth_consumer_key", "consumer_secret")})
    shown = send(world)
    world.check("a request token is given", "oauth_token_secret=" in shown["answer"], shown)
    silent(world, "qzone")


def memory(world):
    credentials, _, _ = keys(world)
    values = lambda: {name: one(world, f'[data-credential="{name}"]').get_property("value") for name in credentials}
    open_operation(world, POST)
    fill(world, credentials, message_content="to be kept")
    world.browser.refresh()
    world.check("without being asked the page forgets", not any(values().values()), values())
    box = one(world, "[data-remember]")
    fill(world, credentials)
    box.send_keys(Keys.SPACE)
    open_operation(world, SHOW)
    world.check("if asked it remembers, on other pages too", values() == credentials, values())
    one(world, "[data-remember]").send_keys(Keys.SPACE)
    world.browser.refresh()
    world.check("and forgets if asked", not any(values().values()), values())
    world.check("nothing is left", world.script("sessionStorage.length + localStorage.length") == 0)


def language(world):
    open_operation(world, POST)
    fill(world, {"app_secrect": "secret"}, message_content="留下")
    world.check("the page is in English", world.script("document.documentElement.lang") == "en")
    one(world, "a[hreflang^=zh]").send_keys(Keys.ENTER)
    world.wait("the page in Chinese", lambda _: world.script("document.documentElement.lang") == "zh-CN")
    typed = one(world, "[name=message_content]").get_property("value")
    secret = one(world, "[data-credential=app_secrect]").get_property("value")
    world.check("what was typed is still there, and no secret", (typed, secret) == ("留下", ""), (typed, secret))
    summary = one(world, "form details summary").get_property("textContent")
    world.check("the form speaks Chinese", "签名" in summary, summary)
    silent(world, "language")


def without_javascript(world):
    found = entries(world)
    world.without_scripts()
    world.browser.get(world.api + found[POST])
    # Chromium shows no <noscript> while scripts are only switched off for the test.
    told = one(world, "noscript").get_property("textContent").strip()
    holds = told and not one(world, "form[data-try]").is_displayed()
    world.check("without JavaScript there is no form, and the page says so", holds, told)
    world.check("the page documents all the same", world.find("h1") and world.find("[data-error]"))


def other_pages(world):
    """The pages beside the documentation, by name; each can be opened again."""
    world.open_authorise()
    authorise = world.browser.current_url
    grant = world.qzone["token"], world.qzone["token_secret"]
    feed = world.signed_feed(*grant, title="第一条动态", action=1, titleurl="http://a.test/")
    assert '"ret":"0"' in world.call("/feeds/add_feeds", feed)
    return {
        "home": "/",
        "unknown": "/no/such/page",
        "authorise": authorise.removeprefix(world.api),
        "authorise refused": "/oauth/qzoneoauth_authorize?" + urlencode({"oauth_token": "unknown"}),
        "feeds": f"/qzone/feeds/{world.member['openid']}",
        "feeds of nobody": "/qzone/feeds/" + "0" * 32,
        "grants": "/qzone/grants",
    }


def examine(world, name):
    """Looks at the page that is shown, with axe and for the width of a phone."""
    for details in world.find("details:not([open])"):
        world.browser.execute_script("arguments[0].open = true", details)
    found = violations(world)
    world.check(f"{name}: axe finds nothing", not found, "\n        ".join(found))
    world.phone(PHONE)
    world.fits(name, PHONE)
    world.devtools("Emulation.clearDeviceMetricsOverride")


def visit(world, name, path, language, scheme, keep=True):
    """Opens a page and examines it; how long it took to its first paint."""
    colours(world, scheme)
    world.browser.get(f"{world.api}{path}{'&' if '?' in path else '?'}lang={language}")
    painted = world.wait("a first paint", lambda _: first_paint(world))
    name = f"{name} {language} {scheme}"
    if keep:
        screenshot(world, name)
    examine(world, name)
    return painted


def accessibility(world):
    """Every page once, in each language or colour scheme in turn; some in all."""
    operations = entries(world)
    links = [link.get_property("href") for link in world.find("a[href]")]
    paths = {urlsplit(link).path for link in links if link.startswith(f"{world.api}/docs")}
    others = paths - {*operations.values(), "/docs"}
    pages = {"index": "/docs"} | {path: path for path in sorted(others)} | operations
    sample = ["index", *sorted(others), POST, "update", "upload_pic", "add_feeds"]
    ways = [(language, scheme) for language in LANGUAGES for scheme in SCHEMES]
    paints = []
    for at, (name, path) in enumerate(pages.items()):
        for language, scheme in ways if name in sample else [ways[at % len(ways)]]:
            paints.append(visit(world, name, path, language, scheme, keep=name in sample))
    print(f"        first paint: {statistics.median(paints):.0f} ms, at most {max(paints):.0f} ms")
    silent(world, "all pages of the documentation")


def others(world):
    pages = other_pages(world)
    for name, path in pages.items():
        for language in LANGUAGES:
            for scheme in SCHEMES:
                visit(world, name, path, language, scheme)
    silent(world, "all other pages", [pages[name] for name in ("unknown", "authorise refused", "feeds of nobody")])


def states(world):
    """Pages that come after a form was sent."""
    world.open_authorise()
    world.decide("allow", "not the password")
    world.wait("a message", lambda _: world.find(".error"))
    in_both_schemes(world, "authorise, wrong password")
    world.browser.get(f"{world.api}/qzone/grants?lang=en")
    one(world, "[name=username]").send_keys(world.member["username"])
    one(world, "[name=password]").send_keys(world.member["password"], Keys.ENTER)
    world.wait("the grants", lambda _: world.find("[name=revoke]"))
    in_both_schemes(world, "grants of a member")
    silent(world, "states")


def in_both_schemes(world, name):
    for scheme in SCHEMES:
        colours(world, scheme)
        screenshot(world, f"{name} {scheme}")
        examine(world, f"{name} {scheme}")


PARTS = [index, okay, xweibo, qzone, memory, language, without_javascript, accessibility, others, states]
run(PARTS, 400)
