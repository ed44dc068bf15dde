// What the gallery gains with JavaScript: a frame is as high as the page that stands in it, so that nothing of it is hidden.
(() => {
"use strict";

const HIGHEST = 4000; // pixels

// A page may grow with its frame, where lengths go by the height of the window: looked at twice, it has settled.
const grow = (frame) => {
  const page = frame.contentDocument?.documentElement;
  if (!page) return;
  for (let look = 0; look < 2; look += 1) {
    if (page.scrollHeight <= frame.clientHeight) return;
    frame.style.blockSize = `${Math.min(page.scrollHeight, HIGHEST)}px`;
  }
};

// An example is as low as it is; a page is never lower than the screen that it is meant for.
const fit = (frame) => {
  if (frame.dataset.width === "low") frame.style.blockSize = "5rem";
  grow(frame);
};

for (const frame of document.querySelectorAll(".glass__frame")) {
  frame.addEventListener("load", () => fit(frame));
  if (frame.contentDocument?.readyState === "complete") fit(frame);
}
})();
