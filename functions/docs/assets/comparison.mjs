/** Finds out how a caller's own signature, or signed text, differs from the right one. */

import { signedAddress } from "./call.mjs";
import { hmacSha1 } from "./digests.mjs";
import { joined, oauthParts, oauthSign, okaySign, xweiboParts, xweiboSign } from "./signing.mjs";

/** For each kind of signature, what clients often make by mistake: a name, and the signature. */
const MISTAKES = {
    okay({ params, parts, right, form: { credentials } }) {
        const secret = credentials.app_secrect;
        const sorted = parts.slice(0, -1).map((part) => [part.name, part.text]);
        const values = (pairs) => pairs.map(([, value]) => value);
        const of = (texts) => okaySign(texts.join("") + secret);
        const without = (...names) => values(sorted.filter(([name]) => !names.includes(name)));
        return [
            ["lower-case", right.toLowerCase()],
            ["no-secret", okaySign(values(sorted).join(""))],
            ["secret-first", okaySign(secret + values(sorted).join(""))],
            ["no-key", of(without("app_key"))],
            ["no-service", of(without("s", "service"))],
            ["unsorted", of(values(params))],
            ["sorted-values", of(values(sorted).sort())],
            ["encoded", of(values(sorted).map(encodeURIComponent))],
            ["names", of([sorted.map((pair) => pair.join("=")).join("&")])],
        ];
    },
    xweibo({ params, parts, right, form: { credentials, operation } }) {
        const text = joined(parts);
        const time = Object.fromEntries(params).api_time;
        return [
            ["upper-case", right.toUpperCase()],
            ["last-hash", xweiboSign(text.replace(/#$/, ""))],
            ["action", xweiboSign(text.replace(`#${operation}#`, `#action.${operation}#`))],
            ["no-uid", xweiboSign(joined(xweiboParts(credentials, "", time, operation)))],
        ];
    },
    oauth({ method, url, params, parts, right, form: { credentials } }) {
        const { consumer_secret: consumer, token_secret: token, base_url: base } = credentials;
        const address = signedAddress(base, url);
        const text = joined(parts);
        const of = (method, address, pairs) => oauthSign(joined(oauthParts(method, address, pairs)), consumer, token);
        const hex = Array.from(atob(right), (byte) => byte.charCodeAt(0).toString(16).padStart(2, "0"));
        return [
            ["no-token-secret", oauthSign(text, consumer, "")],
            ["no-ampersand", hmacSha1(consumer + token, text)],
            ["method", of(method === "GET" ? "POST" : "GET", address, params)],
            ["path-only", of(method, url.pathname, params)],
            ["tencent-address", of(method, `http://openapi.qzone.qq.com${url.pathname}`, params)],
            ["no-openid", of(method, address, params.filter(([name]) => name !== "openid"))],
            ["not-encoded", oauthSign(text.split("&").map(decodeURIComponent).join("&"), consumer, token)],
            ["hex", hex.join("")],
        ];
    },
    none: () => [],
};

/**
 * The mistake by which a signature was made, if it is a known one.
 * @param {import("./call.mjs").Call} call
 * @param {string} given
 * @returns {string | undefined} its name, or "right" where there is none
 */
export function mistake(call, given) {
    const { signature } = call.form;
    if (given === call.right) return "right";
    const found = MISTAKES[signature](call).filter(([, made]) => made !== call.right);
    // A digest in hex shows the same mistake in either case.
    const folded = (text) => (signature === "oauth" ? text : text.toLowerCase());
    const exact = found.find(([, made]) => made === given);
    return (exact ?? found.find(([, made]) => folded(made) === folded(given)))?.[0];
}

/**
 * A signed text in which the secrets are named instead of shown.
 * @param {import("./signing.mjs").Part[]} parts
 * @returns {string}
 */
export function shown(parts) {
    return parts.map((part) => (part.secret ? `‹${part.name}›` : part.text)).join("");
}

/**
 * The values in a caller's own signed text that are different for each call, so that a call can be made with them.
 * @param {import("./call.mjs").Form["signature"]} signature
 * @param {string} own
 * @returns {{time?: string, nonce?: string}}
 */
export function momentOf(signature, own) {
    const found = {};
    if (signature === "xweibo" && /^\d+$/.test(own.split("#")[2])) found.time = own.split("#")[2];
    if (signature === "oauth") {
        const of = (name) => own.match(new RegExp(`${name}(?:%(?:25)?3D|=)([\\w.~-]+)`))?.[1];
        const [time, nonce] = [of("oauth_timestamp"), of("oauth_nonce")];
        if (time) found.time = time;
        if (nonce) found.nonce = nonce;
    }
    return found;
}

/**
 * Where a caller's own signed text differs from the right one; of OAuth's two, from the one to which it is nearer.
 * @param {import("./call.mjs").Call} call
 * @param {string} own
 * @returns {{at: number, part: string, before: string, own: string, right: string} | undefined} the first character
 * that differs, counted from 1, what is before it, and how the two texts go on; `undefined` where nothing differs
 */
export function difference({ form, method, url, params, parts }, own) {
    const rights = [parts];
    if (form.signature === "oauth") {
        rights.push(oauthParts(method, signedAddress(form.credentials.base_url, url), params, true));
    }
    const found = rights.map((right) => firstDifference(right, own));
    return found.includes(undefined) ? undefined : found.sort((one, other) => other.at - one.at)[0];
}

function firstDifference(parts, own) {
    const text = joined(parts);
    if (own === text) return undefined;
    let at = 0;
    while (at < text.length && text[at] === own[at]) at++;
    let start = 0;
    let index = parts.findIndex(({ text }) => (start += text.length) > at);
    if (index < 0) index = parts.length - 1;
    const part = parts[index];
    const inside = at - joined(parts.slice(0, index)).length;
    const before = shown(parts.slice(0, index)) + (part.secret ? "" : part.text.slice(0, inside));
    return {
        at: at + 1,
        part: part.name,
        before: before.slice(-16),
        // Of a secret that is nearly right nothing is shown.
        own: part.secret && at < text.length ? "…" : own.slice(at, at + 24),
        right: part.secret ? `‹${part.name}›` : part.text.slice(inside, inside + 24),
    };
}
