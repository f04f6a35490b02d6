/** The form of an operation's page: fills in, signs, sends, and shows what went out and what came back. */

import { indented, readAnswer } from "./answer.mjs";
import { makeCall, wireText } from "./call.mjs";
import { difference, mistake, momentOf, shown } from "./comparison.mjs";
import { md5 } from "./digests.mjs";
import { forget, handOver, recall, remember, takeOver } from "./memory.mjs";
import { wordsIn } from "./words.mjs";

const words = wordsIn(document.documentElement.lang);

/** The codes of a wrong or missing signature. */
const SIGNATURE_CODES = ["ret=409", "errno=3010002", "errno=3010004", "ret=41000", "ret=11000", "ret=31000"];

/** An element with text and children: text is never read as HTML. */
function element(name, properties, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
}

/** A box that scrolls, which the keyboard must reach. */
const box = (text) => element("pre", { tabIndex: 0 }, text);

/** What the form holds, as a call is made of it. */
function contents(form) {
    const { family, operation, signature } = form.dataset;
    const controls = [...form.querySelectorAll("[data-param]")];
    let path = form.dataset.path;
    const params = [];
    const files = [];
    for (const control of controls) {
        const { name, value, dataset } = control;
        if (control.type === "file") files.push(...Array.from(control.files, (file) => [name, file]));
        else if ("inPath" in dataset) path = path.replace(`{${name}}`, encodeURIComponent(value));
        else if (value !== "" || "required" in dataset) params.push([name, value]);
    }
    return {
        family,
        operation,
        signature,
        path,
        method: form.querySelector("[data-choose-method]")?.value ?? form.dataset.method,
        params,
        files,
        credentials: credentials(form),
        own: ownSignature(form),
    };
}

const ownSignature = (form) => form.querySelector("[data-own-signature]").value.trim();
const ownText = (form) => form.querySelector("[data-own-text]").value;

function credentials(form) {
    const fields = [...form.querySelectorAll("[data-credential]")];
    return Object.fromEntries(fields.map((field) => [field.dataset.credential, field.value.trim()]));
}

/** What is different for each call; of a text that was signed elsewhere, what was used there. */
function moment(form) {
    const nonce = crypto.getRandomValues(new Uint32Array(3)).join("");
    const now = { origin: location.origin, time: String(Math.floor(Date.now() / 1000)), nonce };
    return { ...now, ...momentOf(form.dataset.signature, ownText(form)) };
}

/** Sends a call; the answer's text and how long it took. */
async function send({ method, url, headers, body }) {
    const began = performance.now();
    const answer = await fetch(url, {
        method,
        headers,
        body: method === "GET" ? undefined : new Blob(body),
        credentials: "omit",
        cache: "no-store",
    });
    const text = await answer.text();
    return { answer, text, took: Math.round(performance.now() - began) };
}

/** The rows that the page's tables of errors have for an outcome: those with its message, or else the first. */
function rows({ key, message }) {
    const all = [...document.querySelectorAll("[data-error]")].filter((row) => row.dataset.error === key);
    const exact = all.filter((row) => row.dataset.msg && message.includes(row.dataset.msg));
    return (exact.length ? exact : all).slice(0, 1);
}

/** What the page's tables say about a refusal. */
function refusal(outcome) {
    const parts = [element("p", {}, element("strong", {}, `${words.refused}: ${outcome.code}`), ` ${outcome.message}`)];
    for (const row of rows(outcome)) {
        for (const cell of row.querySelectorAll("[data-when], [data-remedy]")) {
            if (cell.textContent.trim()) parts.push(element("p", {}, cell.textContent.trim()));
        }
    }
    return parts;
}

/** The text that the server would have signed, and where the caller's own differs from it. */
function signatureExplanation(form, call, refused) {
    const parts = [element("p", {}, words.signedText), box(shown(call.parts))];
    const own = ownText(form);
    if (call.form.signature === "oauth") {
        const token = call.form.credentials.token_secret ? "‹token_secret›" : "";
        parts.push(element("p", {}, words.signedKey), box(`‹consumer_secret›&${token}`));
    }
    if (call.right) parts.push(element("p", {}, words.rightSignature), box(call.right));
    if (!call.sent) parts.push(element("p", {}, words.noSignature));
    else if (call.sent !== call.right) {
        parts.push(element("p", {}, words.sentSignature), box(call.sent));
        const made = mistake(call, call.sent);
        if (made) parts.push(element("p", {}, words.mistake[made]));
        else if (!own) parts.push(element("p", {}, words.unknown));
    } else if (refused) parts.push(element("p", {}, call.form.own ? words.mistake.right : words.pageSigned));
    if (own) parts.push(...textComparison(call, own));
    return parts;
}

