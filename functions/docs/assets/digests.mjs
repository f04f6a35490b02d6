/** The digests of signatures. Browsers have no MD5, and on a page that came by plain http no SHA-1 either. */

const utf8 = new TextEncoder();

/** The text padded for MD5 and SHA-1: blocks of sixteen words, the length at the end. */
function blocks(bytes, littleEndian) {
    const padded = new Uint8Array((((bytes.length + 8) >> 6) + 1) << 6);
    padded.set(bytes);
    padded[bytes.length] = 0x80;
    const view = new DataView(padded.buffer);
    const [low, high] = littleEndian ? [8, 4] : [4, 8];
    view.setUint32(padded.length - low, bytes.length << 3, littleEndian);
    view.setUint32(padded.length - high, bytes.length >>> 29, littleEndian);
    const words = Array.from({ length: padded.length >> 2 }, (_, at) => view.getUint32(at << 2, littleEndian));
    return Array.from({ length: words.length >> 4 }, (_, at) => words.slice(at << 4, (at + 1) << 4));
}

function digest(words, littleEndian) {
    const view = new DataView(new ArrayBuffer(words.length << 2));
    words.forEach((word, at) => view.setUint32(at << 2, word, littleEndian));
    return new Uint8Array(view.buffer);
}

const rotate = (word, by) => (word << by) | (word >>> (32 - by));

const SINES = Array.from({ length: 64 }, (_, at) => Math.floor(Math.abs(Math.sin(at + 1)) * 2 ** 32));
const SHIFTS = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
const ROUNDS = [
    { mix: (x, y, z) => (x & y) | (~x & z), word: (step) => step },
    { mix: (x, y, z) => (z & x) | (~z & y), word: (step) => (5 * step + 1) & 15 },
    { mix: (x, y, z) => x ^ y ^ z, word: (step) => (3 * step + 5) & 15 },
    { mix: (x, y, z) => y ^ (x | ~z), word: (step) => (7 * step) & 15 },
];

/**
 * The MD5 of a text (RFC 1321).
 * @param {string} text
 * @returns {string} 32 hex digits in lower case
 */
export function md5(text) {
    let state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
    for (const block of blocks(utf8.encode(text), true)) {
        let [a, b, c, d] = state;
        for (let step = 0; step < 64; step++) {
            const { mix, word } = ROUNDS[step >> 4];
            const sum = (a + mix(b, c, d) + block[word(step)] + SINES[step]) | 0;
            [a, b, c, d] = [d, (b + rotate(sum, SHIFTS[step >> 4][step & 3])) | 0, b, c];
        }
        state = [a, b, c, d].map((word, at) => (word + state[at]) | 0);
    }
    return Array.from(digest(state, true), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const SHA1_ROUNDS = [
    { mix: (x, y, z) => (x & y) | (~x & z), constant: 0x5a827999 },
    { mix: (x, y, z) => x ^ y ^ z, constant: 0x6ed9eba1 },
    { mix: (x, y, z) => (x & y) | (x & z) | (y & z), constant: 0x8f1bbcdc },
    { mix: (x, y, z) => x ^ y ^ z, constant: 0xca62c1d6 },
];

/** The SHA-1 of bytes (RFC 3174), as 20 bytes. */
function sha1(bytes) {
    let state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
    for (const block of blocks(bytes, false)) {
        for (let at = 16; at < 80; at++) {
            block.push(rotate(block[at - 3] ^ block[at - 8] ^ block[at - 14] ^ block[at - 16], 1));
        }
        let [a, b, c, d, e] = state;
        block.forEach((word, step) => {
            const { mix, constant } = SHA1_ROUNDS[Math.floor(step / 20)];
            [a, b, c, d, e] = [(rotate(a, 5) + mix(b, c, d) + e + word + constant) | 0, a, rotate(b, 30), c, d];
        });
        state = [a, b, c, d, e].map((word, at) => (word + state[at]) | 0);
    }
    return digest(state, false);
}

function joined(one, other) {
    const bytes = new Uint8Array(one.length + other.length);
    bytes.set(one);
    bytes.set(other, one.length);
    return bytes;
}

/**
 * The HMAC-SHA1 of a text (RFC 2104).
 * @param {string} key
 * @param {string} text
 * @returns {string} base64 of the 20 bytes
 */
export function hmacSha1(key, text) {
    let secret = utf8.encode(key);
    if (secret.length > 64) secret = sha1(secret);
    const pad = (byte) => Uint8Array.from({ length: 64 }, (_, at) => (secret[at] ?? 0) ^ byte);
    const inner = sha1(joined(pad(0x36), utf8.encode(text)));
    return btoa(String.fromCharCode(...sha1(joined(pad(0x5c), inner))));
}
