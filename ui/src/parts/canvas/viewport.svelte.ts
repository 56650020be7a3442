/** What is seen of the canvas: a stretch of it, larger or smaller. */
import type { Box } from "./layout";

/** Left free around what is shown whole, in pixels of the screen. */
const MARGIN = 16;
const LARGEST = 2;
/** Smaller only where everything is not seen yet. */
const SMALLEST = 0.5;
/** Smaller than this, what is shown whole says nothing. */
const READABLE = 0.4;
/** So much of what there is stays in sight. */
const KEPT = 48;
/** A step of the zoom. */
const STEP = 1.25;
/** What is drawn changes only when this much more comes in sight, in pixels of the screen. */
const TILE = 256;

/** A place on the screen, from the canvas' corner. */
export interface Point {
  x: number;
  y: number;
}

/** The window onto the canvas. */
export class Viewport {
  /** The size of the window; it is not known before the page is laid out. */
  width = $state(0);
  height = $state(0);
  /** How large a pixel of the canvas is on the screen. */
  scale = $state(1);
  /** Where the canvas' origin is on the screen. */
  x = $state(0);
  y = $state(0);

  /** Everything there is. */
  #bounds: Box = { x: 0, y: 0, width: 1, height: 1 };
  /** What stands at its beginning. */
  #first: Box = { x: 0, y: 0, width: 1, height: 1 };
  /** It shows everything, and goes on doing so when the window or the canvas gets another size. */
  #isFitted = true;

  readonly transform: string = $derived(`translate(${this.x} ${this.y}) scale(${this.scale})`);

  /** The stretch whose nodes are drawn: what is seen, and a little around it, in steps. */
  readonly drawn: Box = $derived.by(() => {
    const tile = TILE / this.scale;
    const low = (value: number): number => (Math.floor(value / tile) - 1) * tile;
    const high = (value: number): number => (Math.ceil(value / tile) + 1) * tile;
    const [left, top] = [-this.x / this.scale, -this.y / this.scale];
    const [x, y] = [low(left), low(top)];
    return {
      x,
      y,
      width: high(left + this.#width / this.scale) - x,
      height: high(top + this.#height / this.scale) - y,
    };
  });

  get #width(): number {
    return this.width || 800;
  }
  get #height(): number {
    return this.height || 600;
  }

  /** Shows a canvas for the first time: whole, if it can be read so, else the beginning of it. */
  begin(bounds: Box, first: Box): void {
    [this.#bounds, this.#first] = [bounds, first];
    if (this.#whole() < READABLE) this.#toBeginning(1);
    else this.fit();
  }

  /** The canvas or the window has another size. */
  follow(bounds: Box, first: Box): void {
    [this.#bounds, this.#first] = [bounds, first];
    if (this.#isFitted) this.fit();
    else this.#stay();
  }

  /** Shows everything; where it could not be read so, the beginning, as small as can be read. */
  fit(): void {
    if (this.#whole() < READABLE) return this.#toBeginning(READABLE);
    const { x, y, width, height } = this.#bounds;
    this.scale = Math.min(1, this.#whole());
    this.x = (this.#width - width * this.scale) / 2 - x * this.scale;
    this.y = (this.#height - height * this.scale) / 2 - y * this.scale;
    this.#isFitted = true;
  }

  /** Shows what stands first, half way up the left. */
  #toBeginning(scale: number): void {
    this.scale = scale;
    this.x = MARGIN - this.#bounds.x * scale;
    this.y = this.#height / 2 - (this.#first.y + this.#first.height / 2) * scale;
    this.#isFitted = false;
    this.#stay();
  }

  /** Makes everything larger or smaller, by steps; what is at a place stays there. */
  zoom(steps: number, at: Point = { x: this.#width / 2, y: this.#height / 2 }): void {
    const least = Math.min(SMALLEST, this.#whole());
    const scale = Math.min(LARGEST, Math.max(least, this.scale * STEP ** steps));
    this.x = at.x - ((at.x - this.x) * scale) / this.scale;
    this.y = at.y - ((at.y - this.y) * scale) / this.scale;
    this.scale = scale;
    this.#isFitted = false;
    this.#stay();
  }

  /** Moves what is seen, in pixels of the screen. */
  pan(dx: number, dy: number): void {
    this.x += dx;
    this.y += dy;
    this.#isFitted = false;
    this.#stay();
  }

  /** Moves no further than a stretch needs to be seen. */
  reveal(box: Box): void {
    const { x, y, width, height } = this.onScreen(box);
    const by = (from: number, size: number, room: number): number =>
      from < MARGIN
        ? MARGIN - from
        : Math.min(0, Math.max(MARGIN - from, room - MARGIN - from - size));
    const [dx, dy] = [by(x, width, this.#width), by(y, height, this.#height)];
    if (dx !== 0 || dy !== 0) this.pan(dx, dy);
  }

  /** Where a stretch is on the screen. */
  onScreen({ x, y, width, height }: Box): Box {
    const { scale } = this;
    return {
      x: x * scale + this.x,
      y: y * scale + this.y,
      width: width * scale,
      height: height * scale,
    };
  }

  /** What is at a place of the screen. */
  onCanvas({ x, y }: Point): Point {
    return { x: (x - this.x) / this.scale, y: (y - this.y) / this.scale };
  }

  /** The scale at which everything is seen. */
  #whole(): number {
    const { width, height } = this.#bounds;
    return Math.min(
      Math.max(1, this.#width - 2 * MARGIN) / width,
      Math.max(1, this.#height - 2 * MARGIN) / height,
    );
  }

  /** Never leaves what there is. */
  #stay(): void {
    const { x, y, width, height } = this.onScreen(this.#bounds);
    this.x += Math.max(0, KEPT - x - width) - Math.max(0, x - (this.#width - KEPT));
    this.y += Math.max(0, KEPT - y - height) - Math.max(0, y - (this.#height - KEPT));
  }
}
