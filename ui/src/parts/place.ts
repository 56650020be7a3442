/** Where a box lies that opens at something, so that all of it is in the window. */

/** It opens below `top`..`bottom` if there is room, else above. */
export interface Place {
  left: number;
  top: number;
  bottom: number;
}

/** So far from the window's edges. */
const EDGE = 8;

/** The corner of a box of this size, in pixels of the window. */
export function within(
  { left, top, bottom }: Place,
  { width, height }: { width: number; height: number },
): { left: number; top: number } {
  const isRoomBelow = bottom + height + EDGE <= innerHeight;
  return {
    left: Math.max(EDGE, Math.min(left, innerWidth - width - EDGE)),
    top: Math.max(EDGE, isRoomBelow ? bottom : top - height),
  };
}
