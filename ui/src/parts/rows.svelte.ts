/** The rows of a long grid that has one tab stop: which of them are in view, and where the keys lead. */

/** The height of a row, and of the head over them, in pixels. */
export const ROW = 24;
const HEAD = 28;

/** What keys do in a grid. */
interface Keys {
  /** How many columns it has, and how many rows. */
  columns: number;
  rows: number;
  /** The row on which the keys are, and the one after it. */
  at: number;
  next: number;
  /** Takes a row. */
  take: (index: number) => void;
  /** Does what a row or a head is for. */
  act: () => void;
}

/** What is in view of a grid, and whether the keys are on a head. */
export class Rows {
  /** The column whose head is active, while no row is. */
  head = $state(-1);
  top = $state(0);
  height = $state(0);
  box = $state<HTMLElement>();
  /** The first row that is drawn, and the first one behind those. */
  readonly first = $derived(Math.max(0, Math.floor(this.top / ROW) - 4));
  readonly last = $derived(Math.ceil((this.top + (this.height || 720)) / ROW) + 4);

  /** Scrolls no further than a row needs to be seen. */
  reveal(index: number): void {
    const { box } = this;
    if (!box) return;
    const room = box.clientHeight - HEAD;
    if (index * ROW < box.scrollTop) box.scrollTop = index * ROW;
    else if ((index + 1) * ROW > box.scrollTop + room) box.scrollTop = (index + 1) * ROW - room;
  }

  /** Follows a key; the heads are above the first row. */
  follow(event: KeyboardEvent, { columns, rows, at, next, take, act }: Keys): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const page = Math.max(1, Math.floor(((this.box?.clientHeight ?? 480) - HEAD) / ROW) - 1);
    const to = (index: number): void => {
      this.head = -1;
      take(Math.max(0, Math.min(rows - 1, index)));
    };
    const keys: Record<string, () => void> = {
      ArrowDown: () => to(this.head >= 0 ? 0 : next),
      ArrowUp: () => (at === 0 ? (this.head = Math.max(0, this.head)) : to(at - 1)),
      PageDown: () => to(at + page),
      PageUp: () => to(at - page),
      Home: () => to(0),
      End: () => to(rows - 1),
      ArrowLeft: () => (this.head = Math.max(-1, this.head - 1)),
      ArrowRight: () => this.head >= 0 && (this.head = Math.min(columns - 1, this.head + 1)),
      Enter: act,
      " ": act,
    };
    const key = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
    if (!key) return;
    event.preventDefault();
    key();
  }
}
