// What a walk runs in the page to find things as a person does: by what they are called.

const CONTROLS =
  "a[href],button,summary,input,select,textarea,[contenteditable=true]," +
  "[role=button],[role=option],[role=menuitem],[role=tab],[role=radio],[role=checkbox],[role=switch],[role=link]";
const PLACES = "[role=row],[role=treeitem],[role=gridcell],[role=rowheader],[tabindex],label,td,th";
const FIELDS = "input,select,textarea,[contenteditable=true],[role=textbox],[role=combobox],[role=spinbutton]";

const tidy = (text) => (text ?? "").replace(/\s+/g, " ").trim();

function shows(element) {
  const { width, height } = element.getBoundingClientRect();
  return width > 0 && height > 0 && element.checkVisibility() && !element.closest("[inert]");
}

function labelText(label) {
  const copy = label.cloneNode(true);
  copy.querySelectorAll("input,select,textarea").forEach((field) => field.remove());
  return copy.textContent;
}

/** An element's words without what only explains them: its keys, its tooltip. */
function words(element) {
  if (!element.querySelector("kbd,[role=tooltip]")) return tidy(element.innerText);
  const copy = element.cloneNode(true);
  copy.querySelectorAll("kbd,[role=tooltip]").forEach((aside) => aside.remove());
  return tidy(copy.textContent);
}

function nameOf(element) {
  const by = element.getAttribute("aria-labelledby");
  if (by) return tidy(by.split(/\s+/).map((id) => document.getElementById(id)?.textContent).join(" "));
  const own = element.getAttribute("aria-label");
  if (own) return tidy(own);
  // What is drawn is called by its title.
  const drawn = element instanceof SVGElement && element.querySelector(":scope > title");
  if (drawn) return tidy(drawn.textContent);
  // A question's number is not its name.
  const label = [...(element.labels ?? [])].map(labelText).join(" ");
  if (label) return tidy(label).replace(/^\d(?=[A-Z])/, "");
  if (element.matches("input[type=button],input[type=submit]")) return tidy(element.value);
  const text = element.matches(FIELDS) ? element.placeholder : words(element);
  return text || element.title || "";
}

function named(selector, name, root = document) {
  const all = [...root.querySelectorAll(selector)].filter(shows);
  const exact = all.filter((element) => nameOf(element) === name);
  return exact.length > 0 ? exact : all.filter((element) => nameOf(element).startsWith(name + " "));
}

function innermost(elements) {
  return elements.find((element) => !elements.some((other) => other !== element && element.contains(other)));
}

/** The place to click for what is called so, once nothing lies over it; else what could be clicked. */
function place(name) {
  const found = [CONTROLS, PLACES, "body *"].map((kind) => innermost(named(kind, name))).find(Boolean);
  return found ? pointAt(found, name) : { there: names(CONTROLS) };
}

/** The place to click for the field of this label. */
function field(label) {
  const found = innermost(named(FIELDS, label));
  return found ? pointAt(found, label) : { there: names(FIELDS) };
}

function pointAt(found, name) {
  if (found.disabled || found.ariaDisabled === "true") return { there: [`${name}, which is disabled`] };
  found.scrollIntoView({ block: "nearest", inline: "nearest" });
  const box = seen(found);
  const x = box.left + Math.min((box.right - box.left) / 2 + 4, 60);
  const y = box.top + Math.min((box.bottom - box.top) / 2, 60);
  const top = document.elementFromPoint(x, y);
  const hit = top && (found.contains(top) || top.contains(found) || top.closest("label")?.contains(found));
  return hit ? { x, y } : { there: [`${name}, under ${top?.outerHTML.slice(0, 120)}`] };
}

/** The part of an element that nothing around it cuts off. */
function seen(element) {
  let { left, top, right, bottom } = element.getBoundingClientRect();
  for (let around = element.parentElement; around; around = around.parentElement) {
    if (getComputedStyle(around).overflow === "visible") continue;
    const box = around.getBoundingClientRect();
    left = Math.max(left, box.left);
    top = Math.max(top, box.top);
    right = Math.min(right, box.right);
    bottom = Math.min(bottom, box.bottom);
  }
  return { left, top, right, bottom };
}

function names(selector) {
  return [...new Set([...document.querySelectorAll(selector)].filter(shows).map(nameOf))];
}

