/** @returns a name as a query can hold it whatever is in it. */
export function quoteName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``
}

/** @returns a text as a literal of the dialect. */
export function quoteText(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r')}'`
}
