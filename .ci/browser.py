#!/usr/bin/env python3
"""Holds QZone's pages against a real browser."""

import html
import time

from chromium import DOMAIN, PAGES, hmac_sha1, run

LINK = "http://example.com/?a=1&b=2"
OK = '{"ret":"0","type":"","msg":"ok"}'
USED = '{"ret":"40002","type":"","msg":"oauth_nonce is invalid."}'
BAD = '{"ret":"1000","type":"","msg":"params error."}'
LANDING = {"keep", "oauth_token", "openid", "oauth_signature", "timestamp", "oauth_vericode"}


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
    world.phone(360)
    world.open_authorise()
    authorise = ("authorise", world.browser.current_url)
    for what, url in (authorise, ("feeds", world.feeds), ("start", f"{world.api}/")):
        world.browser.get(url)
        world.fits(f"the {what} page", 360)


def without_javascript(world):
    world.without_scripts()
    world.open_authorise()
    world.check("the form works without JavaScript", LANDING <= world.allow().keys())


PARTS = [callback_page, authorisation, feeds_page, wrong_password, refusal, framed, phone, without_javascript]
run(PARTS, 60)
