// The calls that the pages make, and what they say about a signature that was refused.

import assert from "node:assert/strict";
import test from "node:test";

import { makeCall, wireText } from "../../functions/docs/assets/call.mjs";
import { difference, mistake, momentOf, shown } from "../../functions/docs/assets/comparison.mjs";
import { hmacSha1, md5 } from "../../functions/docs/assets/digests.mjs";
import { joined, oauthParts } from "../../functions/docs/assets/signing.mjs";

const MOMENT = { origin: "http://127.0.0.1:8080", time: "1300000000", nonce: "n1" };
const FORM = { method: "POST", params: [], files: [], own: "" };
const OKAY = {
    ...FORM,
    signature: "okay",
    path: "/api/App/Market_Message/Post",
    params: [["message_content", "好 & <b>+1</b>"]],
    credentials: { app_key: "K".repeat(32), app_secrect: "secret", uuid: "", token: "" },
};
const XWEIBO = {
    ...FORM,
    signature: "xweibo",
    operation: "update",
    path: "/index.php?m=api/weibo/action.update",
    params: [["text", "哈哈"]],
    credentials: { akey: "ak", skey: "sk", api_key: "", api_uid: "10000" },
};
const QZONE = {
    ...FORM,
    signature: "oauth",
    path: "/feeds/add_feeds",
    params: [["feeds_data", '{"title":"A+B ~100% *ok*"}']],
    credentials: { oauth_consumer_key: "c", consumer_secret: "cs", oauth_token: "t", token_secret: "ts", openid: "o" },
};

const sent = ({ body }) => Object.fromEntries(new URLSearchParams(body.join("")));

test("a call carries its parameters, its signature and no secret", () => {
    for (const form of [OKAY, XWEIBO, QZONE]) {
        const call = makeCall(form, MOMENT);
        const wire = wireText(call);
        for (const secret of ["app_secrect", "skey", "consumer_secret", "token_secret"]) {
            assert.ok(!(secret in sent(call)), secret);
            if (form.credentials[secret]) assert.ok(!wire.includes(`=${form.credentials[secret]}`), wire);
        }
        for (const [name, value] of form.params) assert.equal(sent(call)[name], value);
    }
    const okay = makeCall(OKAY, MOMENT);
    assert.deepEqual(Object.keys(sent(okay)), ["app_key", "message_content", "sign"]);
    assert.equal(sent(okay).sign, md5(`${"K".repeat(32)}好 & <b>+1</b>secret`).toUpperCase());
    const xweibo = sent(makeCall(XWEIBO, MOMENT));
    assert.deepEqual(xweibo, { api_uid: "10000", api_time: "1300000000", text: "哈哈", api_sign: md5("ak#10000#1300000000#sk#update#") });
    const qzone = makeCall(QZONE, MOMENT);
    const { oauth_signature: signature, ...params } = sent(qzone);
    const base = joined(oauthParts("POST", "http://127.0.0.1:8080/feeds/add_feeds", Object.entries(params)));
    assert.equal(signature, hmacSha1("cs&ts", base));
    assert.deepEqual([params.oauth_nonce, params.oauth_timestamp, params.openid], ["n1", "1300000000", "o"]);
});

test("the query of the path is signed where the family signs it", () => {
    const call = makeCall({ ...OKAY, path: "/?s=App.Hello.World" }, MOMENT);
    assert.equal(call.right, md5(`${"K".repeat(32)}好 & <b>+1</b>App.Hello.Worldsecret`).toUpperCase());
    assert.equal(call.url.search, "?s=App.Hello.World");
});

test("GET has everything in its address", () => {
    const call = makeCall({ ...OKAY, method: "GET" }, MOMENT);
    assert.deepEqual(call.body, []);
    assert.equal(call.url.searchParams.get("message_content"), "好 & <b>+1</b>");
    assert.equal(call.url.searchParams.get("sign"), makeCall(OKAY, MOMENT).right);
    assert.equal(wireText(call), `GET ${call.url.pathname}${call.url.search}\nHost: 127.0.0.1:8080`);
});

