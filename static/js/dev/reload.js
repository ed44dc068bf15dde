// Development only: a page paints itself anew when one of its files was saved, and keeps what its reader has done to it.
(() => {
"use strict";
const NAME = "genkan-reload";
const SECRET = /password|one-time-code/;
const me = document.currentScript;
let known = Number(me.dataset.since); // the revision that this page shows
let latest = known; // the newest that this page has heard of
let work = Promise.resolve();
me.remove();

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
const looks = (page) => page.title + page.documentElement.lang + page.body.outerHTML;
let shown = looks(document); // as it came, without what was done to it

// What was done to the page: by a name for each field and each <details>, which the next page has, too.

const named = (elements, name) => {
  const found = new Map();
  for (const each of elements) {
    let key = name(each);
    while (found.has(key)) key += "+";
    found.set(key, each);
  }
  return found;
};

const fields = () => named(
  [...document.querySelectorAll("input, textarea, select")].filter((each) => !["hidden", "file", "submit"].includes(each.type)),
  (each) => each.id || `${each.form?.id} ${each.name} ${each.type === "radio" || each.type === "checkbox" ? each.value : ""}`,
);
const boxes = () => named(document.querySelectorAll("details"), (each) => each.id || each.className || each.querySelector("summary")?.textContent);
const targets = () => named(document.querySelectorAll("a, button, input, textarea, select, summary, [tabindex]"),
  (each) => each.id || `${each.tagName} ${each.getAttribute("href") || each.name || each.textContent}`);
const keyOf = (map, element) => [...map].find(([, each]) => each === element)?.[0];
const opened = () => new Map([...boxes()].map(([key, each]) => [key, each.open]));
let openAtFirst = opened();

const typed = new Map(); // survives a page without fields, as that of a broken template
const read = (each) => each.tagName === "SELECT" ? [...each.options].map((option) => option.selected)
  : each.type === "radio" || each.type === "checkbox" ? each.checked : each.value;
const atFirst = (each) => each.tagName === "SELECT" ? [...each.options].map((option) => option.defaultSelected)
  : each.type === "radio" || each.type === "checkbox" ? each.defaultChecked : each.defaultValue;

const noted = () => {
  for (const [key, each] of fields()) {
    const value = read(each);
    if (String(value) === String(atFirst(each))) typed.delete(key);
    else typed.set(key, { value, secret: SECRET.test(`${each.type} ${each.autocomplete}`) });
  }
};

const fill = (each, value) => {
  if (each.tagName === "SELECT") [...each.options].forEach((option, at) => { option.selected = Boolean(value[at]); });
  else if (typeof value === "boolean") each.checked = value;
  else each.value = value;
};

const taken = () => {
  noted();
  const focused = document.activeElement;
  const caret = focused && "selectionStart" in focused ? [focused.selectionStart, focused.selectionEnd, focused.selectionDirection] : null;
  return {
    at: [scrollX, scrollY],
    open: [...opened()].filter(([key, isOpen]) => openAtFirst.get(key) !== isOpen),
    focus: focused && focused !== document.body ? keyOf(targets(), focused) : undefined,
    caret,
    typed: [...typed],
  };
};

const given = (kept) => {
  openAtFirst = opened();
  const there = fields(), details = boxes();
  for (const [key, { value }] of kept.typed) if (there.has(key)) fill(there.get(key), value);
  for (const [key, isOpen] of kept.open) if (details.has(key)) details.get(key).open = isOpen;
  const focused = kept.focus === undefined ? undefined : targets().get(kept.focus);
  focused?.focus({ preventScroll: true });
  if (focused && kept.caret && kept.caret[0] !== null) focused.setSelectionRange(...kept.caret);
};

// What is painted anew.

const plain = (address) => address.replace(/^\/static\/(.+)\.[0-9a-f]{12}(\.\w+)$/, "$1$2");

const dress = async (wanted) => {
  const before = [...document.querySelectorAll('link[rel="stylesheet"]')];
  const coming = wanted.filter((address) => !before.some((each) => each.getAttribute("href") === address)).map((address) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = address;
    const old = before.find((each) => plain(each.getAttribute("href")) === plain(address));
    const loaded = new Promise((done) => { link.onload = link.onerror = done; });
    if (old) old.after(link); else document.head.append(link);
    return loaded;
  });
  await Promise.all(coming); // the old ones stay so long: nothing is ever seen undressed
  for (const each of before) if (!wanted.includes(each.getAttribute("href"))) each.remove();
};

const exchange = async (assets) => {
  const now = (link) => assets[plain(link.getAttribute("href"))] || link.getAttribute("href");
  for (const icon of document.querySelectorAll('link[rel="icon"]')) icon.href = now(icon);
  await dress([...document.querySelectorAll('link[rel="stylesheet"]')].map(now));
};

const isFault = () => document.querySelector("[data-template-error]");
let kept; // what was done to the page, until a broken template is mended

const replace = (page) => {
  if (!isFault() || !kept) kept = taken();
  for (const name of ["lang", "dir"]) document.documentElement[name] = page.documentElement[name];
  document.title = page.title;
  document.body.className = page.body.className;
  document.body.replaceChildren(...page.body.childNodes);
  given(kept);
  window.htmx?.process(document.body);
  document.dispatchEvent(new CustomEvent("htmx:after:swap")); // what genkan.js does to a part, it does to all of it
  scrollTo({ left: kept.at[0], top: kept.at[1], behavior: "instant" });
  if (!isFault()) kept = undefined;
};

const repaint = async () => {
  const here = location.pathname + location.search;
  const answer = await fetch(here, { cache: "no-store" });
  if (answer.redirected) return location.replace(answer.url);
  if (answer.status === 405) return; // a page that only a form leads to stays as it is
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  page.querySelector("script[data-since]")?.remove();
  const looksNow = looks(page);
  await dress([...page.querySelectorAll('link[rel="stylesheet"]')].map((each) => each.getAttribute("href")));
  if (looksNow !== shown || isFault()) replace(page);
  shown = looksNow;
  for (const frame of document.querySelectorAll("iframe[sandbox]")) {
    if (!frame.sandbox.contains("allow-scripts") || !frame.sandbox.contains("allow-same-origin")) frame.src = frame.src;
  }
};

const again = () => {
  const carried = taken();
  carried.typed = carried.typed.filter(([, { secret }]) => !secret);
  sessionStorage.setItem(NAME, JSON.stringify(carried));
  location.replace(location.pathname + location.search); // not reload(): it would ask whether to send a form again
};

const heard = ({ revision, changes, assets }) => {
  const kinds = changes.filter(([number]) => number > known).map(([, kind]) => kind);
  const isLost = known < changes[0][0] || known > revision;
  known = latest = revision;
  if (isLost || kinds.includes("script")) again();
  else if (kinds.length) work = work.then(async () => {
    await exchange(assets);
    if (kinds.includes("page")) await repaint();
  }).catch(() => {}); // a server that is not there: it is asked again, and then knows more
};

// One page of this browser asks, and tells the others.
const channel = new BroadcastChannel(NAME);
channel.onmessage = (event) => heard(event.data);
const ask = async () => {
  for (;;) {
    try {
      const told = await (await fetch(`/dev/changes?since=${latest}`)).json();
      channel.postMessage(told);
      heard(told);
    } catch {
      await pause(500);
    }
  }
};
navigator.locks.request(NAME, ask);
addEventListener("submit", noted, true); // what htmx puts in its place may be the page of a broken template

const before = sessionStorage.getItem(NAME);
if (before) {
  sessionStorage.removeItem(NAME);
  const carried = JSON.parse(before);
  given(carried);
  scrollTo({ left: carried.at[0], top: carried.at[1], behavior: "instant" });
}
})();
