/** The prompt's editor: CodeMirror with the tokens in view tinted. Loaded when a prompt is first shown. */
import { defaultKeymap, history, redo, undo } from "@codemirror/commands";
import { search, searchKeymap } from "@codemirror/search";
import {
  Annotation,
  Compartment,
  EditorState,
  RangeSet,
  RangeSetBuilder,
  StateEffect,
  type ChangeDesc,
  type ChangeSet,
  type Extension,
} from "@codemirror/state";
import {
  Decoration,
  EditorView,
  GutterMarker,
  ViewPlugin,
  gutter,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  highlightWhitespace,
  keymap,
  lineNumbers,
  type DecorationSet,
  type ViewUpdate,
} from "@codemirror/view";
import type { Change, Step } from "../text/steps";
import { begunIn, everySecond, tokenAt, withWidth, type Token, type Tokens } from "../text/tokens";

/** What an editor tells. */
export interface Listener {
  /** A person changed the text. */
  edited: (text: string) => void;
  /** The tokens of this state of the text are wanted. */
  wanted: (step: Step) => void;
  /** The tokens of a generation are on screen, so many milliseconds after the key that changed it. */
  painted: (generation: number, ms: number) => void;
  /** The token at the pointer, or at the caret when the pointer is elsewhere. */
  pointed: (token: (Token & { text: string }) | undefined) => void;
  /** The first and the last line in view, and how many there are. */
  scrolled: (first: number, last: number, lines: number) => void;
}

/** A line longer than this is not wrapped: that takes a fifth of a second a key. */
const LONGEST_WRAPPED = 20_000;

/** Keys that CodeMirror has a use for, and the window a better one. */
const WINDOWS_OWN = ["Mod-Enter", "Mod-i", "Mod-/"];

// Never the same twice, whichever editor is on screen.
let generations = 0;

/** One text on screen. */
export class Editor {
  readonly #view: EditorView;
  #label: string;
  readonly #listener: Listener;
  readonly #wrap = new Compartment();
  readonly #spaces = new Compartment();
  readonly #writable = new Compartment();
  #wraps = true;
  #showsSpaces = false;
  #generation = generations;
  #changedAt = 0;
  #keyAt = 0;
  #pointer: { x: number; y: number } | undefined;

  constructor(
    parent: HTMLElement,
    text: string,
    label: string,
    readOnly: boolean,
    listener: Listener,
  ) {
    this.#label = label;
    this.#listener = listener;
    this.#view = new EditorView({ parent, state: this.#state("", readOnly) });
    this.open(text, label, readOnly);
  }

  /** Takes another text, with no way back to the one before. */
  open(text: string, label: string, readOnly: boolean): void {
    this.#label = label;
    const state = this.#state(text, readOnly);
    this.#wraps = !hasLongLine(state);
    this.#view.setState(this.#state(text, readOnly));
    this.#changed(null);
  }

