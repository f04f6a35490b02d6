"""An operator sets a deployed stack up, and clients of all three families call it."""

import html
import http.client
import json
import re
import time
from urllib.parse import parse_qsl, urlsplit

from clients import PIXEL, Okay, Qzone, Weibo, hmac_sha1, md5

PASSWORD = "correct horse"
CALLBACK = "http://www.example.com/back?keep=1"


def good(answer):
    """Whether a client of OkayAPI or Xweibo got what it wanted."""
    if "ret" in answer:
        return answer["ret"] == 200 and answer["data"].get("err_code", 0) == 0
    return answer.get("errno") == 0


def until(condition, seconds=30):
    """What `condition` gives once it holds; the stream is not read at once."""
    end = time.monotonic() + seconds
    while not (found := condition()) and time.monotonic() < end:
        time.sleep(0.5)
    return found


def set_up(gate, admin):
    """Every credential, on a table without any data."""
    gate.step("the operator sets it up")
    app = admin("app", "create")
    admin("app", "set", app["app_key"], "--monthly-quota", "100000", "--per-second", "50")
    members = []
    for username, nick in (("lili", "莉莉"), ("hanmeimei", "韩梅梅")):
        members.append(admin("member", "create", "--username", username, "--nick", nick, "--password", PASSWORD))
    akey, skey = "1000000001", "a-secret-of-the-operator"
    admin("xweibo", "set", "--akey", akey, "--skey", skey)
    for uid, member in zip(("10001", "10002"), members):
        admin("xweibo", "bind", uid, member["username"])
    consumer = admin("qzone", "app", "create", "--name", "MySite", "--callback-domains", "example.com")
    grant = admin("qzone", "grant", consumer["oauth_consumer_key"], "lili", "--allow", "add_feeds,add_share,get_user_info")
    session = admin("session", "create", "lili")
    gate.check("every command succeeds", True)
    return {
        "app": app, "members": members, "akey": akey, "skey": skey,
        "consumer": consumer, "grant": grant, "session": session,
    }


def okay(gate, gateway, made):
    gate.step("OkayAPI")
    app = Okay(gateway, made["app"]["app_key"], made["app"]["app_secrect"])

    def check(what, answer):
        gate.check(what, good(answer), answer)
        return answer["data"]

    name, password = f"new{int(time.time())}", md5("secret")
    who = {"username": name, "password": password}
    check("a member registers", app.operation("App.User.Register", **who))
    login = check("and logs in", app.operation("App.User.Login", **who))
    me = {key: login[key] for key in ("uuid", "token")}
    moment = app.operation("App.Market_Minimoments.PostMoment", moment_nickname="莉莉",
                           moment_access=0, moment_content="今天天气真好", **me)
    moment = check("publishes a moment", moment)["id"]
    check("likes it", app.operation("App.Market_Minimoments.GiveLike", id=moment, **me))
    on = {"message_key": str(moment), "message_nickname": "莉莉"}
    root = check("comments on it", app.operation("App.Market_Message.Post", message_content="你好", **on, **me))["id"]
    check("answers", app.operation("App.Market_Message.Post", message_content="再见", message_pid=root, **on, **me))
    shown = app.call("/", s="App.Market_Message.Show", message_key=moment)
    text = json.dumps(shown, ensure_ascii=False)
    gate.check("an old-style address shows both", good(shown) and "你好" in text and "再见" in text, shown)
    listed = app.call("/", service="App.Market_Minimoments.ShowMoment")
    gate.check("another lists the moment", str(moment) in json.dumps(listed), listed)
    for operation, params in (("Market_Message.Show", {"message_key": moment}), ("Market_Minimoments.ShowMoment", {})):
        check(f"{operation} by its own address", app.operation(f"App.{operation}", **params))
    check("all replies are listed", app.operation("App.Market_Message.Replies", id=root))
    check("own moments are listed", app.operation("App.Market_Minimoments.GetMyMoment", **me))
    check("a profile is shown", app.operation("App.User.Profile", **me))
    given = {key: made["session"][key] for key in ("uuid", "token")}
    check("the operator's session is a login", app.operation("App.User.Check", **given))
    check("the password changes", app.operation("App.User.AlterPassword", username=name, old_password=password, new_password=md5("other")))
    login = check("the new one logs in", app.operation("App.User.Login", username=name, password=md5("other")))
    me = {key: login[key] for key in ("uuid", "token")}
    for operation, params in (
        ("User.OtherProfile", {"other_uuid": made["members"][0]["uuid"]}),
        ("User.UpdateExtInfo", {"ext_info": '{"yesapi_nickname":"小莉"}'}),
        ("Market_Minimoments.DeleteMoment", {"id": moment}),
        ("User.Logout", {}),
        ("Hello.World", {"name": "莉莉"}),
    ):
        check(operation, app.operation(f"App.{operation}", **params, **me))
    refused = Okay(gateway, app.key, "not the secret").operation("App.Hello.World")
    gate.check("a wrong signature is refused", refused["ret"] != 200, refused)
    return root