test("without a secret OkayAPI's call has no signature", () => {
    const call = makeCall({ ...OKAY, credentials: { app_key: "K" } }, MOMENT);
    assert.deepEqual([call.sent, "sign" in sent(call)], ["", false]);
});

test("a consumer's own address is signed", () => {
    const credentials = { ...QZONE.credentials, base_url: "http://openapi.qzone.qq.com/" };
    const call = makeCall({ ...QZONE, credentials }, MOMENT);
    assert.ok(joined(call.parts).startsWith("POST&http%3A%2F%2Fopenapi.qzone.qq.com%2Ffeeds%2Fadd_feeds&"));
    assert.equal(call.url.origin, MOMENT.origin);
});

test("half a surrogate pair is signed as it is sent", () => {
    const call = makeCall({ ...OKAY, params: [["message_content", "a\ud83d"]] }, MOMENT);
    assert.equal(sent(call).message_content, "a\ufffd");
    assert.equal(joined(call.parts), `${"K".repeat(32)}a\ufffdsecret`);
});

test("a file goes as multipart, after the signature", async () => {
    const file = new Blob([Uint8Array.of(0xff, 0xd8, 0x0d, 0x0a)], { type: "image/jpeg" });
    file.name = 'a"\r\nb.jpg';
    const call = makeCall({ ...XWEIBO, files: [["pic", file]] }, MOMENT);
    const headers = { "Content-Type": "multipart/form-data; boundary=form-n1" };
    assert.deepEqual(call.headers, headers);
    const form = await new Response(new Blob(call.body), { headers }).formData();
    assert.deepEqual([...form.keys()], ["api_uid", "api_time", "text", "api_sign", "pic"]);
    assert.equal(form.get("text"), "哈哈");
    const read = form.get("pic");
    assert.equal(read.type, "image/jpeg");
    assert.deepEqual(new Uint8Array(await read.arrayBuffer()), Uint8Array.of(0xff, 0xd8, 0x0d, 0x0a));
    assert.ok(wireText(call).includes('filename="a%22%0D%0Ab.jpg"\nContent-Type: image/jpeg\n\n(4 bytes)\n--form-n1--'));
});

test("without a signature nothing is added", () => {
    const call = makeCall({ ...FORM, signature: "none", method: "GET", path: "/qzone/feeds/o", params: [["format", "json"]] }, MOMENT);
    assert.equal(call.url.href, "http://127.0.0.1:8080/qzone/feeds/o?format=json");
    assert.equal(mistake(call, "x"), undefined);
});

test("secrets are shown by name", () => {
    assert.equal(shown(makeCall(OKAY, MOMENT).parts), `${"K".repeat(32)}好 & <b>+1</b>‹app_secrect›`);
    assert.equal(shown(makeCall(XWEIBO, MOMENT).parts), "ak#10000#1300000000#‹skey›#update#");
});