  /** Takes a text that was changed elsewhere; the editor's own undo leads back. */
  replace(text: string): void {
    const { doc } = this.#view.state;
    if (doc.toString() === text) return;
    this.#view.dispatch({
      changes: { from: 0, to: doc.length, insert: this.#view.state.toText(text) },
      annotations: elsewhere.of(true),
    });
  }

  /** Shows the tokens of a generation; those of a text that was changed since are dropped. */
  tint(tokens: Tokens, generation: number): void {
    if (generation !== this.#generation) return;
    this.#view.dispatch({ effects: arrived.of(tokens) });
    const changedAt = this.#changedAt;
    // Behind the frame: the timer runs once it is drawn.
    requestAnimationFrame(() =>
      setTimeout(() => this.#listener.painted(generation, performance.now() - changedAt)),
    );
    this.#point();
  }

  /** Shows spaces, tabs and what else leaves no ink, or no longer. */
  showSpaces(shown: boolean): void {
    this.#showsSpaces = shown;
    this.#view.dispatch({ effects: this.#spaces.reconfigure(shown ? highlightWhitespace() : []) });
  }

  /** Lets the text be changed, or no longer. */
  setReadOnly(readOnly: boolean): void {
    this.#view.dispatch({ effects: this.#writable.reconfigure(EditorState.readOnly.of(readOnly)) });
  }

  /** Puts the caret into the text. */
  focus(): void {
    this.#view.focus();
  }

  /** Takes the editor off the page. */
  destroy(): void {
    this.#view.destroy();
  }

  #state(text: string, readOnly: boolean): EditorState {
    // The shell puts the page's nonce on this tag; without it the policy refuses CodeMirror's styles.
    const nonce = document.querySelector<HTMLStyleElement>("style#nonce")?.nonce;
    return EditorState.create({
      doc: text,
      extensions: [
        nonce ? EditorView.cspNonce.of(nonce) : [],
        // Offsets are those of the text as it is sent: a carriage return stays a character.
        EditorState.lineSeparator.of("\n"),
        EditorView.contentAttributes.of({
          "aria-label": this.#label,
          tabindex: "0",
          spellcheck: "false",
          autocorrect: "off",
          autocapitalize: "off",
        }),
        this.#writable.of(EditorState.readOnly.of(readOnly)),
        history(),
        lineNumbers(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        highlightSpecialChars({ render: controlCharacter }),
        search({ top: true }),
        this.#wrap.of(this.#wraps ? EditorView.lineWrapping : []),
        this.#spaces.of(this.#showsSpaces ? highlightWhitespace() : []),
        tints,
        keymap.of([
          // The web view undoes nothing by itself, and the window must not undo something else instead.
          { key: "Mod-z", run: undo, preventDefault: true },
          { key: "Mod-Shift-z", run: redo, preventDefault: true },
          { key: "Mod-y", run: redo, preventDefault: true },
          ...searchKeymap,
          ...defaultKeymap.filter(({ key }) => !WINDOWS_OWN.includes(key ?? "")),
        ]),
        EditorView.updateListener.of((update) => this.#updated(update)),
        EditorView.domEventHandlers({
          keydown: (event) => {
            this.#keyAt = event.timeStamp;
          },
          mousemove: (event) => {
            this.#pointer = { x: event.clientX, y: event.clientY };
            this.#point();
          },
          mouseleave: () => {
            this.#pointer = undefined;
            this.#point();
          },
          scroll: () => this.#lines(),
          // Files are the page's business, wherever they fall.
          drop: (event) => (event.dataTransfer?.files.length ?? 0) > 0,
        }),
        look,
      ],
    });
  }

  #updated(update: ViewUpdate): void {
    if (update.docChanged) {
      this.#rewrap(update);
      this.#changed(changesOf(update.changes));
      const known = update.transactions.some((it) => it.annotation(elsewhere));
      if (!known) this.#listener.edited(update.state.doc.toString());
    }
    if (update.selectionSet || update.docChanged) this.#point();
    if (update.geometryChanged || update.viewportChanged) this.#lines();
  }

  #changed(changes: Change[] | null): void {
    this.#generation = ++generations;
    const now = performance.now();
    // From the key, where one was pressed just before.
    this.#changedAt = now - this.#keyAt < 250 ? this.#keyAt : now;
    const { doc } = this.#view.state;
    this.#listener.wanted({ generation: this.#generation, text: () => doc.toString(), changes });
    this.#lines();
  }

  #rewrap(update: ViewUpdate): void {
    const wraps = this.#wraps ? !makesLongLine(update) : !hasLongLine(update.state);
    if (wraps === this.#wraps) return;
    this.#wraps = wraps;
    // Not within an update.
    queueMicrotask(() =>
      this.#view.dispatch({
        effects: this.#wrap.reconfigure(wraps ? EditorView.lineWrapping : []),
      }),
    );
  }

  #point(): void {
    const view = this.#view;
    const tokens = view.plugin(tints)?.current();
    const at = this.#pointer ? view.posAtCoords(this.#pointer) : view.state.selection.main.head;
    const token = tokens && at !== null ? tokenAt(tokens.ends, at) : undefined;
    this.#listener.pointed(token && { ...token, text: view.state.sliceDoc(token.from, token.to) });
  }

  #lines(): void {
    const view = this.#view;
    view.requestMeasure({
      key: this,
      read: () => {
        const top = view.scrollDOM.getBoundingClientRect().top - view.documentTop;
        const first = view.lineBlockAtHeight(top);
        const last = view.lineBlockAtHeight(top + view.scrollDOM.clientHeight - 1);
        return [first.from, last.from].map((at) => view.state.doc.lineAt(at).number);
      },
      write: ([first = 1, last = 1]) => this.#listener.scrolled(first, last, view.state.doc.lines),
    });
  }
}