def pictures(gate, gateway, names, addresses):
    """Reads pictures from the bucket as anybody may."""
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=30)

    def get(path):
        connection.request("GET", f"/{names['Pictures']}{path}")
        answer = connection.getresponse()
        return answer.status, answer.read()

    read = [get(urlsplit(address).path) for address in addresses]
    holds = all(status == 200 for status, _ in read) and (200, PIXEL) in read
    gate.check("anybody reads the picture, in each size, from the bucket", holds, (addresses, read))
    gate.check("nobody lists the bucket", get("")[0] == 403, get(""))


def xweibo(gate, gateway, made, names):
    gate.step("Xweibo")
    lili, han = (Weibo(gateway, made["akey"], made["skey"], uid) for uid in ("10001", "10002"))

    def check(what, answer):
        gate.check(what, good(answer), answer)
        return answer["rst"]

    uid = str(made["members"][0]["uid"])
    check("one member follows another", han.call("createFriendship", uid=uid))
    told = f"@韩梅梅 你好 http://example.com/?{int(time.time())}"
    said = check("who publishes a weibo", lili.call("update", text=told))["data"]
    link = re.search(rf"http[^ <\"]*{re.escape(gateway.host)}(/\w+)", json.dumps(said))
    gate.check("its link is short", link, said)
    if link:
        status, headers, _ = gateway.get(link[1])
        found = lili.call("sinaurl", id=link[1][1:])
        gate.check("sinaurl resolves it", told.split()[-1] in json.dumps(found), found)
        gate.check("and leads on", (status, headers["location"]) == (302, told.split()[-1]), (status, headers.items()))

    def ids(name):
        return [row["id"] for row in han.call(name)["rst"]["data"]]

    gate.check("the stream brings it into the fan's home", until(lambda: said["id"] in ids("homeTimeline")))
    gate.check("and tells whom it mentions", until(lambda: said["id"] in json.dumps(han.call("mentions"))))
    comment = check("it is commented on", han.call("comment", id=said["id"], text="赞", forward="1"))["comment"]["id"]
    rows = check("comments are shown", lili.call("getComments", id=said["id"]))
    gate.check("with their text", "赞" in json.dumps(rows, ensure_ascii=False), rows)
    for name, who, params in (
        ("createFavorite", han, {"id": said["id"]}),
        ("deleteFavorite", han, {"id": said["id"]}),
        ("reply", lili, {"id": said["id"], "cid": comment, "text": "谢谢"}),
        ("comment_destroy", han, {"id": comment}),
        ("repost", han, {"id": said["id"], "text": "转"}),
        ("getCounts", lili, {"ids": said["id"]}),
        ("show", lili, {"id": said["id"]}),
        ("userTimeline", han, {"id": uid}),
        ("friends", han, {}),
        ("followers", lili, {}),
        ("friendship", han, {"t_id": uid}),
        ("saveProfile", lili, {"description": "一个人"}),
        ("saveNotice", lili, {"comment": "1", "mention": "1"}),
        ("saveShow", lili, {"newmsg": "1", "feedtotal": "20"}),
        ("setting", lili, {}),
        ("clearTip", lili, {}),
        ("createTags", lili, {"tagName": "旅行"}),
        ("createBlocks", lili, {"name": "韩梅梅"}),
        ("deleteBlocks", lili, {"name": "韩梅梅"}),
    ):
        check(name, who.call(name, **params))
    tag = check("getTags", lili.call("getTags"))
    check("deleteTags", lili.call("deleteTags", tag_id=re.search(r'"(\d{6,})"', json.dumps(tag))[1]))
    check("the fan comes again", han.call("createFriendship", uid=uid))
    taken = check("a picture is taken", lili.upload("upload_pic", "pic", PIXEL))
    sent = check("and published", lili.call("update", text="图", pic=taken["msg"]))
    found = re.findall(r'https?://[^"]*amazonaws[^"]*', json.dumps(sent))
    gate.check("the weibo shows it", found, sent)
    pictures(gate, gateway, names, found)
    check("another is published with its picture", lili.upload("upload", "pic", PIXEL, text=f"图 {time.time()}"))
    check("emotions", lili.call("emotions"))
    check("getProvinces", lili.call("getProvinces"))
    for round_ in ("first", "second"):
        check(f"a {round_} avatar is set", lili.upload("updateProfileImage", "image", PIXEL))
    old = "/index.php?m=api/weibo/action."
    for round_ in ("first", "second"):
        check(f"a {round_} one by the old-style address", han.upload("updateProfileImage", "image", PIXEL, path=old))
    check("a picture by it", lili.upload("upload_pic", "pic", PIXEL, path=old))
    check("a weibo by it", lili.call("update", path=old, text=f"旧地址 {time.time()}"))
    check("a direct message is sent", lili.call("sendDirectMessage", name="韩梅梅", text="私信"))
    inbox = check("it is listed", han.call("directMessages"))
    check("and deleted", han.call("deleteDirectMessage", id=inbox["data"][0]["id"]))
    check("new weibos are counted", han.call("unread", id="1"))
    check("the weibo is destroyed", lili.call("destroy", id=said["id"]))
    gate.check("it leaves the home", until(lambda: said["id"] not in ids("homeTimeline")))
    check("the fan goes", han.call("deleteFriendship", id=uid))
    wrong = Weibo(gateway, made["akey"], "not the secret", "10001").call("update", text="x")
    gate.check("a wrong signature is refused", not good(wrong), wrong)


