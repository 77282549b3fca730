import { type ScanToken, scan } from './scan.ts'
import {
  isName,
  type JoinedRel,
  patternHead,
  plainName,
  type Variable,
  variablesOf,
  type Word,
  wordsOf,
} from './variables.ts'

/** What may stand at the cursor. */
export type PlaceKind =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'command' }
  | { readonly kind: 'argument'; readonly command: string }
  | { readonly kind: 'file' }
  | { readonly kind: 'tableText'; readonly tables: 'any' | 'rel' }
  | { readonly kind: 'settingText' }
  | { readonly kind: 'table'; readonly tables: 'node' | 'rel' | 'any'; readonly also: readonly string[] }
  | {
      readonly kind: 'property'
      readonly tables: 'node' | 'rel' | 'any'
      readonly labels: readonly string[]
      readonly rels: readonly JoinedRel[]
    }
  | { readonly kind: 'yield'; readonly callee: string }
  | { readonly kind: 'callable' }
  | { readonly kind: 'parameter' }
  | { readonly kind: 'type' }
  | { readonly kind: 'keyword'; readonly words: readonly string[] }
  | { readonly kind: 'statement' }
  | { readonly kind: 'clause' }
  | { readonly kind: 'operand'; readonly variables: readonly Variable[] }

/** What may stand at the cursor, and what of it has been typed: the range of the text that a candidate replaces. */
export interface Place {
  readonly what: PlaceKind
  readonly start: number
  readonly end: number
  readonly typed: string
}

/** What follows a keyword, where little else can. */
const FOLLOWERS: Readonly<Record<string, readonly string[]>> = {
  CREATE: ['NODE TABLE', 'REL TABLE', 'SEQUENCE', 'MACRO'],
  NODE: ['TABLE'],
  REL: ['TABLE'],
  DROP: ['TABLE', 'SEQUENCE', 'MACRO'],
  ALTER: ['TABLE'],
  ORDER: ['BY'],
  GROUP: ['BY'],
  IS: ['NULL', 'NOT NULL'],
  STARTS: ['WITH'],
  ENDS: ['WITH'],
  PRIMARY: ['KEY'],
  OPTIONAL: ['MATCH'],
  DETACH: ['DELETE'],
  BEGIN: ['TRANSACTION'],
  LOAD: ['FROM', 'WITH HEADERS'],
  EXPORT: ['DATABASE'],
  IMPORT: ['DATABASE'],
  COMMENT: ['ON TABLE'],
  TRANSACTION: ['READ ONLY'],
}

/** Words that end the list of a YIELD. */
const CLAUSE_WORDS: ReadonlySet<string> = new Set(['RETURN', 'WITH', 'MATCH', 'WHERE', 'UNWIND', 'CALL'])

/** Statements whose quoted texts are file names. */
const FILE_STATEMENTS: ReadonlySet<string> = new Set(['COPY', 'LOAD', 'EXPORT', 'IMPORT', 'ATTACH'])

/** Functions whose text is the name of a table. */
const TABLE_TEXTS: ReadonlySet<string> = new Set(['TABLE_INFO', 'STATS_INFO', 'STORAGE_INFO'])

/** @returns what may stand at the cursor of a text. Cost: one scan of the text. */
export function placeAt(text: string, cursor: number): Place {
  const command = /^\s*(:\S*)(\s+)?/.exec(text)
  if (command !== null) return commandPlace(command, text, cursor)
  const tokens = scan(text)
  const within = tokens.find((t) => t.start < cursor && (cursor < t.end || (cursor === t.end && isOpen(text, t))))
  if (within?.kind === 'comment') return { what: { kind: 'nothing' }, start: cursor, end: cursor, typed: '' }
  const words = statementAround(wordsOf(text, tokens), cursor)
  if (within !== undefined && within.kind === 'string') {
    const string = words.findIndex((w) => w.start === within.start)
    return stringPlace(words, string, text, cursor)
  }
  const first = words.findIndex((w) => w.end >= cursor)
  const at = first < 0 ? words.length : first
  const current = words[at]
  const typedHere = current !== undefined && current.start < cursor && canBeTyped(current)
  // behind a symbol the next token begins
  const index = typedHere ? at : current !== undefined && current.end <= cursor ? at + 1 : at
  const start = typedHere ? current.start : cursor
  return { what: whatAt(words, index), start, end: cursor, typed: text.slice(start, cursor) }
}

/** A line comment goes on to the end of its line. */
function isOpen(text: string, token: ScanToken): boolean {
  return !token.closed || (token.kind === 'comment' && text.startsWith('//', token.start))
}

function canBeTyped(word: Word): boolean {
  return word.kind === 'parameter' || isName(word)
}

