import { isKeyword } from './editor/keywords.ts'

/** @returns a name as a statement has to write it: in back-quotes where it is no plain word. */
export function quoteName(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) && !isKeyword(name) ? name : `\`${name.replaceAll('`', '``')}\``
}

/** @returns a text as a literal of the dialect. */
export function quoteText(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r')}'`
}
