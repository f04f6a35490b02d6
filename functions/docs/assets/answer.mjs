/** Reads the answers of the three families. */

/**
 * The outcome of a call.
 * @typedef {object} Outcome
 * @property {boolean} json whether the answer is JSON as it stands
 * @property {string} [key] the code as the tables of errors have it, such as `ret=409`; absent after a success
 * @property {string} [code] the code as it is shown after a success, too, such as `ret 200`
 * @property {string} message
 */

/**
 * Reads an answer: JSON, a call of a callback (alone or in a page), XML or form text.
 * @param {"okay" | "xweibo" | "qzone"} family
 * @param {string} text
 * @returns {Outcome}
 */
export function readAnswer(family, text) {
    const plain = parsed(text);
    const called = text.slice(text.indexOf("(") + 1, text.lastIndexOf(")"));
    const fields = plain ?? parsed(called) ?? tagged(text) ?? form(text);
    return { json: plain !== undefined, message: "", ...READERS[family](fields) };
}

const READERS = {
    okay(fields) {
        // With `return_data=1` an error's number is in `err_code`.
        const { ret, msg, data = fields } = fields;
        const { err_code: code, err_msg: message } = data ?? {};
        if (ret !== undefined && ret !== 200) return failure("ret", ret, msg);
        if (code >= 400 && ret === undefined) return failure("ret", code, message);
        if (code > 0) return failure("err_code", code, message);
        return success("ret", ret ?? (code === 0 ? 200 : undefined));
    },
    xweibo({ errno, err }) {
        return errno ? failure("errno", errno, err) : success("errno", errno);
    },
    qzone({ ret, msg, error_code: code = ret, error_msg: message = msg }) {
        return Number(code) ? failure("ret", code, message) : success("ret", code);
    },
};

function failure(name, code, message = "") {
    return { key: `${name}=${code}`, code: `${name} ${code}`, message };
}

function success(name, code) {
    return code === undefined ? {} : { code: `${name} ${code}` };
}

function parsed(text) {
    try {
        const value = JSON.parse(text);
        return typeof value === "object" && value ? value : undefined;
    } catch {
        return undefined;
    }
}

function tagged(text) {
    if (!text.trimStart().startsWith("<?xml")) return undefined;
    const found = text.matchAll(/<(ret|msg)>([^<]*)</g);
    return Object.fromEntries(Array.from(found, ([, name, value]) => [name, value]));
}

function form(text) {
    return text.includes("<") ? {} : Object.fromEntries(new URLSearchParams(text));
}

/**
 * Valid JSON with line breaks. All else in it stays as it came: numbers, escapes, the order of names.
 * @param {string} json
 * @returns {string}
 */
export function indented(json) {
    const tokens = json.match(/"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+/g) ?? [];
    const lines = [];
    let line = "";
    let depth = 0;
    const next = () => {
        lines.push(line);
        line = "  ".repeat(depth);
    };
    tokens.forEach((token, at) => {
        const empty = (token === "}" && tokens[at - 1] === "{") || (token === "]" && tokens[at - 1] === "[");
        if ("}]".includes(token)) {
            depth--;
            if (!empty) next();
        }
        line += token === ":" ? ": " : token;
        if ("{[".includes(token)) {
            depth++;
            if (!"}]".includes(tokens[at + 1])) next();
        }
        if (token === ",") next();
    });
    return [...lines, line].join("\n");
}