test("known mistakes are recognised, and nothing else", () => {
    const okay = makeCall({ ...OKAY, path: "/?s=App.Hello.World" }, MOMENT);
    const text = joined(okay.parts).slice(0, -"secret".length);
    const [key, content, service] = ["K".repeat(32), "好 & <b>+1</b>", "App.Hello.World"];
    for (const [name, signed] of [
        ["no-secret", text],
        ["secret-first", `secret${text}`],
        ["no-key", `${content}${service}secret`],
        ["no-service", `${key}${content}secret`],
        ["unsorted", `${service}${key}${content}secret`],
        ["sorted-values", `${service}${key}${content}secret`],
        ["encoded", `${key}${encodeURIComponent(content)}${service}secret`],
        ["names", `app_key=${key}&message_content=${content}&s=${service}secret`],
        [undefined, "anything"],
    ]) {
        // Of two that come to the same text the first is named.
        assert.equal(mistake(okay, md5(signed).toUpperCase()), name === "sorted-values" ? "unsorted" : name, signed);
        assert.equal(mistake(okay, md5(signed)), name === "sorted-values" ? "unsorted" : name, signed);
    }
    assert.equal(mistake(okay, okay.right), "right");
    assert.equal(mistake(okay, okay.right.toLowerCase()), "lower-case");

    const xweibo = makeCall(XWEIBO, MOMENT);
    for (const [name, signed] of [
        ["last-hash", "ak#10000#1300000000#sk#update"],
        ["action", "ak#10000#1300000000#sk#action.update#"],
        ["no-uid", "ak##1300000000#sk#update#"],
        [undefined, "ak#10000#1300000000#sk#repost#"],
    ]) {
        assert.equal(mistake(xweibo, md5(signed)), name);
    }
    assert.equal(mistake(xweibo, xweibo.right.toUpperCase()), "upper-case");

    const qzone = makeCall(QZONE, MOMENT);
    const base = joined(qzone.parts);
    const address = "http://127.0.0.1:8080/feeds/add_feeds";
    const of = (method, address, params) => hmacSha1("cs&ts", joined(oauthParts(method, address, params)));
    for (const [name, given] of [
        ["no-token-secret", hmacSha1("cs&", base)],
        ["no-ampersand", hmacSha1("csts", base)],
        ["method", of("GET", address, qzone.params)],
        ["path-only", of("POST", "/feeds/add_feeds", qzone.params)],
        ["tencent-address", of("POST", "http://openapi.qzone.qq.com/feeds/add_feeds", qzone.params)],
        ["no-openid", of("POST", address, qzone.params.filter(([name]) => name !== "openid"))],
        ["not-encoded", hmacSha1("cs&ts", base.split("&").map(decodeURIComponent).join("&"))],
        ["hex", Buffer.from(qzone.right, "base64").toString("hex")],
        [undefined, hmacSha1("other&ts", base)],
        [undefined, qzone.right.toLowerCase()],
    ]) {
        assert.equal(mistake(qzone, given), name);
    }
});

test("a caller's own text is compared, and no secret is shown", () => {
    const okay = makeCall(OKAY, MOMENT);
    const key = "K".repeat(32);
    assert.equal(difference(okay, `${key}好 & <b>+1</b>secret`), undefined);
    assert.deepEqual(difference(okay, `${key}好 &amp; <b>+1</b>secret`), {
        at: 36,
        part: "message_content",
        before: `${"K".repeat(13)}好 &`,
        own: "amp; <b>+1</b>secret",
        right: " <b>+1</b>",
    });
    assert.deepEqual(difference(okay, `${key}好 & <b>+1</b>sacred`), {
        at: 47,
        part: "app_secrect",
        before: "KKK好 & <b>+1</b>",
        own: "…",
        right: "‹app_secrect›",
    });
    assert.equal(difference(okay, `${key}好 & <b>+1</b>secret\n`).own, "\n");
    const xweibo = makeCall(XWEIBO, MOMENT);
    const found = difference(xweibo, "ak#10000#1300000000#sk#Update#");
    assert.deepEqual([found.part, found.before, found.right], ["operation", "00000000#‹skey›#", "update"]);
});

test("OAuth's text may be in either form", () => {
    const call = makeCall(QZONE, MOMENT);
    const address = "http://127.0.0.1:8080/feeds/add_feeds";
    for (const twice of [false, true]) {
        const text = joined(oauthParts("POST", address, call.params, twice));
        assert.equal(difference(call, text), undefined);
        const found = difference(call, text.replace("openid%3Do", "openid%3Dx"));
        assert.deepEqual([found.part, found.own, found.right], ["openid", "x", "o"]);
    }
});

test("a call can be made at the moment of a text that was signed elsewhere", () => {
    assert.deepEqual(momentOf("xweibo", "ak#10000#1300000001#sk#update#"), { time: "1300000001" });
    assert.deepEqual(momentOf("xweibo", "nothing of the kind"), {});
    const moment = { ...MOMENT, time: "1304673799", nonce: "a.b~c" };
    for (const twice of [false, true]) {
        const { params } = makeCall(QZONE, moment);
        const text = joined(oauthParts("POST", "http://a.test/x", params, twice));
        assert.deepEqual(momentOf("oauth", text), { time: "1304673799", nonce: "a.b~c" });
    }
    assert.deepEqual(momentOf("oauth", ""), {});
    assert.deepEqual(momentOf("okay", "1#2#3"), {});
});
