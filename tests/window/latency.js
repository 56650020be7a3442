// Measures how long it takes from a key to the frame in which what stands in `selector` stops changing.
const [selector, done] = arguments;
const QUIET_MS = 250;

const part = document.querySelector(selector);
const watch = (globalThis.walkLatency = { key: null, frame: null, quiet: null, times: [] });
const settle = () => {
  if (watch.key !== null && watch.frame !== null) watch.times.push(watch.frame - watch.key);
  watch.key = watch.frame = null;
};
addEventListener(
  "keydown",
  () => {
    settle();
    watch.key = performance.now();
  },
  true,
);
new MutationObserver(() => {
  if (watch.key === null) return;
  requestAnimationFrame(() => {
    watch.frame = performance.now();
    clearTimeout(watch.quiet);
    watch.quiet = setTimeout(settle, QUIET_MS);
  });
}).observe(part, { subtree: true, childList: true, characterData: true, attributes: true });
done(null);
