import type { ScanToken } from './scan.ts'

/** A token with its text, as completion looks at it. */
export interface Word extends ScanToken {
  readonly image: string
  /** The text of a symbol or the upper-case word; empty for strings, numbers, names in back-quotes. */
  readonly sign: string
}

/** A variable of a statement: what it stands for, and the tables that its patterns name (none: any). */
export interface Variable {
  readonly name: string
  readonly kind: 'node' | 'rel' | 'value'
  readonly labels: readonly string[]
}

/** @returns the tokens of a text that are no comments. */
export function wordsOf(text: string, tokens: readonly ScanToken[]): Word[] {
  return tokens
    .filter((t) => t.kind !== 'comment')
    .map((t) => {
      const image = text.slice(t.start, t.end)
      const sign = t.kind === 'symbol' || t.kind === 'keyword' || t.kind === 'word' ? image.toUpperCase() : ''
      return { ...t, image, sign }
    })
}

/** @returns whether a token may be a name. */
export function isName(word: Word | undefined): word is Word {
  return word !== undefined && (word.kind === 'word' || word.kind === 'name' || word.kind === 'keyword')
}

/** @returns a name without its back-quotes. */
export function plainName(word: Word): string {
  if (word.kind !== 'name') return word.image
  return word.image.replace(/^`|`$/g, '').replaceAll('``', '`')
}

/** Where a pattern is: the bracket that opens it, and its parts. */
export interface PatternHead {
  readonly kind: 'node' | 'rel'
  readonly variable: string | null
  readonly labels: readonly string[]
  /** Index of the first token behind name and labels. */
  readonly next: number
  /** Whether it ends with a `:` or `|` that wants a label. */
  readonly wantsLabel: boolean
}

/** @returns the head `(x:A|B` or `[x:A|B` whose bracket is the token at `open`; null if that is no pattern. */
export function patternHead(words: readonly Word[], open: number): PatternHead | null {
  const bracket = words[open]
  if (bracket === undefined || (bracket.sign !== '(' && bracket.sign !== '[')) return null
  const before = words[open - 1]
  // f(x) is a call and l[1] an element; patterns stand behind keywords and symbols, and those of rels behind a dash
  const called = bracket.sign === '(' && before?.kind === 'word' && before.end === bracket.start
  if (called || (bracket.sign === '[' && before?.sign !== '-')) return null
  let at = open + 1
  const named = isName(words[at]) ? words[at]! : null
  if (named !== null) at++
  const labels: string[] = []
  let wantsLabel = false
  for (; at < words.length; at++) {
    const word = words[at]!
    if (word.sign === ':' || (word.sign === '|' && labels.length > 0)) wantsLabel = true
    else if (wantsLabel && isName(word)) {
      labels.push(plainName(word))
      wantsLabel = false
    } else break
  }
  const kind = bracket.sign === '(' ? 'node' : 'rel'
  return { kind, variable: named === null ? null : plainName(named), labels, next: at, wantsLabel }
}

/** @returns the variables that a statement's patterns and AS name, in order. Labels of all patterns of a variable are joined. */
export function variablesOf(words: readonly Word[]): Map<string, Variable> {
  const found = new Map<string, Variable>()
  for (let i = 0; i < words.length; i++) {
    const head = patternHead(words, i)
    if (head !== null && head.variable !== null && endsPattern(words[head.next])) addPattern(found, head)
    else if (words[i]!.sign === 'AS' && isName(words[i + 1])) addAlias(found, words, i)
    else if (isName(words[i]) && words[i + 1]?.sign === '=' && words[i + 2]?.sign === '(') {
      add(found, { name: plainName(words[i]!), kind: 'value', labels: [] })
    }
  }
  return found
}

/** `(a + 1)` in an expression is not the node `a`. */
function endsPattern(word: Word | undefined): boolean {
  return word === undefined || [')', ']', '{', '*', ':', '|'].includes(word.sign)
}

function addPattern(found: Map<string, Variable>, head: PatternHead): void {
  const name = head.variable!
  const known = found.get(name)
  const labels = [...new Set([...(known?.labels ?? []), ...head.labels])]
  found.set(name, { name, kind: known?.kind ?? head.kind, labels })
}

function addAlias(found: Map<string, Variable>, words: readonly Word[], as: number): void {
  const source = words[as - 1]!
  const before = words[as - 2]?.sign
  const alone = before === ',' || before === 'WITH' || before === 'RETURN' || before === 'DISTINCT'
  const original = alone && isName(source) ? found.get(plainName(source)) : undefined
  const name = plainName(words[as + 1]!)
  add(found, original === undefined ? { name, kind: 'value', labels: [] } : { ...original, name })
}

function add(found: Map<string, Variable>, variable: Variable): void {
  if (!found.has(variable.name)) found.set(variable.name, variable)
}
