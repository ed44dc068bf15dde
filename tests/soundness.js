// What is wrong with the page as it stands? Each function returns sentences; the page stays as it is, but for what is folded in it, which is opened. (ux: the measurable bar)
window.sound = (() => {
  "use strict";
  const named = (element) => element.outerHTML.replace(/\s+/g, " ").slice(0, 110);
  const all = (selector) => [...document.querySelectorAll(selector)];
  // known: of those around it, while nothing changes.
  const isCutAway = (element, known = new Map()) => {
    if (!element) return false;
    if (!known.has(element)) known.set(element, getComputedStyle(element).clipPath.startsWith("inset(50%") || isCutAway(element.parentElement, known));
    return known.get(element);
  };
  const isHidden = (element, known) => isCutAway(element, known) || !element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const isAway = (element) => element.matches(".skip") && element !== document.activeElement;

  // What lies over the page by intent, such as an open menu.
  const isAfloat = (element) => /absolute|fixed/.test(getComputedStyle(element).position);
  const isMenu = (details) => [...details.children].some(isAfloat);
  const sheet = (element) => (!element || isAfloat(element) ? element : sheet(element.parentElement));

  // Every line of text that is seen: its element, and the box of its letters. Ruby, accents and leading stand outside of that box.
  const lines = () => {
    const found = [], known = new Map();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const { currentNode: node } = walker;
      const element = node.parentElement;
      if (!/\S/.test(node.data) || element.closest("script, style, select, noscript, title") || isHidden(element, known) || isAway(element)) continue;
      const half = parseFloat(getComputedStyle(element).fontSize) / 2;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const box of range.getClientRects()) {
        const middle = (box.top + box.bottom) / 2;
        if (box.width > 1) found.push({ element, left: box.left, right: box.right, top: middle - half, bottom: middle + half });
      }
    }
    return found;
  };

  // seen: the lines, where they were looked for already.
  const overflow = (seen = lines()) => {
    const root = document.documentElement;
    const found = seen.filter((line) => line.left < -1).map((line) => `stands left of the page: ${named(line.element)}`);
    if (root.scrollWidth <= root.clientWidth) return found;
    // Whatever reaches furthest beyond what it stands in is to blame; what stands around it has only grown with it.
    const beyond = (each) => each.getBoundingClientRect().right - each.parentElement.getBoundingClientRect().right;
    const [blamed] = all("body *").filter((each) => !isHidden(each) && !isAway(each)).sort((one, other) => beyond(other) - beyond(one));
    return [...found, `is ${root.scrollWidth} px wide: ${named(blamed)}`];
  };

  // Text that a box cuts off, or that sticks out of the box that is drawn around it.
  const clipped = (seen = lines()) => {
    const found = new Set();
    for (const line of seen) {
      for (let box = line.element; box && box !== document.body; box = box.parentElement) {
        const style = getComputedStyle(box);
        if (style.display === "inline") continue;
        if (/auto|scroll/.test(style.overflowX + style.overflowY) || isAfloat(box)) break;
        const edge = box.getBoundingClientRect();
        const isDrawn = parseFloat(style.borderTopWidth) > 0 || !/^rgba\(.*, 0\)$|^transparent$/.test(style.backgroundColor);
        const isCut = /hidden|clip/.test(style.overflowX + style.overflowY);
        if (!isDrawn && !isCut) continue;
        if (line.left < edge.left - 1 || line.right > edge.right + 1 || line.top < edge.top - 1 || line.bottom > edge.bottom + 1) {
          found.add(`text ${isCut ? "is cut off by" : "sticks out of"} ${named(box)}`);
        }
      }
    }
    for (const input of all("input:not([type=hidden], [type=checkbox], [type=radio]), select")) {
      if (!isHidden(input) && input.clientHeight < parseFloat(getComputedStyle(input).fontSize)) found.add(`is too low for its text: ${named(input)}`);
    }
    return [...found];
  };

  // Text that is written over other text.
  const overlaid = (seen = lines()) => {
    const found = new Set();
    seen.forEach((one, place) => {
      for (const other of seen.slice(place + 1)) {
        const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
        const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
        if (across > 2 && down > 3 && sheet(one.element) === sheet(other.element)) found.add(`text over text: ${named(one.element)} and ${named(other.element)}`);
      }
    });
    return [...found];
  };

  // Among words, or a sentence of a summary: a text that can be pressed, no button.
  const isInRunningText = (link) => {
    if (link.closest(".notice__list")) return true;
    if (getComputedStyle(link).display !== "inline") return false;
    let block = link.parentElement;
    while (getComputedStyle(block).display === "inline") block = block.parentElement;
    const rest = block.cloneNode(true);
    for (const each of rest.querySelectorAll("a")) each.remove();
    return /\p{L}/u.test(rest.textContent);
  };

  const LEAST = 44; // px: of whatever is pressed
  const small = () =>
    all("button, select, textarea, summary, input:not([type=hidden]), a[href]")
      .filter((each) => !isHidden(each) && !isAway(each) && !(each.matches("a") && isInRunningText(each)))
      .map((each) => (each.matches("[type=checkbox], [type=radio]") ? each.closest("label") || each : each))
      .filter((each) => each.getBoundingClientRect().height < LEAST - 0.5)
      .map((each) => `is ${each.getBoundingClientRect().height.toFixed(0)} px high, not ${LEAST}: ${named(each)}`);

  const tiny = (seen = lines()) => {
    const texts = new Map(seen.map((line) => [line.element, 14]));
    for (const input of all("input:not([type=hidden], [type=checkbox], [type=radio]), select, textarea")) texts.set(input, 16);
    return [...texts]
      .filter(([element, least]) => !isHidden(element) && parseFloat(getComputedStyle(element).fontSize) < least - 0.01)
      .map(([element, least]) => `text of ${getComputedStyle(element).fontSize}, not ${least}px: ${named(element)}`);
  };

  const sizes = () => new Map(lines().map((line) => [line.element, parseFloat(getComputedStyle(line.element).fontSize)]));

  const layout = () => {
    const seen = lines();
    return [...overflow(seen), ...clipped(seen), ...overlaid(seen)];
  };

  // The reader's text is twice as large.
  const doubled = () => {
    const root = document.documentElement;
    const before = sizes();
    root.style.fontSize = "200%";
    const stiff = [...before].filter(([element, size]) => parseFloat(getComputedStyle(element).fontSize) < size * 1.99);
    const found = [...layout(), ...stiff.map(([element]) => `does not grow: ${named(element)}`)];
    root.style.fontSize = "";
    return found.map((each) => `text of 200 %: ${each}`);
  };

  // WCAG 1.4.12, to the letter.
  const SPACED = new CSSStyleSheet();
  SPACED.replaceSync("* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-block-end: 2em !important }");
  const spaced = () => {
    document.adoptedStyleSheets = [SPACED];
    const found = layout();
    document.adoptedStyleSheets = [];
    return found.map((each) => `text spacing: ${each}`);
  };

  const structure = (code) => {
    const found = [];
    for (const each of all("details")) each.open = !isMenu(each);
    const ids = all("[id]").map((each) => each.id);
    const twice = ids.filter((id, place) => ids.indexOf(id) !== place);
    if (document.documentElement.lang !== code) found.push(`says lang="${document.documentElement.lang}"`);
    if (!document.title.trim()) found.push("has no title");
    if (all("h1").length !== 1) found.push(`has ${all("h1").length} h1`);
    if (all("[autofocus]").length > 1) found.push("asks for the focus twice");
    if (twice.length) found.push(`has ids twice: ${twice}`);
    return found;
  };

  // Opened, and closed again: what they lie over meanwhile is nobody's fault.
  const menus = () => {
    const closed = all("details").filter((each) => !each.open);
    for (const each of closed) each.open = true;
    const seen = closed.length ? lines() : [];
    const found = closed.length ? [...overflow(seen), ...clipped(seen), ...small(), ...tiny(seen)] : [];
    for (const each of closed) each.open = false;
    return found.map((each) => `with its menu open: ${each}`);
  };

  // What axe judges by: every element with its attributes, and whether there is text in it, but not which, nor in which language.
  const SAID = /^(lang|hreflang|href|action|value|content|alt|src|srcset|aria-label|title|placeholder|datetime|hx-(get|post|vals)|data-(show|hide|show-name|hide-name|shown|hidden|busy|failed))$/;
  const worth = ({ name, value }) => (SAID.test(name) ? `${name}${/\S/.test(value)}` : `${name}=${value}`);
  const shape = (element = document.documentElement) => {
    const hasText = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && /\S/.test(node.data));
    return `<${element.localName} ${[...element.attributes].map(worth).sort()} ${hasText}${[...element.children].map((each) => shape(each)).join("")}>`;
  };

  return { structure, shape, layout, small, tiny, doubled, spaced, menus };
})();
