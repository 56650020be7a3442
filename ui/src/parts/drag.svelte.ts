/** A row of the outline that is dragged to another place. */
import type { Row } from "../text/rows";

/** It is no click any more after so much. */
const START_PX = 5;

/** Where a row goes: under which node, as which of its children, counted without itself. */
export interface Dropped {
  at: string;
  parent: string;
  index: number;
}

/** A row that the pointer is over, with where it stands in the window. */
export interface Under {
  row: Row;
  box: { top: number; height: number };
}

/** The drag of one row after another. */
export class Drag {
  /** Whether a row is dragged now. */
  isUnderway = $state(false);
  /** The place of the row that is dragged. */
  dragged = $state<string | null>(null);
  /** The place of the row at whose edge it would go. */
  over = $state<string | null>(null);
  /** Below that row, not above it. */
  isAfter = $state(false);

  #from: { row: Row; x: number; y: number } | null = null;

  /** A row was pressed. */
  begin(row: Row, { clientX: x, clientY: y }: PointerEvent): void {
    const isStep = row.node.depth > 0 && row.node.kind !== "other-cost";
    this.#from = isStep ? { row, x, y } : null;
  }

  /** The pointer moved; `under` finds the row under it, with its box. */
  move(event: PointerEvent, under: () => Under | null): void {
    if (!this.#from) return;
    const { row, x, y } = this.#from;
    if (!this.isUnderway) {
      this.isUnderway = Math.hypot(event.clientX - x, event.clientY - y) >= START_PX;
      this.dragged = row.node.at;
      return;
    }
    const found = under();
    if (!found) this.over = null;
    // A step has its place among others; a feature's own step has none beside it.
    const isSister = found && found.row.node.depth > 1 && found.row.node.kind !== "other-cost";
    if (!isSister || `${found.row.node.at}/`.startsWith(`${row.node.at}/`)) return;
    this.over = found.row.node.at;
    this.isAfter = event.clientY > found.box.top + found.box.height / 2;
  }

  /** The pointer was let go; answers where the row goes, if anywhere. */
  end(rows: readonly Row[]): Dropped | null {
    const { over, isAfter } = this;
    const from = this.isUnderway ? this.#from?.row : undefined;
    this.leave();
    const to = rows.find((row) => row.node.at === over);
    if (!from || !to?.parentAt) return null;
    const isBehind = from.parentAt === to.parentAt && from.position < to.position;
    const index = to.position - 1 + (isAfter ? 1 : 0) - (isBehind ? 1 : 0);
    return { at: from.node.at, parent: to.parentAt, index };
  }

  /** Nothing is dragged any more. */
  leave(): void {
    this.#from = null;
    this.dragged = null;
    this.over = null;
    this.isUnderway = false;
  }
}
