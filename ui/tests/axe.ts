/** Accessibility of what is on screen, as far as it shows without a layout. */
import axe from "axe-core";

/** Every violation, as `rule: what it is on`. Colours and sizes are seen in the real window. */
export async function violations(on: Element = document.body): Promise<string[]> {
  const rules = { "color-contrast": { enabled: false }, "target-size": { enabled: false } };
  const { violations } = await axe.run(on, { rules });
  return violations.flatMap((it) => it.nodes.map((node) => `${it.id}: ${node.html}`));
}