def form(page):
    """The hidden fields of a page."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.decode())
    return {name: html.unescape(value) for name, value in found}


def qzone(gate, gateway, made):
    gate.step("QZone")
    consumer, grant = made["consumer"], made["grant"]
    site = Qzone(gateway, consumer["oauth_consumer_key"], consumer["appkey"])
    given = grant["oauth_token"], grant["oauth_token_secret"], grant["openid"]
    answer = site.feed(*given, title="给力视频 100% A+B", titleurl="http://example.com/?a=1&b=2")
    gate.check("a feed with the operator's grant", answer["ret"] in (0, "0"), answer)
    answer = site.post("/share/add_share", *given, title="t", url="http://example.com/")
    gate.check("a share", answer["ret"] in (0, "0"), answer)

    asked_for = site.signed("GET", "/user/get_user_info", given[1], oauth_token=given[0], openid=given[2])
    answer = json.loads(gateway.get("/user/get_user_info", **asked_for)[2])
    gate.check("the member is told", answer["ret"] in (0, "0") and answer["nickname"] == "莉莉", answer)

    asked = site.token("/oauth/qzoneoauth_request_token")
    gate.check("a request token", "oauth_token_secret" in asked, asked)
    visit = {"oauth_consumer_key": site.key, "oauth_token": asked["oauth_token"], "oauth_callback": CALLBACK}
    path = "/oauth/qzoneoauth_authorize"
    status, headers, page = gateway.get(path, **visit)
    fields, cookie = form(page), headers["set-cookie"].split(";")[0]
    gate.check("the page asks for name and password", status == 200 and "csrf" in fields, page[:2000])
    login = {"username": "hanmeimei", "password": PASSWORD, "decision": "allow"}
    status, headers, page = gateway.post(path, {"Cookie": cookie}, **fields | login)
    back = dict(parse_qsl(urlsplit(headers.get("location", "")).query))
    gate.check("who allows is sent back", status == 302 and "oauth_vericode" in back, (status, page[:2000]))
    right = hmac_sha1(site.secret, back["openid"] + back["timestamp"])
    gate.check("with the site's signature", back["oauth_signature"] == right, back)
    proof = {name: back[name] for name in ("oauth_token", "oauth_vericode")}
    token = site.token("/oauth/qzoneoauth_access_token", asked["oauth_token_secret"], **proof)
    gate.check("an access token", "oauth_token_secret" in token, token)
    answer = site.feed(token["oauth_token"], token["oauth_token_secret"], token["openid"], title="第一条动态", titleurl="http://example.com/")
    gate.check("a feed with it", answer["ret"] in (0, "0"), answer)
    status, _, listed = gateway.get(f"/qzone/feeds/{token['openid']}", format="json")
    gate.check("the member's page lists it", status == 200 and "第一条动态" in listed.decode(), listed)
    status, headers, page = gateway.get("/qzone/grants")
    fields, cookie = form(page), headers["set-cookie"].split(";")[0]
    gate.check("the page of grants asks for a login", status == 200 and "csrf" in fields, page[:2000])
    login = {"username": "hanmeimei", "password": PASSWORD}
    status, _, page = gateway.post("/qzone/grants", {"Cookie": cookie}, **fields | login)
    gate.check("and takes it", status in (200, 302, 303), (status, page[:2000]))
    answer = site.feed(*given[:1], "not the secret", given[2], title="t", titleurl="http://example.com/")
    gate.check("a wrong signature is refused", answer["ret"] not in (0, "0"), answer)


def look(gate, admin, made, root):
    gate.step("the operator looks")
    key = made["app"]["app_key"]
    gate.check("the app is listed", key in admin("app", "list"), admin("app", "list"))
    shown = admin("app", "show", key)
    gate.check("it is shown, without its secret", made["app"]["app_secrect"] not in json.dumps(shown), shown)
    gate.check("a member is shown", admin("member", "show", "lili")["nick"] == "莉莉")
    gate.check("the site is shown", admin("xweibo", "show")["akey"] == made["akey"])
    gate.check("the consumer is shown", admin("qzone", "app", "show", made["consumer"]["oauth_consumer_key"])["name"] == "MySite")
    admin("message", "delete", key, root)
    admin("session", "revoke", made["session"]["uuid"], made["session"]["token"])
    admin("member", "set", "hanmeimei", "--banned", "true")


def documentation(gate, gateway):
    gate.step("the documentation")
    for path, part in (
        ("/docs", "data-entry"),
        ("/docs/update", "YOUR_SKEY"),
        ("/docs/assets/form.mjs", "import "),
        ("/openapi.json", gateway.url),
    ):
        status, _, body = gateway.get(path)
        gate.check(f"{path} is served", status == 200 and part in body.decode(), body[:600])


def call_all(gate, gateway, admin, names):
    made = set_up(gate, admin)
    root = okay(gate, gateway, made)
    xweibo(gate, gateway, made, names)
    qzone(gate, gateway, made)
    documentation(gate, gateway)
    look(gate, admin, made, root)