function textComparison(call, own) {
    const found = difference(call, own);
    if (!found) return [element("p", {}, words.same)];
    const line = (whose, rest) => [
        element("dt", {}, whose),
        element("dd", {}, element("code", {}, found.before, element("mark", {}, rest || words.end))),
    ];
    const lines = [...line(words.yours, found.own), ...line(words.servers, found.right)];
    return [element("p", {}, words.differs(found)), element("dl", {}, ...lines)];
}

/** The two fields with which a caller compares a signature of their own. */
function comparisonFields() {
    const field = (control, id, label, hint) => {
        Object.assign(control, { id, autocomplete: "off", spellcheck: false });
        control.setAttribute("aria-describedby", `${id}-hint`);
        const told = element("p", { id: `${id}-hint`, className: "quiet" }, hint);
        return element("div", { className: "field" }, element("label", { htmlFor: id }, label), control, told);
    };
    const signature = element("input", {});
    signature.dataset.ownSignature = "";
    const text = element("textarea", { rows: 3 });
    text.dataset.ownText = "";
    return element(
        "details",
        {},
        element("summary", {}, words.compare),
        field(signature, "own-signature", words.ownSignature, words.ownSignatureHint),
        field(text, "own-text", words.ownText, words.ownTextHint),
    );
}

function md5Button(field) {
    const button = element("button", { type: "button" }, words.md5);
    button.setAttribute("aria-label", `${words.md5}: ${field.name}`);
    button.addEventListener("click", () => (field.value = md5(field.value)));
    (field.closest("label") ?? field).after(button);
}

function start(form) {
    const find = (name) => document.querySelector(`[data-${name}]`);
    const [status, told, results, request, answer] = ["time", "explanation", "results", "request", "answer"].map(find);
    const { family, signature } = form.dataset;
    // Only the line with the outcome is read out by itself.
    for (const long of [request, answer]) long.setAttribute("aria-live", "off");
    const fields = comparisonFields();
    fields.hidden = signature === "none";
    find("buttons").before(fields);
    form.querySelectorAll("[data-md5]").forEach(md5Button);

    const show = (call, text, outcome) => {
        request.textContent = wireText(call);
        answer.textContent = text;
        results.hidden = false;
        const refused = outcome.key ? refusal(outcome) : [];
        const own = signature !== "none" && (ownSignature(form) || ownText(form));
        const signed = own || SIGNATURE_CODES.includes(outcome.key) ? signatureExplanation(form, call, outcome.key) : [];
        told.replaceChildren(...refused, ...signed);
        told.hidden = !told.hasChildNodes();
    };
    let busy = false;
    const submit = async () => {
        const call = makeCall(contents(form), moment(form));
        status.textContent = words.sending;
        try {
            const { answer, text, took } = await send(call);
            const outcome = readAnswer(family, text);
            show(call, outcome.json ? indented(text) : text, outcome);
            const code = outcome.key ? `${outcome.code} ${outcome.message}` : outcome.code;
            status.textContent = [`HTTP ${answer.status}`, code, words.time(took)].filter(Boolean).join(" · ");
        } catch (error) {
            show(call, "", {});
            status.textContent = words.failed(error.message);
        }
    };
    form.addEventListener("submit", async (event) => {
        event.preventDefault();
        if (busy) return;
        busy = true;
        try {
            await submit();
        } finally {
            busy = false;
        }
    });
    find("fill").addEventListener("click", () => {
        // Keys of one's own stay.
        const known = (field) => "credential" in field.dataset && field.value !== "";
        const fields = [...form.querySelectorAll("[data-example]")].filter((field) => !known(field));
        for (const field of fields) field.value = field.dataset.example;
    });

    const consent = find("remember");
    const store = () => (consent.checked ? remember(family, credentials(form)) : forget(family));
    const known = recall(family);
    consent.checked = known !== undefined;
    for (const field of form.querySelectorAll("[data-credential]")) {
        field.value = known?.[field.dataset.credential] ?? field.value;
        field.addEventListener("change", () => consent.checked && store());
    }
    consent.addEventListener("change", store);

    const typed = [...form.querySelectorAll("[data-param]:not([type=file], [type=password], [data-md5])")];
    const values = takeOver(location.pathname);
    for (const field of typed) field.value = values?.[field.name] ?? field.value;
    const keep = () => handOver(location.pathname, Object.fromEntries(typed.map((field) => [field.name, field.value])));
    for (const link of document.querySelectorAll("a[hreflang]")) link.addEventListener("click", keep);
    form.hidden = false;
}

const form = document.querySelector("form[data-try]");
if (form) start(form);
