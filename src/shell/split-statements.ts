/** Statements of a text, and what is left after the last `;` outside of quotes and comments. */
export interface SplitText {
  readonly statements: readonly string[]
  readonly rest: string
}

const OPENERS = /['"`]|\/\/|\/\*|;/g

/** @returns the end of a quoted text that starts at `at`, or the end of the text if it is not closed. */
function quoteEnd(text: string, at: number): number {
  const quote = text[at]
  for (let i = at + 1; i < text.length; i++) {
    if (text[i] === '\\' && quote !== '`') i++
    else if (text[i] === quote) return i + 1
  }
  return text.length
}

function after(text: string, ending: string, at: number): number {
  const end = text.indexOf(ending, at)
  return end < 0 ? text.length : end + ending.length
}

/** Cuts a text at each `;` that ends a statement. A `;` in quotes or comments ends nothing. */
export function splitStatements(text: string): SplitText {
  const statements: string[] = []
  let start = 0
  let at = 0
  for (;;) {
    OPENERS.lastIndex = at
    const found = OPENERS.exec(text)
    if (found === null) break
    if (found[0] === ';') {
      statements.push(text.slice(start, found.index + 1).trim())
      at = found.index + 1
      start = at
    } else if (found[0] === '//') at = after(text, '\n', found.index)
    else if (found[0] === '/*') at = after(text, '*/', found.index + 2)
    else at = quoteEnd(text, found.index)
  }
  return { statements: statements.filter((s) => s !== ';'), rest: text.slice(start) }
}