function commandPlace(found: RegExpExecArray, text: string, cursor: number): Place {
  const start = found[0].indexOf(':')
  const nameEnd = start + found[1]!.length
  if (cursor <= nameEnd) return { what: { kind: 'command' }, start, end: cursor, typed: text.slice(start, cursor) }
  const typed = text.slice(found[0].length, cursor)
  return { what: { kind: 'argument', command: found[1]! }, start: found[0].length, end: cursor, typed }
}

/** The tokens of the statement around the cursor. */
function statementAround(words: readonly Word[], cursor: number): Word[] {
  const start = words.findLastIndex((w) => w.sign === ';' && w.end <= cursor) + 1
  const end = words.findIndex((w, i) => i >= start && w.sign === ';')
  return words.slice(start, end < 0 ? words.length : end)
}

function stringPlace(words: readonly Word[], at: number, text: string, cursor: number): Place {
  const start = words[at]!.start + 1
  const place = { start, end: cursor, typed: text.slice(start, cursor) }
  const callee = words[at - 1]?.sign === '(' ? words[at - 2]?.sign : undefined
  if (callee === 'CURRENT_SETTING') return { ...place, what: { kind: 'settingText' } }
  if (callee !== undefined && TABLE_TEXTS.has(callee)) return { ...place, what: { kind: 'tableText', tables: 'any' } }
  if (callee === 'SHOW_CONNECTION') return { ...place, what: { kind: 'tableText', tables: 'rel' } }
  const keyword = words
    .slice(0, at)
    .findLast((w) => w.sign === 'FROM' || w.sign === 'TO' || w.sign === 'DATABASE' || w.sign === 'ATTACH')
  const leading = words.find((w) => w.sign !== 'EXPLAIN' && w.sign !== 'PROFILE')
  const isFile = keyword !== undefined && FILE_STATEMENTS.has(leading?.sign ?? '') && !inParentheses(words, keyword, at)
  return { ...place, what: isFile ? { kind: 'file' } : { kind: 'nothing' } }
}

/** Options like `(HEADER=true, DELIM='|')` behind the file name hold texts that are no files. */
function inParentheses(words: readonly Word[], from: Word, at: number): boolean {
  const signs = words.slice(words.indexOf(from), at).map((w) => w.sign)
  return signs.filter((s) => s === '(').length > signs.filter((s) => s === ')').length && signs.includes('=')
}

function whatAt(words: readonly Word[], index: number): PlaceKind {
  const previous = words[index - 1]
  if (words[index]?.kind === 'parameter') return { kind: 'parameter' }
  if (previous === undefined || (index === 1 && (previous.sign === 'EXPLAIN' || previous.sign === 'PROFILE'))) {
    return { kind: 'statement' }
  }
  return (
    afterDot(words, index) ??
    afterYield(words, index) ??
    inBracket(words, index) ??
    afterKeyword(words, index) ??
    operandOrClause(words, index)
  )
}

function afterDot(words: readonly Word[], index: number): PlaceKind | null {
  const owner = words[index - 2]
  if (words[index - 1]?.sign !== '.') return null
  if (!isName(owner)) return { kind: 'nothing' }
  const variable = variablesOf(words).get(plainName(owner))
  if (variable === undefined) return { kind: 'property', tables: 'any', labels: [], rels: [] }
  const tables = variable.kind === 'value' ? 'any' : variable.kind
  return { kind: 'property', tables, labels: variable.labels, rels: variable.rels }
}

/** `CALL f(…) YIELD a, b`: the columns of the function, until another clause begins. */
function afterYield(words: readonly Word[], index: number): PlaceKind | null {
  const previous = words[index - 1]!.sign
  if (previous !== 'YIELD' && previous !== ',') return null
  const start = words.slice(0, index).findLastIndex((w) => w.sign === 'YIELD')
  const between = words.slice(start + 1, index)
  if (start < 0 || !between.every((w) => w.sign === ',' || w.sign === 'AS' || isName(w))) return null
  if (between.some((w) => w.kind === 'keyword' && w.sign !== 'AS' && CLAUSE_WORDS.has(w.sign))) return null
  const call = words.slice(0, start).findLastIndex((w) => w.sign === 'CALL')
  const callee = words[call + 1]
  return call >= 0 && isName(callee) ? { kind: 'yield', callee: plainName(callee) } : null
}

/** Index of the bracket that is open before a token; -1 without one. */
function openBracket(words: readonly Word[], index: number): number {
  let depth = 0
  for (let i = index - 1; i >= 0; i--) {
    const { sign } = words[i]!
    if (sign === ')' || sign === ']' || sign === '}') depth++
    else if ((sign === '(' || sign === '[' || sign === '{') && depth-- === 0) return i
  }
  return -1
}

function inBracket(words: readonly Word[], index: number): PlaceKind | null {
  const open = openBracket(words, index)
  if (open < 0) return null
  if (words[open]!.sign === '{') return inBraces(words, open, index)
  const head = patternHead(words.slice(0, index), open)
  if (head?.wantsLabel && head.next === index) return { kind: 'table', tables: head.kind, also: [] }
  if (words[0]?.sign === 'CREATE' && words[open]!.sign === '(') return inTableDefinition(words, open, index)
  if (words[open]!.sign === '(' && words[index - 1]?.sign === 'AS' && words[open - 1]?.sign === 'CAST')
    return { kind: 'type' }
  return null
}

