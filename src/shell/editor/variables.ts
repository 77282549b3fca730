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
  /** Rels that its patterns join it to, for a node. */
  readonly rels: readonly JoinedRel[]
}

/** A rel next to a node in a pattern: its tables, and the end that the node is. */
export interface JoinedRel {
  readonly labels: readonly string[]
  readonly end: 'from' | 'to' | 'either'
  /** Labels of the node at the other end. */
  readonly others: readonly string[]
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
    if (head !== null && head.variable !== null && endsPattern(words[head.next]))
      addPattern(found, head, joinedRels(words, i))
    else if (words[i]!.sign === 'AS' && isName(words[i + 1])) addAlias(found, words, i)
    else if (isName(words[i]) && words[i + 1]?.sign === '=' && words[i + 2]?.sign === '(') {
      add(found, { name: plainName(words[i]!), kind: 'value', labels: [], rels: [] })
    }
  }
  return found
}

/** `(a + 1)` in an expression is not the node `a`. */
function endsPattern(word: Word | undefined): boolean {
  return word === undefined || [')', ']', '{', '*', ':', '|'].includes(word.sign)
}

function addPattern(found: Map<string, Variable>, head: PatternHead, joined: readonly JoinedRel[]): void {
  const name = head.variable!
  const known = found.get(name)
  const labels = [...new Set([...(known?.labels ?? []), ...head.labels])]
  found.set(name, { name, kind: known?.kind ?? head.kind, labels, rels: [...(known?.rels ?? []), ...joined] })
}

/** @returns the rels on both sides of the node pattern whose bracket is the token at `open`. */
function joinedRels(words: readonly Word[], open: number): JoinedRel[] {
  if (words[open]!.sign !== '(') return []
  const close = closing(words, open)
  return [relBefore(words, open), relBehind(words, close)].filter((rel) => rel !== null)
}

/** `…)-[x:A]->(` and its other directions. */
function relBefore(words: readonly Word[], open: number): JoinedRel | null {
  const arrow = words[open - 1]?.sign === '>'
  const dash = open - (arrow ? 2 : 1)
  if (words[dash]?.sign !== '-' || words[dash - 1]?.sign !== ']') return null
  const start = opening(words, dash - 1)
  const back = words[start - 2]?.sign === '<'
  const otherEnd = start - (back ? 3 : 2)
  const other = words[otherEnd]?.sign === ')' ? opening(words, otherEnd) : -1
  return joined(words, start, other, arrow === back ? 'either' : arrow ? 'to' : 'from')
}

/** `)-[x:A]->(…` and its other directions. */
function relBehind(words: readonly Word[], close: number): JoinedRel | null {
  const back = words[close + 1]?.sign === '<'
  const start = close + (back ? 3 : 2)
  if (words[start - 1]?.sign !== '-' || words[start]?.sign !== '[') return null
  const end = closing(words, start)
  const arrow = words[end + 2]?.sign === '>'
  return joined(words, start, end + (arrow ? 3 : 2), arrow === back ? 'either' : arrow ? 'from' : 'to')
}

function joined(words: readonly Word[], rel: number, other: number, end: JoinedRel['end']): JoinedRel | null {
  const head = patternHead(words, rel)
  // the ends of a path are not the ends of each of its rels
  if (head === null || head.labels.length === 0 || words[head.next]?.sign === '*') return null
  return { labels: head.labels, end, others: patternHead(words, other)?.labels ?? [] }
}

/** Index of the bracket that closes the one at `open`; the number of tokens if none does. */
function closing(words: readonly Word[], open: number): number {
  let depth = 0
  for (let i = open; i < words.length; i++) {
    if (/^[([{]$/.test(words[i]!.sign)) depth++
    else if (/^[)\]}]$/.test(words[i]!.sign) && --depth === 0) return i
  }
  return words.length
}

/** Index of the bracket that the one at `close` closes; -1 if there is none. */
function opening(words: readonly Word[], close: number): number {
  let depth = 0
  for (let i = close; i >= 0; i--) {
    if (/^[)\]}]$/.test(words[i]!.sign)) depth++
    else if (/^[([{]$/.test(words[i]!.sign) && --depth === 0) return i
  }
  return -1
}

function addAlias(found: Map<string, Variable>, words: readonly Word[], as: number): void {
  const source = words[as - 1]!
  const before = words[as - 2]?.sign
  const alone = before === ',' || before === 'WITH' || before === 'RETURN' || before === 'DISTINCT'
  const original = alone && isName(source) ? found.get(plainName(source)) : undefined
  const name = plainName(words[as + 1]!)
  add(found, original === undefined ? { name, kind: 'value', labels: [], rels: [] } : { ...original, name })
}

function add(found: Map<string, Variable>, variable: Variable): void {
  if (!found.has(variable.name)) found.set(variable.name, variable)
}
