// The signatures that the pages make, against the vectors of the contracts.

import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import test from "node:test";

import { hmacSha1, md5 } from "../../functions/docs/assets/digests.mjs";
import {
    inOrder,
    joined,
    oauthParts,
    oauthSign,
    okayParts,
    okaySign,
    xweiboParts,
    xweiboSign,
} from "../../functions/docs/assets/signing.mjs";

const contract = (family) => readFileSync(new URL(`../../docs/contracts/${family}.md`, import.meta.url), "utf8");

const KEY = ["app_key", "TESTKEY0TESTKEY0TESTKEY0TESTKEY0"];
const SECRET = "synthetic-secret-for-tests-only-0001";
const UUID = "0123456789ABCDEF0123456789ABCDEF";
const TOKEN = "0123456789ABCDEF".repeat(4);
const SHOW = ["s", "App.Market_Message.Show"];
const PAGE = [KEY, SHOW, ["return_data", "0"], ["order", "2"], ["page", "1"], ["perpage", "10"], ["more_select", "id,uuid"]];

const OKAY = [
    [[KEY, SHOW], "6259A01403423129C6BF8E60FE2C32FC"],
    [[["service", SHOW[1]], KEY], "6259A01403423129C6BF8E60FE2C32FC"],
    [[KEY], "8D9C805805EAB690950C59275E4FE01E"],
    [[...PAGE, ["uuid", UUID], ["token", TOKEN], ["message_key", "article-42"]], "5729A160DD5561F0068CA125C9E8D24A"],
    [[...PAGE, ["uuid", ""], ["token", ""], ["message_key", ""]], "093A1D8B57FACFC3E3127C7914DB943C"],
    [
        [
            ["s", "App.Market_Minimoments.PostMoment"],
            ["uuid", UUID],
            ["token", TOKEN],
            ["moment_content", "你好 <b>a&b</b>"],
            ["moment_nickname", "小白"],
            ["moment_access", "0"],
            ["moment_lat", "23.1"],
            ["moment_lng", "113.2"],
            ["more_data", '{"mood":"好"}'],
            KEY,
        ],
        "3DE8782E9F09B1FA1A31298B9B6890D7",
    ],
    [[KEY, SHOW, ["yesapi_allow_origin", "1"]], "141BBC968F6FBF3022C1863D9F21DFF1"],
    [[KEY, SHOW, ["callback", "cb"]], "6FE435B1B608757E61AEDFCF5D69B276"],
    [[KEY, SHOW, ["_timestamp", "1700000000"]], "29CD93CB72578654549EF63B47E359E4"],
];

test("OkayAPI's nine vectors", () => {
    const written = contract("okayapi").split("\n").filter((line) => /^\| V\d /.test(line));
    assert.equal(written.length, OKAY.length);
    OKAY.forEach(([params, sign], at) => {
        assert.ok(written[at].endsWith(`\`${sign}\` |`), written[at]);
        assert.equal(okaySign(joined(okayParts(params, SECRET))), sign);
        // Neither the order nor a signature among them matters.
        const other = [["sign", "any"], ...[...params].reverse()];
        assert.equal(okaySign(joined(okayParts(other, SECRET))), sign);
    });
});

test("Xweibo's vectors", () => {
    const rows = contract("xweibo").matchAll(/^\| `(ak#[^`]*)` \| `([0-9a-f]{32})` \|$/gm);
    const vectors = Array.from(rows);
    assert.equal(vectors.length, 4);
    for (const [, text, sign] of vectors) {
        const [akey, uid, time, skey, operation, extra] = text.split("#");
        const parts = xweiboParts({ akey, skey, api_key: extra }, uid, time, operation);
        assert.equal(joined(parts), text);
        assert.equal(xweiboSign(joined(parts)), sign);
    }
});

const FEEDS = "http://openapi.qzone.qq.com/feeds/add_feeds";
const feeds = (data) => [
    ["oauth_version", "1.0"],
    ["oauth_signature_method", "HMAC-SHA1"],
    ["oauth_timestamp", "1304673799"],
    ["oauth_nonce", "1606161364"],
    ["oauth_consumer_key", "200003"],
    ["oauth_token", "10000000000000000001"],
    ["openid", UUID],
    ["feeds_data", data],
];

test("QZone's vectors in Tencent's form and RFC 5849's", () => {
    const text = contract("qzone");
    const data = Array.from(text.matchAll(/^ {4}feeds_data [AB]: (.*)$/gm), ([, data]) => data);
    const rows = Array.from(text.matchAll(/^\| V\d[^|]*\| [AB] \| `([^`]*)` \| `([^`]*)` \|/gm));
    assert.deepEqual([data.length, rows.length], [2, 2]);
    rows.forEach(([, ...signs], at) => {
        [false, true].forEach((twice, form) => {
            const base = joined(oauthParts("POST", FEEDS, feeds(data[at]), twice));
            assert.equal(oauthSign(base, "0123456789abcdef0123456789abcdef", "AbCdEfGhIjKlMnOp"), signs[form]);
        });
    });
});

test("the vector of Tencent's page, and its signed text", () => {
    const params = [
        ["oauth_version", "1.0"],
        ["oauth_signature_method", "HMAC-SHA1"],
        ["oauth_timestamp", "1299143758"],
        ["oauth_nonce", "1606024431"],
        ["oauth_consumer_key", "200001"],
    ];
    const [, base] = contract("qzone").match(/^ {4}(GET&http.*)$/m);
    assert.equal(joined(oauthParts("GET", "http://openapi.qzone.qq.com/oauth/qzoneoauth_request_token", params)), base);
    assert.equal(oauthSign(base, "123456", ""), "zKYOFfHxmFLrhn4yx9tc48Okj7M=");
});

test("the example of RFC 5849", () => {
    const params = [
        ["file", "vacation.jpg"],
        ["size", "original"],
        ["oauth_consumer_key", "dpf43f3p2l4k3l03"],
        ["oauth_token", "nnch734d00sl2jdk"],
        ["oauth_signature_method", "HMAC-SHA1"],
        ["oauth_timestamp", "137131202"],
        ["oauth_nonce", "chapoH"],
        ["oauth_signature", "is left out"],
    ];
    const base = joined(oauthParts("GET", "http://photos.example.net/photos", params, true));
    assert.equal(oauthSign(base, "kd94hf93k423kf44", "pfkkdhi9sl3r4s00"), "MdpQcU8iPSUjWoN/UDMsK2sui9I=");
});

test("the digests are those of node, at every length of a block", () => {
    for (let length = 0; length < 200; length++) {
        const text = Array.from({ length }, (_, at) => "a好~😀 "[(at * 7 + length) % 4]).join("");
        assert.equal(md5(text), createHash("md5").update(text).digest("hex"), text);
        for (const key of ["", "k", "密".repeat(length)]) {
            assert.equal(hmacSha1(key, text), createHmac("sha1", key).update(text).digest("base64"), text);
        }
    }
    const long = "0123456789".repeat(100_000);
    assert.equal(md5(long), createHash("md5").update(long).digest("hex"));
    assert.equal(hmacSha1("k", long), createHmac("sha1", "k").update(long).digest("base64"));
});

test("names are in the order of their UTF-8", () => {
    const names = ["été", "a", "\u{1F600}", "_x", "\uFF21", "Zeta", "ab", "好", ""];
    const byBuffer = [...names].sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
    assert.deepEqual(inOrder(names.map((name) => [name, "v"])).map(([name]) => name), byBuffer);
});
