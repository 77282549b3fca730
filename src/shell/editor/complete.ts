import { COMMAND_ARGUMENTS } from './command-arguments.ts'
import { completeFile } from './complete-file.ts'
import { KEYWORDS, quoteName } from './keywords.ts'
import { type Knowledge, type NamedThing, TABLE_FUNCTIONS, TYPE_NAMES } from './knowledge.ts'
import { type Place, type PlaceKind, placeAt } from './place.ts'
import type { JoinedRel } from './variables.ts'

/** Something that Tab offers. */
export interface Candidate {
  /** What replaces the typed text. */
  readonly text: string
  /** What the list shows. */
  readonly label: string
  /** What is known about it; may be empty. */
  readonly detail: string
  /** What follows it when it is the only one. */
  readonly suffix: string
}

/** What Tab offers at a place: candidates for the range `start` to `end`, best first. */
export interface Completion {
  readonly start: number
  readonly end: number
  readonly candidates: readonly Candidate[]
}

const STATEMENTS =
  `MATCH,OPTIONAL MATCH,CREATE,MERGE,UNWIND,WITH,RETURN,CALL,COPY,LOAD FROM,DROP,ALTER TABLE,EXPLAIN,PROFILE,BEGIN TRANSACTION,COMMIT,
ROLLBACK,CHECKPOINT,EXPORT DATABASE,IMPORT DATABASE,COMMENT ON TABLE,ATTACH,DETACH,USE,INSTALL,UNINSTALL`.split(/,\s*/)

/** Words that clauses begin with, and those that join operands; the rest only when a letter is typed. */
const CLAUSES =
  'MATCH,OPTIONAL MATCH,WHERE,RETURN,WITH,ORDER BY,SKIP,LIMIT,SET,DELETE,DETACH DELETE,CREATE,MERGE,UNWIND,UNION,AS,AND,OR,NOT,IN,IS NULL,STARTS WITH,ENDS WITH,CONTAINS,ASC,DESC'.split(
    ',',
  )

/** @returns what Tab offers at the cursor. Cost: one scan of the text and of the names that fit the place. */
export function complete(text: string, cursor: number, knowledge: Knowledge): Completion {
  const place = placeAt(text, cursor)
  if (place.what.kind === 'file') return completeFile(place, text, knowledge)
  if (place.what.kind === 'argument') return completeArgument(place, text, knowledge)
  return { start: place.start, end: place.end, candidates: fitting(candidatesFor(place, knowledge), place.typed) }
}

function completeArgument(place: Place, text: string, knowledge: Knowledge): Completion {
  const what = place.what as Extract<PlaceKind, { kind: 'argument' }>
  const record = knowledge.commands.find((c) => c.name === what.command || c.aliases.includes(what.command))
  const kind = record?.argument ?? 'none'
  if (kind === 'file') return completeFile(place, text, knowledge)
  const candidates = COMMAND_ARGUMENTS[kind](knowledge).map((name) => plain(name))
  return { start: place.start, end: place.end, candidates: fitting(candidates, place.typed) }
}

function candidatesFor(place: Place, knowledge: Knowledge): Candidate[] {
  const { what, typed } = place
  switch (what.kind) {
    case 'command':
      return knowledge.commands.map((c) => ({ ...plain(c.name, c.help), suffix: c.argument === 'none' ? '' : ' ' }))
    case 'tableText':
      return tablesOf(what.tables, knowledge).map((t) => ({ ...plain(t.name, t.detail), suffix: "'" }))
    case 'settingText':
      return knowledge.settings().map((s) => ({ ...plain(s.name, s.detail), suffix: "'" }))
    case 'table':
      return [...tablesOf(what.tables, knowledge).map(nameCandidate), ...keywords(what.also, typed)]
    case 'property':
      return propertiesOf(what, knowledge).map(nameCandidate)
    case 'yield':
      return columnsOf(what.callee)
    case 'callable':
      return [
        ...TABLE_FUNCTIONS.map(called),
        ...knowledge.settings().map((s) => ({ ...plain(s.name, s.detail), suffix: '=' })),
      ]
    case 'parameter':
      return knowledge.parameters().map((name) => plain(`$${name}`))
    case 'type':
      return TYPE_NAMES.map((name) => plain(cased(name, typed)))
    case 'keyword':
      return keywords(what.words, typed)
    case 'statement':
      return keywords(STATEMENTS, typed)
    case 'clause':
      return keywords(typed === '' ? CLAUSES : withLongForms(KEYWORDS), typed)
    case 'operand':
      return operands(what, typed, knowledge)
    default:
      return []
  }
}

