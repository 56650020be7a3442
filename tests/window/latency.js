// Measures how long it takes from a key to the first frame that shows a change of what stands in
// `selector`, and to the one in which it stops changing.
const [selector, done] = arguments;
const QUIET_MS = 250;

const part = document.querySelector(selector);
const watch = (globalThis.walkLatency = { key: null, first: null, frame: null, quiet: null, times: [] });
const settle = () => {
  const { key, first, frame } = watch;
  if (key !== null && frame !== null) watch.times.push([first - key, frame - key]);
  watch.key = watch.first = watch.frame = null;
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
    watch.first ??= watch.frame;
    clearTimeout(watch.quiet);
    watch.quiet = setTimeout(settle, QUIET_MS);
  });
}).observe(part, { subtree: true, childList: true, characterData: true, attributes: true });
done(null);