function inBraces(words: readonly Word[], open: number, index: number): PlaceKind | null {
  const outer = openBracket(words, open)
  const head = outer < 0 ? null : patternHead(words, outer)
  if (head === null || head.next !== open) return null
  const previous = words[index - 1]!
  if (previous.sign !== ',' && previous !== words[open]) return null
  const known = head.variable === null ? undefined : variablesOf(words).get(head.variable)
  const labels = head.labels.length > 0 ? head.labels : (known?.labels ?? [])
  return { kind: 'property', tables: head.kind, labels, rels: known?.rels ?? [] }
}

function inTableDefinition(words: readonly Word[], open: number, index: number): PlaceKind | null {
  const isTable = words.slice(0, open).some((w) => w.sign === 'TABLE')
  if (!isTable || openBracket(words, open) >= 0) return null
  const previous = words[index - 1]!
  const isRel = words[1]?.sign === 'REL'
  if (isRel && (previous.sign === 'FROM' || previous.sign === 'TO')) return { kind: 'table', tables: 'node', also: [] }
  if (previous === words[open]) return isRel ? { kind: 'keyword', words: ['FROM'] } : { kind: 'nothing' }
  if (previous.sign === ',')
    return {
      kind: 'keyword',
      words: isRel ? ['FROM', 'MANY_MANY', 'MANY_ONE', 'ONE_MANY', 'ONE_ONE'] : ['PRIMARY KEY'],
    }
  const before = words[index - 2]
  if (isRel && before?.sign === 'FROM') return { kind: 'keyword', words: ['TO'] }
  const isColumn = isName(previous) && (before === words[open] || before?.sign === ',')
  if (isColumn) return { kind: 'type' }
  return { kind: 'keyword', words: ['PRIMARY KEY', 'DEFAULT'] }
}

function afterKeyword(words: readonly Word[], index: number): PlaceKind | null {
  const previous = words[index - 1]!
  const first = words[0]!.sign
  if (previous.kind !== 'keyword') return afterAlteredTable(words, index)
  switch (previous.sign) {
    case 'CALL':
      return { kind: 'callable' }
    case 'COPY':
      return { kind: 'table', tables: 'any', also: [] }
    case 'TABLE':
      if (first === 'CREATE') return { kind: 'keyword', words: ['IF NOT EXISTS'] }
      return { kind: 'table', tables: 'any', also: first === 'DROP' ? ['IF EXISTS'] : [] }
    case 'EXISTS':
      return first === 'DROP' ? { kind: 'table', tables: 'any', also: [] } : null
    case 'AS':
      return { kind: 'nothing' }
    case 'FROM':
    case 'TO':
      return first === 'ALTER' ? { kind: 'table', tables: 'node', also: [] } : { kind: 'nothing' }
  }
  const altered = afterAlteredTable(words, index)
  if (altered !== null) return altered
  const following = FOLLOWERS[previous.sign]
  return following === undefined ? null : { kind: 'keyword', words: following }
}

/** `ALTER TABLE T DROP …`. */
function afterAlteredTable(words: readonly Word[], index: number): PlaceKind | null {
  if (words[0]?.sign !== 'ALTER' || words[1]?.sign !== 'TABLE' || !isName(words[2])) return null
  if (index === 3) return { kind: 'keyword', words: ['ADD', 'DROP', 'RENAME'] }
  const { sign } = words[index - 1]!
  const isProperty = sign === 'COLUMN' || (sign === 'DROP' && index === 4) || (sign === 'RENAME' && index === 4)
  if (isProperty && words[3]!.sign !== 'ADD') {
    return { kind: 'property', tables: 'any', labels: [plainName(words[2])], rels: [] }
  }
  const named = isName(words[index - 1]) && words[index - 2]?.sign === 'ADD' && sign !== 'FROM'
  return named ? { kind: 'type' } : null
}

const OPERAND_KEYWORDS: ReadonlySet<string> = new Set([
  'NULL',
  'TRUE',
  'FALSE',
  'END',
  'ASC',
  'DESC',
  'ASCENDING',
  'DESCENDING',
])

function operandOrClause(words: readonly Word[], index: number): PlaceKind {
  const previous = words[index - 1]!
  const wants =
    previous.kind === 'keyword'
      ? !OPERAND_KEYWORDS.has(previous.sign)
      : previous.kind === 'symbol' && !/[)\]}]/.test(previous.sign)
  if (!wants) return { kind: 'clause' }
  if (previous.sign === ':') return { kind: 'nothing' }
  return { kind: 'operand', variables: [...variablesOf(words).values()] }
}
