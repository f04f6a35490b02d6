/**
 * What a tab remembers until it is closed: credentials, if the visitor asks for it; and what was typed, on the way from
 * a page to the same page in the other language.
 */

const KEY = (name) => `weiquan.${name}`;

function read(name) {
    try {
        return JSON.parse(sessionStorage.getItem(KEY(name))) ?? undefined;
    } catch {
        return undefined; // a browser that allows no storage
    }
}

function write(name, value) {
    try {
        sessionStorage.setItem(KEY(name), JSON.stringify(value));
    } catch {
        // A browser that allows no storage remembers nothing.
    }
}

function remove(name) {
    try {
        sessionStorage.removeItem(KEY(name));
    } catch {
        // As above.
    }
}

/**
 * Remembers the credentials of a family's forms, beside those that its other pages had.
 * @param {string} family
 * @param {Record<string, string>} credentials
 */
export function remember(family, credentials) {
    write(family, { ...recall(family), ...credentials });
}

/**
 * @param {string} family
 * @returns {Record<string, string> | undefined} the credentials, if any are remembered
 */
export function recall(family) {
    return read(family);
}

/**
 * Forgets the credentials of a family.
 * @param {string} family
 */
export function forget(family) {
    remove(family);
}

/**
 * Hands what was typed over to the next page, if that has the same path.
 * @param {string} path
 * @param {Record<string, string>} values
 */
export function handOver(path, values) {
    write("typed", { path, values });
}

/**
 * Takes what was typed on the page before, once.
 * @param {string} path
 * @returns {Record<string, string> | undefined}
 */
export function takeOver(path) {
    const typed = read("typed");
    remove("typed");
    return typed?.path === path ? typed.values : undefined;
}