function operands(what: Extract<PlaceKind, { kind: 'operand' }>, typed: string, knowledge: Knowledge): Candidate[] {
  const variables = what.variables
    .filter((v) => v.name !== typed)
    .map((v) => nameCandidate({ name: v.name, detail: v.labels.join('|') }))
  if (typed === '') return variables
  const functions = knowledge.functions().filter((f) => /^\w+$/.test(f.name))
  return [
    ...variables,
    ...keywords(withLongForms(KEYWORDS), typed),
    ...functions.map((f) => called({ ...f, name: cased(f.name, typed) })),
  ]
}

const LONG_FORMS: Readonly<Record<string, string>> = {
  ORDER: 'ORDER BY',
  STARTS: 'STARTS WITH',
  ENDS: 'ENDS WITH',
  OPTIONAL: 'OPTIONAL MATCH',
}

function withLongForms(words: readonly string[]): string[] {
  return words.map((w) => LONG_FORMS[w] ?? w)
}

function tablesOf(kind: 'node' | 'rel' | 'any', knowledge: Knowledge): NamedThing[] {
  const fitting = knowledge.tables().filter((t) => kind === 'any' || t.kind === kind)
  return fitting.map((t) => ({ name: t.name, detail: t.kind })).sort(byName)
}

function propertiesOf(what: Extract<PlaceKind, { kind: 'property' }>, knowledge: Knowledge): NamedThing[] {
  const named = what.labels.length > 0 ? what.labels : possibleLabels(what.rels, knowledge)
  const tables = named.length > 0 ? named : tablesOf(what.tables, knowledge).map((t) => t.name)
  const found = new Map<string, NamedThing>()
  for (const table of tables) {
    for (const property of knowledge.properties(table)) {
      if (!found.has(property.name)) found.set(property.name, property)
    }
  }
  return [...found.values()]
}

function columnsOf(callee: string): Candidate[] {
  const called = TABLE_FUNCTIONS.find((f) => f.name === callee.toLowerCase())
  return (called?.columns ?? []).map((name) => nameCandidate({ name, detail: '' }))
}

/** @returns the tables that a node can be of, as the ends of the rels next to it say; none if they say nothing. */
function possibleLabels(rels: readonly JoinedRel[], knowledge: Knowledge): string[] {
  let possible: string[] | null = null
  for (const rel of rels) {
    const ends = new Set(rel.labels.flatMap((label) => endsOf(rel, label, knowledge)))
    if (ends.size > 0) possible = possible === null ? [...ends] : possible.filter((table) => ends.has(table))
  }
  return possible ?? []
}

function endsOf({ end, others }: JoinedRel, label: string, knowledge: Knowledge): string[] {
  const fits = (table: string) => others.length === 0 || others.some((o) => o.toLowerCase() === table.toLowerCase())
  return knowledge.endpoints(label).flatMap(({ from, to }) => {
    const ends: string[] = []
    if (end !== 'to' && fits(to)) ends.push(from)
    if (end !== 'from' && fits(from)) ends.push(to)
    return ends
  })
}

function byName(a: NamedThing, b: NamedThing): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}

function plain(text: string, detail = ''): Candidate {
  return { text, label: text, detail, suffix: '' }
}

function nameCandidate(thing: NamedThing): Candidate {
  return { text: quoteName(thing.name), label: thing.name, detail: thing.detail, suffix: '' }
}

function called(thing: NamedThing): Candidate {
  return { text: `${thing.name}(`, label: `${thing.name}()`, detail: thing.detail, suffix: '' }
}

function keywords(words: readonly string[], typed: string): Candidate[] {
  return words.map((word) => ({ ...plain(cased(word, typed)), suffix: ' ' }))
}

/** A word in the case that was typed: lower if the typed letters are. */
function cased(word: string, typed: string): string {
  if (typed === '') return word
  return typed === typed.toLowerCase() ? word.toLowerCase() : typed === typed.toUpperCase() ? word.toUpperCase() : word
}

/** Those that begin with the typed text, case ignored; if there are none, those that contain it. */
function fitting(candidates: readonly Candidate[], typed: string): Candidate[] {
  const wanted = typed.replace(/^`/, '').toLowerCase()
  const unique = [...new Map([...candidates].reverse().map((c) => [c.text, c])).values()].reverse()
  const starting = unique.filter((c) => c.label.toLowerCase().startsWith(wanted))
  if (starting.length > 0 || wanted.length < 2) return starting
  return unique.filter((c) => c.label.toLowerCase().includes(wanted) && c.suffix !== ' ')
}
