/** The search of the index: filters the list as one types. */

import { wordsIn } from "./words.mjs";

const words = wordsIn(document.documentElement.lang);

/**
 * Whether every word of a search is somewhere in a text, in any case and order.
 * @param {string} text
 * @param {string} search
 * @returns {boolean}
 */
export function matches(text, search) {
    const folded = text.toLowerCase();
    return search.toLowerCase().split(/\s+/).every((word) => folded.includes(word));
}

function start(box) {
    const field = box.querySelector("[data-search]");
    const count = document.querySelector("[data-count]");
    const entries = [...document.querySelectorAll("[data-entry]")];
    const groups = [...document.querySelectorAll("[data-group]")];
    const filter = () => {
        for (const entry of entries) entry.hidden = !matches(`${entry.textContent} ${entry.dataset.words}`, field.value);
        for (const group of groups) group.hidden = !group.querySelector("[data-entry]:not([hidden])");
        const shown = entries.filter((entry) => !entry.hidden);
        count.textContent = field.value.trim() ? words.count(shown.length, entries.length) : "";
        return shown;
    };
    field.addEventListener("input", filter);
    field.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && !event.isComposing && field.value.trim()) filter()[0]?.querySelector("a").click();
    });
    box.hidden = false;
    filter();
}

const box = document.querySelector("[data-search-box]");
if (box) start(box);
