// What the gallery gains with JavaScript: a frame is as high as the page that stands in it, and a wide one is shown smaller
// where there is no room for it.
(() => {
"use strict";

const HIGHEST = 4000; // pixels
const SMALLEST = 0.5; // below which nothing can be read: then it is scrolled

// A page may grow with its frame, where lengths go by the height of the window: looked at twice, it has settled.
const grow = (frame) => {
  const page = frame.contentDocument?.documentElement;
  if (!page) return;
  if (frame.dataset.kind === "low") frame.style.blockSize = "5rem";
  for (let look = 0; look < 2; look += 1) {
    if (page.scrollHeight <= frame.clientHeight) return;
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
};

const frames = document.querySelectorAll(".glass__frame");
for (const frame of frames) {
  frame.addEventListener("load", () => fit(frame));
  if (frame.contentDocument?.readyState === "complete") fit(frame);
}
addEventListener("resize", () => frames.forEach(scale));
})();
