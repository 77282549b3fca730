import type { Endpoints, NamedThing } from './knowledge.ts'
import { scan } from './scan.ts'
import { isName, plainName, type Word, wordsOf } from './variables.ts'

const OPENERS: ReadonlySet<string> = new Set(['(', '['])
const CLOSERS: ReadonlySet<string> = new Set([')', ']'])

/** @returns the properties that a CREATE NODE TABLE or CREATE REL TABLE names, with their types. Cost: one scan of the statement. */
export function propertiesOf(statement: string): NamedThing[] {
  const words = wordsOf(statement, scan(statement))
  const open = words.findIndex((w) => w.sign === '(')
  const found: NamedThing[] = []
  for (const entry of entries(words, open)) {
    const [name, type] = entry
    const isProperty = isName(name) && isName(type) && name.sign !== 'FROM' && name.sign !== 'PRIMARY'
    if (isProperty) found.push({ name: plainName(name), detail: typeOf(entry, statement) })
  }
  return found
}

/** @returns the FROM-TO pairs that a CREATE REL TABLE names. Cost: one scan of the statement. */
export function endpointsOf(statement: string): Endpoints[] {
  const words = wordsOf(statement, scan(statement))
  return words.flatMap((word, i) => {
    const [from, to, end] = words.slice(i + 1, i + 4)
    if (word.sign !== 'FROM' || to?.sign !== 'TO' || !isName(from) || !isName(end)) return []
    return [{ from: plainName(from), to: plainName(end) }]
  })
}

/** The parts between the commas of a bracket. */
function entries(words: readonly Word[], open: number): Word[][] {
  const parts: Word[][] = [[]]
  let depth = 0
  for (const word of open < 0 ? [] : words.slice(open + 1)) {
    if (OPENERS.has(word.sign)) depth++
    if (CLOSERS.has(word.sign) && depth-- === 0) break
    if (word.sign === ',' && depth === 0) parts.push([])
    else parts.at(-1)!.push(word)
  }
  return parts
}

function typeOf(entry: readonly Word[], statement: string): string {
  const end = entry.findIndex((w, i) => i > 1 && (w.sign === 'DEFAULT' || w.sign === 'PRIMARY'))
  const last = end < 0 ? entry.at(-1)! : entry[end - 1]!
  return statement.slice(entry[1]!.start, last.end)
}
