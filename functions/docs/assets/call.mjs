/** Makes a call of any family out of what a form holds, signed and as it goes over the wire. */

import { joined, oauthParts, oauthSign, okayParts, okaySign, xweiboParts, xweiboSign } from "./signing.mjs";

/**
 * What a form holds.
 * @typedef {object} Form
 * @property {"okay" | "xweibo" | "oauth" | "none"} signature
 * @property {string} operation
 * @property {string} method
 * @property {string} path with a query, if it has one
 * @property {import("./signing.mjs").Param[]} params
 * @property {[string, File][]} files
 * @property {Record<string, string>} credentials
 * @property {string} own a signature to be sent instead of the right one, if it is not empty
 *
 * What is different for each call.
 * @typedef {{origin: string, time: string, nonce: string}} Moment `time` in seconds, in digits
 *
 * A call that can be sent.
 * @typedef {object} Call
 * @property {string} method
 * @property {URL} url
 * @property {Record<string, string>} headers
 * @property {(string | File)[]} body
 * @property {Form} form
 * @property {import("./signing.mjs").Param[]} params all that are sent, without the signature
 * @property {import("./signing.mjs").Part[]} parts of the text that the server signs
 * @property {string} right the signature of that text, under the secrets of the form
 * @property {string} sent the signature that is sent
 */

/** The credentials that are sent; all others are secrets, or belong only to what is signed. */
const SENT = ["app_key", "uuid", "token", "api_uid", "oauth_consumer_key", "oauth_token", "openid"];

/** What a form may not have a field for, and signatures are made of. */
const BLANK = { app_secrect: "", akey: "", skey: "", api_key: "", api_uid: "", consumer_secret: "", token_secret: "" };

/** For each kind of signature: its parameter, what else is sent with it, and what is signed. */
const SIGNERS = {
    okay: {
        name: "sign",
        extra: () => [],
        parts: (params, { credentials }) => okayParts(params, credentials.app_secrect),
        // An app without signatures has no secret to be filled in.
        sign: (text, { app_secrect: secret }) => (secret ? okaySign(text) : ""),
    },
    xweibo: {
        name: "api_sign",
        extra: (_, { time }) => [["api_time", time]],
        parts: (_, { credentials, operation }, { time }) =>
            xweiboParts(credentials, credentials.api_uid, time, operation),
        sign: xweiboSign,
    },
    oauth: {
        name: "oauth_signature",
        extra: (_, { time, nonce }) => [
            ["oauth_nonce", nonce],
            ["oauth_timestamp", time],
            ["oauth_version", "1.0"],
            ["oauth_signature_method", "HMAC-SHA1"],
        ],
        parts: (params, { credentials, method }, _, url) =>
            oauthParts(method, signedAddress(credentials.base_url, url), params),
        sign: (text, keys) => oauthSign(text, keys.consumer_secret, keys.token_secret),
    },
    none: { name: "", extra: () => [], parts: () => [], sign: () => "" },
};

/**
 * The address that a consumer signs: the page's own, unless the consumer is set to others.
 * @param {string | undefined} base
 * @param {URL} url
 * @returns {string}
 */
export function signedAddress(base, url) {
    return (base ? base.replace(/\/+$/, "") : url.origin) + url.pathname;
}

/** A text without halves of surrogate pairs, which no encoding can carry. */
function wellFormed(text) {
    return new TextDecoder().decode(new TextEncoder().encode(text));
}

/**
 * Makes the call.
 * @param {Form} form
 * @param {Moment} moment
 * @returns {Call}
 */
export function makeCall(form, moment) {
    const signer = SIGNERS[form.signature];
    const credentials = { ...BLANK, ...form.credentials };
    const url = new URL(form.path, moment.origin);
    const known = SENT.filter((name) => credentials[name]).map((name) => [name, credentials[name]]);
    const own = form.params.map(([name, value]) => [name, wellFormed(value)]);
    const body = [...known, ...signer.extra(form, moment), ...own];
    const params = [...url.searchParams, ...body];
    const parts = signer.parts(params, { ...form, credentials }, moment, url);
    const right = signer.sign(joined(parts), credentials);
    const sent = form.own || right;
    if (sent) body.push([signer.name, sent]);
    return { ...wire(form, url, body, moment), form: { ...form, credentials }, params, parts, right, sent };
}

/** The request that carries `params`: in its address, as a form, or as a form with files. */
function wire({ method, files }, url, params, { nonce }) {
    const text = new URLSearchParams(params).toString();
    if (method === "GET") {
        for (const [name, value] of params) url.searchParams.append(name, value);
        return { method, url, headers: {}, body: [] };
    }
    const as = (type) => ({ "Content-Type": type });
    if (!files.length) return { method, url, headers: as("application/x-www-form-urlencoded"), body: [text] };
    const boundary = `form-${nonce}`;
    const quoted = (name) => `"${name.replace(/["\r\n]/g, encodeURIComponent)}"`;
    const part = (name, more) => `--${boundary}\r\nContent-Disposition: form-data; name=${quoted(name)}${more}\r\n\r\n`;
    const fields = params.map(([name, value]) => `${part(name, "")}${value}\r\n`);
    const ends = files.flatMap(([name, file]) => [
        part(name, `; filename=${quoted(file.name)}\r\nContent-Type: ${file.type || "application/octet-stream"}`),
        file,
        "\r\n",
    ]);
    const body = [fields.join(""), ...ends, `--${boundary}--\r\n`];
    return { method, url, headers: as(`multipart/form-data; boundary=${boundary}`), body };
}

/**
 * The request as text. A file stands in it as its size.
 * @param {Call} call
 * @returns {string}
 */
export function wireText({ method, url, headers, body }) {
    const lines = [`${method} ${url.pathname}${url.search}`, `Host: ${url.host}`];
    for (const header of Object.entries(headers)) lines.push(header.join(": "));
    const text = (part) => (typeof part === "string" ? part.replaceAll("\r\n", "\n") : `(${part.size} bytes)`);
    return [...lines, "", body.map(text).join("")].join("\n").trimEnd();
}