/** A change that the page already knows of. */
const elsewhere = Annotation.define<boolean>();

/** The tokens of the text as it stands now. */
const arrived = StateEffect.define<Tokens>();

const tinted = Decoration.mark({ class: "tok" });

/** How many tokens begin on a line. */
class LineCount extends GutterMarker {
  readonly count: number;

  constructor(count: number) {
    super();
    this.count = count;
  }

  override eq(other: LineCount): boolean {
    return other.count === this.count;
  }

  override toDOM(): Node {
    return document.createTextNode(String(this.count));
  }
}

/** Marks what is in view: mapped through every edit, built anew when tokens arrive or the view moves. */
const tints = ViewPlugin.fromClass(
  class {
    marks: DecorationSet = Decoration.none;
    counts: RangeSet<GutterMarker> = RangeSet.empty;
    #tokens: Tokens | undefined;
    #shown: Uint32Array = new Uint32Array();
    /** What changed since the tokens were counted. */
    #since: ChangeDesc | undefined;

    update(update: ViewUpdate): void {
      if (update.docChanged) {
        this.marks = this.marks.map(update.changes);
        this.counts = this.counts.map(update.changes);
        this.#since = this.#since?.composeDesc(update.changes.desc) ?? update.changes.desc;
      }
      const tokens = update.transactions
        .flatMap((it) => it.effects)
        .findLast((it) => it.is(arrived));
      if (tokens) {
        this.#tokens = tokens.value as Tokens;
        this.#shown = withWidth(this.#tokens.ends);
        this.#since = undefined;
      }
      // Between an edit and its answer the marks stay where they are; a scrolled view has to wait.
      if (tokens || (update.viewportChanged && !this.#since)) this.#build(update.view);
    }

    /** The tokens, if they are those of the text as it stands. */
    current(): Tokens | undefined {
      return this.#since ? undefined : this.#tokens;
    }

    #build(view: EditorView): void {
      const { doc } = view.state;
      const ends = this.#tokens?.ends ?? new Uint32Array();
      const marks = new RangeSetBuilder<Decoration>();
      const counts = new RangeSetBuilder<GutterMarker>();
      for (const { from, to } of view.visibleRanges) {
        for (const [start, end] of everySecond(this.#shown, from, to))
          marks.add(start, end, tinted);
      }
      const { from, to } = view.viewport;
      for (let at = from; at <= to && ends.length > 0;) {
        const line = doc.lineAt(at);
        const count = begunIn(ends, line.from, line.to + 1);
        if (count > 0) counts.add(line.from, line.from, new LineCount(count));
        at = line.to + 1;
      }
      this.marks = marks.finish();
      this.counts = counts.finish();
    }
  },
  {
    decorations: (plugin) => plugin.marks,
    provide: (plugin): Extension =>
      gutter({
        class: "cm-tokens",
        side: "after",
        markers: (view) => view.plugin(plugin)?.counts ?? RangeSet.empty,
        initialSpacer: () => new LineCount(1000),
      }),
  },
);

/** Shows a character that leaves no ink as its picture, or its number. */
function controlCharacter(code: number, description: string | null): HTMLElement {
  const span = document.createElement("span");
  span.className = "cm-unseen";
  const number = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  span.textContent = code < 0x20 ? String.fromCodePoint(0x2400 + code) : number;
  span.title = description ?? number;
  span.setAttribute("role", "img");
  span.setAttribute("aria-label", description ?? number);
  return span;
}

/** The changes of a set, in places of the text before it. */
function changesOf(set: ChangeSet): Change[] {
  const changes: Change[] = [];
  set.iterChanges((from, to, _fromNow, _toNow, insert) => {
    changes.push({ from, to, insert: insert.toString() });
  });
  return changes;
}

/** Whether one of the lines that were changed is too long to be wrapped. */
function makesLongLine({ changes, state }: ViewUpdate): boolean {
  let found = false;
  changes.iterChangedRanges((_from, _to, from, to) => {
    for (let at = from; at <= to && !found;) {
      const line = state.doc.lineAt(at);
      found = line.length > LONGEST_WRAPPED;
      at = line.to + 1;
    }
  });
  return found;
}

function hasLongLine(state: EditorState): boolean {
  if (state.doc.length <= LONGEST_WRAPPED) return false;
  for (const line of state.doc.iterLines()) {
    if (line.length > LONGEST_WRAPPED) return true;
  }
  return false;
}

const look = EditorView.theme({
  "&": {
    height: "100%",
    backgroundColor: "var(--tok2)",
    color: "var(--ink)",
    fontSize: "12px",
  },
  "&.cm-focused": { outline: "none" },
  // Above the text and the line numbers, which would cover a line around what they stand in.
  "&.cm-focused::after": {
    content: '""',
    position: "absolute",
    inset: "0",
    zIndex: "300",
    border: "2px solid var(--ring)",
    pointerEvents: "none",
  },
  ".cm-scroller": {
    fontFamily: "var(--mono)",
    fontVariantLigatures: "none",
    lineHeight: "20px",
  },
  ".cm-content": { padding: "8px 0", caretColor: "var(--input)" },
  ".cm-line": { padding: "0 8px" },
  ".cm-gutters": { backgroundColor: "var(--tok2)", color: "var(--ink3)", border: "none" },
  ".cm-gutters .cm-gutterElement": { fontSize: "11px" },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "40px", padding: "0 0 0 16px" },
  ".cm-tokens .cm-gutterElement": { minWidth: "48px", padding: "0 24px 0 8px", textAlign: "right" },
  ".cm-activeLine, .cm-activeLineGutter": {
    backgroundColor: "transparent",
    boxShadow: "inset 0 1px var(--hair), inset 0 -1px var(--hair)",
  },
  ".tok": { backgroundColor: "var(--tok1)", borderBottom: "1px solid var(--tokline)" },
  ".cm-line ::selection, .cm-line::selection": {
    backgroundColor: "Highlight",
    color: "HighlightText",
  },
  ".cm-unseen": { color: "var(--amber)", fontSize: "11px" },
  ".cm-panels": {
    backgroundColor: "var(--page)",
    color: "var(--ink)",
    fontFamily: "var(--sans)",
  },
  ".cm-panels.cm-panels-top": { borderBottom: "1px solid var(--rule)" },
  ".cm-searchMatch": { backgroundColor: "transparent", outline: "1px solid var(--input)" },
  ".cm-searchMatch-selected": { outlineWidth: "2px" },
  ".cm-textfield": {
    height: "24px",
    border: "1px solid var(--fieldline)",
    borderRadius: "4px",
    backgroundColor: "var(--field)",
    color: "var(--input)",
    fontSize: "12px",
  },
  ".cm-button": {
    height: "24px",
    border: "1px solid var(--fieldline)",
    borderRadius: "4px",
    background: "var(--page)",
    color: "var(--ink)",
    fontSize: "12px",
  },
  ".cm-panel.cm-search [name=close]": { color: "var(--ink2)", fontSize: "16px" },
});
