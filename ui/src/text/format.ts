/** Numbers as a person reads them. They come from Rust as decimal text and stay exact. */
import { locale } from "./locale";

/** A decimal number with the system's grouping and point, and all of its digits. */
export function number(decimal: string, tag: string = locale()): string {
  const format = new Intl.NumberFormat(tag, { maximumFractionDigits: 20 });
  return format.format(decimal as Intl.StringNumericLiteral).replace("-", "\u2212");
}
