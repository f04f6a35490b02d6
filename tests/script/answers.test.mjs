// What the pages read in answers, and their search.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { indented, readAnswer } from "../../functions/docs/assets/answer.mjs";
import { wordsIn } from "../../functions/docs/assets/words.mjs";

const PAGE = `<html><script>document.domain="qq.com";
frameElement.callback( {"ret":"41000","type":"","msg":"oauth_signature is invalid."} );</script></html>`;

test("codes are found in every form of an answer", () => {
    for (const [family, text, key, code] of [
        ["okay", '{"ret":200,"data":{"err_code":0,"err_msg":"","id":1},"msg":"x","_t":1}', undefined, "ret 200"],
        ["okay", '{"ret":200,"data":{"err_code":1,"err_msg":"没有"},"msg":"x"}', "err_code=1", "err_code 1"],
        ["okay", '{"ret":409,"data":{},"msg":"签名错误"}', "ret=409", "ret 409"],
        ["okay", 'cb({"ret":409,"data":{},"msg":"签名错误"})', "ret=409", "ret 409"],
        ["okay", '{"err_code":409,"err_msg":"签名错误"}', "ret=409", "ret 409"],
        ["okay", '{"err_code":1,"err_msg":"没有"}', "err_code=1", "err_code 1"],
        ["okay", '{"err_code":0,"err_msg":"","id":1}', undefined, "ret 200"],
        ["xweibo", '{"rst":true,"errno":0,"err":""}', undefined, "errno 0"],
        ["xweibo", '{"rst":false,"errno":3010002,"err":"Signature is not correct"}', "errno=3010002", "errno 3010002"],
        ["xweibo", '{"code":"A00006","data":{}}', undefined, undefined],
        ["xweibo", '<script>parent.cb({"rst":false,"errno":1010000,"err":"x"})</script>', "errno=1010000", "errno 1010000"],
        ["qzone", '{"ret":0,"msg":"ok"}', undefined, "ret 0"],
        ["qzone", PAGE, "ret=41000", "ret 41000"],
        ["qzone", PAGE.replace("41000", "0"), undefined, "ret 0"],
        ["qzone", '<?xml version="1.0"?><data><ret>3021</ret><msg>url is already shared.</msg></data>', "ret=3021", "ret 3021"],
        ["qzone", "error_code=11000&error_msg=oauth_signature+is+invalid.", "ret=11000", "ret 11000"],
        ["qzone", "oauth_token=1&oauth_token_secret=2", undefined, undefined],
        ["qzone", "<!DOCTYPE html><p>a page</p>", undefined, undefined],
        ["okay", "413 Content Too Large", undefined, undefined],
        ["okay", "", undefined, undefined],
        ["okay", "null", undefined, undefined],
        ["okay", "[]", undefined, undefined],
    ]) {
        const outcome = readAnswer(family, text);
        assert.deepEqual([outcome.key, outcome.code], [key, code], text);
    }
    assert.equal(readAnswer("okay", '{"ret":409,"data":{},"msg":"签名错误"}').message, "签名错误");
    assert.equal(readAnswer("qzone", PAGE).message, "oauth_signature is invalid.");
    assert.deepEqual([readAnswer("qzone", PAGE).json, readAnswer("okay", '{"ret":200}').json], [false, true]);
});

test("JSON is indented and otherwise left as it came", () => {
    const json = '{"b":12345678901234567890,"1":[],"0":{},"a":["x\\/ \\u2028 {,}:[\\"",-1.50e3 ,null]}';
    const lines = indented(json);
    assert.equal(
        lines,
        `{
  "b": 12345678901234567890,
  "1": [],
  "0": {},
  "a": [
    "x\\/ \\u2028 {,}:[\\"",
    -1.50e3,
    null
  ]
}`,
    );
    assert.deepEqual(JSON.parse(lines), JSON.parse(json));
    assert.equal(indented('"a"'), '"a"');
});

test("both languages have all words", () => {
    const [english, chinese] = [wordsIn("en"), wordsIn("zh-CN")];
    const shape = (words) => Object.entries(words).map(([name, word]) => [name, typeof word]).sort();
    assert.deepEqual(shape(chinese), shape(english));
    assert.deepEqual(Object.keys(chinese.mistake).sort(), Object.keys(english.mistake).sort());
    // Each mistake that the comparison names has its words.
    const source = readFileSync(new URL("../../functions/docs/assets/comparison.mjs", import.meta.url), "utf8");
    const named = Array.from(source.matchAll(/^ {12}\["([a-z-]+)"/gm), ([, name]) => name);
    assert.deepEqual([...named, "right"].sort(), Object.keys(english.mistake).sort());
});
