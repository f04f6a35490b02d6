"""Clients of the three families, as old programs are, for a gateway at any address."""

import base64
import hashlib
import hmac
import http.client
import json
import secrets
import time
from urllib.parse import parse_qsl, quote, urlencode

FORM = "application/x-www-form-urlencoded"
# The smallest PNG.
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP438AAAAQBAYDFKhhdAAAAAElFTkSuQmCC"
)


def md5(text):
    return hashlib.md5(text.encode()).hexdigest()


def hmac_sha1(key, text):
    return base64.b64encode(hmac.digest(key.encode(), text.encode(), "sha1")).decode()


def multipart(fields, name, file):
    """A body with text fields and one file, and its media type."""
    part = "--XYZ\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n"
    head = "".join(part % field for field in fields.items())
    head += f'--XYZ\r\nContent-Disposition: form-data; name="{name}"; filename="a.png"\r\n'
    head += "Content-Type: image/png\r\n\r\n"
    return head.encode() + file + b"\r\n--XYZ--\r\n", "multipart/form-data; boundary=XYZ"


class Gateway:
    """Where the API answers: a name for the `Host`, and a port of this machine."""

    def __init__(self, host, port, scheme="https"):
        self.host, self.port = host, port
        # What functions take for their own address.
        self.url = f"{scheme}://{host}"

    def request(self, method, path, body=None, headers=()):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, path, body, {"Host": self.host} | dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()

    def get(self, path, /, **params):
        sign = "&" if "?" in path else "?"
        return self.request("GET", path + (sign + urlencode(params) if params else ""))

    def post(self, path, headers=(), /, **params):
        return self.request("POST", path, urlencode(params), {"Content-Type": FORM} | dict(headers))


class Okay:
    """An app of OkayAPI, whose calls are signed where it has a secret."""

    def __init__(self, gateway, key, secret=None):
        self.gateway, self.key, self.secret = gateway, key, secret

    def call(self, path, /, **params):
        params = {name: str(value) for name, value in params.items()} | {"app_key": self.key}
        if self.secret:
            values = "".join(params[name] for name in sorted(params))
            params["sign"] = md5(values + self.secret).upper()
        status, _, body = self.gateway.post(path, **params)
        assert status == 200, (path, status, body)
        return json.loads(body)

    def operation(self, name, /, **params):
        """By the operation's own address, on which `s` is not a parameter."""
        return self.call("/api/" + name.replace(".", "/"), **params)


class Weibo:
    """A user of an Xweibo site."""

    def __init__(self, gateway, akey, skey, uid):
        self.gateway, self.akey, self.skey, self.uid = gateway, akey, skey, uid

    def fields(self, name, params):
        now = str(int(time.time()))
        sign = md5(f"{self.akey}#{self.uid}#{now}#{self.skey}#{name}#")
        return {"api_uid": self.uid, "api_time": now, "api_sign": sign} | params

    def call(self, name, /, *, path="/api/weibo/action.", **params):
        return json.loads(self.gateway.post(path + name, **self.fields(name, params))[2])

    def upload(self, name, field, file, /, *, path="/api/weibo/action.", **params):
        body, kind = multipart(self.fields(name, params), field, file)
        return json.loads(self.gateway.request("POST", path + name, body, {"Content-Type": kind})[2])


class Qzone:
    """A site that publishes feeds for its members."""

    def __init__(self, gateway, key, secret):
        self.gateway, self.key, self.secret = gateway, key, secret

    def signed(self, method, path, token_secret, **params):
        """The parameters with Tencent's signature: raw values, joined, encoded once."""
        params |= {
            "oauth_consumer_key": self.key,
            "oauth_nonce": str(secrets.randbelow(10**9)),
            "oauth_timestamp": str(int(time.time())),
            "oauth_version": "1.0",
            "oauth_signature_method": "HMAC-SHA1",
        }
        norm = "&".join(f"{name}={value}" for name, value in sorted(params.items()))
        base = "&".join([method, quote(self.gateway.url + path, safe=""), quote(norm, safe="")])
        return params | {"oauth_signature": hmac_sha1(f"{self.secret}&{token_secret}", base)}

    def token(self, path, token_secret="", **params):
        params = self.signed("GET", path, token_secret, **params)
        return dict(parse_qsl(self.gateway.get(path, **params)[2].decode()))

    def post(self, path, token, token_secret, openid, **params):
        params |= {"oauth_token": token, "openid": openid, "format": "json"}
        params = self.signed("POST", path, token_secret, **params)
        return json.loads(self.gateway.post(path, **params)[2])

    def feed(self, token, token_secret, openid, **feed):
        data = json.dumps({"action": 1} | feed, ensure_ascii=False)
        return self.post("/feeds/add_feeds", token, token_secret, openid, feeds_data=data)