/** What a field holds or a figure says. */
function said(element) {
  if (element.matches("input[type=checkbox],input[type=radio]")) return String(element.checked);
  if (element.matches("select")) return tidy(element.selectedOptions[0]?.textContent);
  return element.matches("input,textarea") ? element.value : tidy(element.innerText);
}

function read(label) {
  const found = innermost(named(`${FIELDS},[aria-labelledby],[aria-label]`, label));
  if (found) return { text: said(found) };
  const terms = [...document.querySelectorAll("dt,th[scope=row]")].filter(shows);
  const term = terms.find((element) => tidy(element.innerText) === label);
  if (term?.nextElementSibling) return { text: said(term.nextElementSibling) };
  return { there: names("[aria-labelledby],[aria-label],dt,th[scope=row]," + FIELDS) };
}

/** A figure by the words it stands under. */
function figure(label, text = said) {
  const outputs = [...document.querySelectorAll("output")].filter(shows);
  const found = outputs.find((output) => group(output).startsWith(label));
  return found ? { text: text(found) } : { there: outputs.map(group) };
}

function exactFigure(label) {
  return figure(label, (output) => output.title);
}

/** The words that an output stands under: those of the nearest element that has more than it. */
function group(output) {
  let around = output.parentElement;
  while (tidy(around.innerText).startsWith(tidy(output.innerText))) around = around.parentElement;
  return tidy(around.innerText);
}

/** Chooses of a list, as the list's own popup does. */
function choose(label, option) {
  const list = innermost(named("select", label));
  if (!list) return { there: names("select") };
  const found = [...list.options].find((each) => tidy(each.textContent).startsWith(option));
  if (!found) return { there: [...list.options].map((each) => tidy(each.textContent)) };
  list.focus();
  list.value = found.value;
  list.dispatchEvent(new Event("input", { bubbles: true }));
  list.dispatchEvent(new Event("change", { bubbles: true }));
  return {};
}

/** A cell by what its row begins with and what its column is called. */
function cell(row, column) {
  const rows = [...document.querySelectorAll("tr,[role=row]")].filter(shows);
  const cells = (of) => [...of.querySelectorAll("td,th,[role=gridcell],[role=rowheader],[role=columnheader],[role=cell]")];
  for (const found of rows) {
    const first = cells(found)[0];
    if (!first || !tidy(first.innerText).startsWith(row)) continue;
    const table = found.closest("table,[role=grid],[role=treegrid],[role=table]");
    const heads = cells(table.querySelector("thead tr,[role=row]")).map((head) => tidy(head.innerText));
    const at = heads.findIndex((head) => head === column || head.startsWith(`${column} `));
    const there = cells(found)[at];
    return there ? { text: tidy(there.innerText) } : { there: heads };
  }
  return { there: rows.map((found) => tidy(found.innerText).slice(0, 80)) };
}

function focus() {
  const element = document.activeElement;
  return element === document.body ? "" : nameOf(element);
}

/** Puts a text where the person's Ctrl C finds it; the focus goes back afterwards. */
function lend(text) {
  const lender = document.createElement("textarea");
  lender.id = "walk-lender";
  lender.value = text;
  globalThis.walkFocus = document.activeElement;
  document.body.append(lender);
  lender.focus();
  return null;
}

/** Has the next copy take a text of so many bytes along, whatever is selected. */
function lendLong(bytes) {
  const sentence = "The refund was sent on Tuesday.\n";
  const text = sentence.repeat(Math.ceil(bytes / sentence.length));
  const take = (event) => {
    event.clipboardData.setData("text/plain", text);
    event.preventDefault();
    event.stopPropagation();
  };
  addEventListener("copy", take, { capture: true, once: true });
  return null;
}

/** Begins to watch for the longest time between two frames. */
function watchFrames() {
  const frames = (globalThis.walkFrames = { last: performance.now(), longest: 0 });
  const next = () => {
    if (frames !== globalThis.walkFrames) return;
    const now = performance.now();
    frames.longest = Math.max(frames.longest, now - frames.last);
    frames.last = now;
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
  return null;
}

function giveBack() {
  document.getElementById("walk-lender").remove();
  globalThis.walkFocus.focus();
  return null;
}
