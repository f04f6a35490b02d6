/**
 * What the three families sign.
 *
 * Parameters are pairs, `[name, value]`, decoded, in any order. A signed text is made of parts, so that a page can say
 * in which one two texts differ, and hide the secrets.
 *
 * @typedef {[string, string]} Param
 * @typedef {{name: string, text: string, secret?: boolean}} Part
 */

import { hmacSha1, md5 } from "./digests.mjs";

/** The order of UTF-8's bytes, which is that of the code points. */
function byBytes(one, other) {
    const [left, right] = [one, other].map((text) => Array.from(text, (sign) => sign.codePointAt(0)));
    const at = left.findIndex((point, at) => point !== right[at]);
    if (at < 0) return left.length - right.length;
    return at < right.length ? left[at] - right[at] : 1;
}

/**
 * The parameters in the order in which they are signed.
 * @param {Param[]} params
 * @returns {Param[]}
 */
export function inOrder(params) {
    return [...params].sort((one, other) => byBytes(one[0], other[0]) || byBytes(one[1], other[1]));
}

/**
 * The whole of a signed text.
 * @param {Part[]} parts
 * @returns {string}
 */
export function joined(parts) {
    return parts.map((part) => part.text).join("");
}

/**
 * What OkayAPI's `sign` is the MD5 of (okayapi section 1.1).
 * @param {Param[]} params with `app_key`; a `sign` is left out
 * @param {string} secret the app's `app_secrect`
 * @returns {Part[]}
 */
export function okayParts(params, secret) {
    const values = inOrder(params).filter(([name]) => name !== "sign");
    const parts = values.map(([name, text]) => ({ name, text }));
    return [...parts, { name: "app_secrect", text: secret, secret: true }];
}

/**
 * OkayAPI's `sign`.
 * @param {string} text of the parts
 * @returns {string} 32 hex digits in upper case
 */
export function okaySign(text) {
    return md5(text).toUpperCase();
}

/**
 * What `api_sign` is the MD5 of (xweibo section 1.2).
 * @param {{akey: string, skey: string, api_key: string}} keys `api_key` is the extra secret
 * @param {string} uid `api_uid`
 * @param {string} time `api_time`
 * @param {string} operation its name alone, such as `update`
 * @returns {Part[]}
 */
export function xweiboParts(keys, uid, time, operation) {
    const [, ...parts] = [
        { name: "akey", text: keys.akey },
        { name: "api_uid", text: uid },
        { name: "api_time", text: time },
        { name: "skey", text: keys.skey, secret: true },
        { name: "operation", text: operation },
        { name: "api_key", text: keys.api_key, secret: keys.api_key !== "" },
    ].flatMap((part) => [{ name: "#", text: "#" }, part]);
    return parts;
}

/**
 * Xweibo's `api_sign`.
 * @param {string} text of the parts
 * @returns {string} 32 hex digits in lower case
 */
export function xweiboSign(text) {
    return md5(text);
}

/**
 * Percent-encodes all but letters, digits, `-`, `.`, `_` and `~` (RFC 3986).
 * @param {string} text
 * @returns {string}
 */
export function percentEncode(text) {
    return encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

/**
 * OAuth's base string in Tencent's form, which joins the values raw, or in RFC 5849's, which encodes them first (qzone
 * section 2.1).
 * @param {string} method in upper case
 * @param {string} address without its query
 * @param {Param[]} params an `oauth_signature` is left out
 * @param {boolean} [twice] whether it is RFC 5849's form
 * @returns {Part[]}
 */
export function oauthParts(method, address, params, twice = false) {
    const signed = params.filter(([name]) => name !== "oauth_signature");
    const pairs = twice ? signed.map((pair) => pair.map(percentEncode)) : signed;
    const parts = inOrder(pairs).flatMap((pair, at) => [
        { name: "&", text: at ? "%26" : "&" },
        { name: pair[0], text: percentEncode(pair.join("=")) },
    ]);
    return [
        { name: "method", text: method },
        { name: "&", text: "&" },
        { name: "address", text: percentEncode(address) },
        ...parts,
    ];
}

/**
 * OAuth's signature.
 * @param {string} base the base string
 * @param {string} consumerSecret
 * @param {string} tokenSecret empty where there is no token yet
 * @returns {string} base64
 */
export function oauthSign(base, consumerSecret, tokenSecret) {
    return hmacSha1(`${consumerSecret}&${tokenSecret}`, base);
}
