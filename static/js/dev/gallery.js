// What the gallery gains with JavaScript: a frame is as high as the page that stands in it, a wide one is shown smaller where
// there is no room for it, and what the checks find is there as soon as they have found it.
(() => {
"use strict";

const HIGHEST = 4000; // pixels
const SMALLEST = 0.5; // below which nothing can be read: then it is scrolled
const isFrame = (each) => each instanceof HTMLIFrameElement && each.matches(".glass__frame");

// A page may grow with its frame, where lengths go by the height of the window: looked at twice, it has settled.
const grow = (frame) => {
  const page = frame.contentDocument?.documentElement;
  if (!page) return;
  if (frame.dataset.kind === "low") frame.style.blockSize = "5rem";
  for (let look = 0; look < 2 && page.scrollHeight > frame.clientHeight; look += 1) {
    frame.style.blockSize = `${Math.min(page.scrollHeight, HIGHEST)}px`;
  }
};

const scale = (frame) => {
  const glass = frame.parentElement;
  const ratio = glass.clientWidth / frame.clientWidth;
  const isScaled = ratio < 1 && ratio >= SMALLEST;
  frame.style.transform = isScaled ? `scale(${ratio})` : "";
  glass.style.blockSize = isScaled ? `${Math.ceil(frame.clientHeight * ratio) + 2}px` : "";
  glass.toggleAttribute("data-scale", isScaled);
};

const fit = (frame) => {
  grow(frame);
  scale(frame);
  const body = frame.contentDocument?.body;
  if (body) changing.observe(body);
};

// What stands in a frame may become another page by itself, when its file was saved.
const changing = new ResizeObserver((all) => {
  for (const { target } of all) if (target.ownerDocument.defaultView) fit(target.ownerDocument.defaultView.frameElement);
});

const frames = () => document.querySelectorAll(".glass__frame");
document.addEventListener("load", (event) => isFrame(event.target) && fit(event.target), true);
addEventListener("resize", () => frames().forEach(scale));
for (const frame of frames()) if (frame.contentDocument?.readyState === "complete") fit(frame);

// The checks take longer than a page: it is asked for once more when they are done.
const checked = async () => {
  if (!document.querySelector("[data-checking]")) return;
  await (await fetch("/dev/gallery/checks")).text();
  const answer = await fetch(location.href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const found = page.querySelectorAll("[data-checks]");
  document.querySelectorAll("[data-checks]").forEach((each, at) => found[at] && each.replaceWith(found[at]));
};
checked().catch(() => {}); // the server is gone: the page still is what it was
})();
