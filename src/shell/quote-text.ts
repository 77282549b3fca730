/** @returns a text as a literal of the dialect. */
export function quoteText(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`
}
