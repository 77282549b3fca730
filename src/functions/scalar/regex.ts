import { DatabaseError } from '../../errors/database-error.ts'
import { listOf, STRING } from '../../types/logical-type.ts'
import type { Int, Value } from '../../types/value.ts'
import { countWork } from '../../util/work.ts'
import { type Call, type FunctionRecord, type Overload, record } from '../function-record.ts'
import { compilePattern, type Match, type Pattern } from './regex-pattern.ts'
import { fixed } from './simple-overload.ts'

/** Few enough that patterns with the largest automata, of 8 MiB each, leave memory for other things. */
const CACHE_SIZE = 64
const cache = new Map<string, Pattern | string>()

/** @returns the compiled pattern, or why it is none. The last patterns of the thread are kept, so a constant one is compiled once. */
function compile(pattern: string): Pattern | string {
  let compiled = cache.get(pattern)
  if (compiled === undefined) {
    compiled = compilePattern(pattern)
    if (cache.size >= CACHE_SIZE) cache.clear()
    cache.set(pattern, compiled)
  }
  return compiled
}

function fullMatch(text: string, pattern: string): boolean {
  const compiled = compile(pattern)
  return typeof compiled !== 'string' && compiled.testWhole(text)
}

function matches(text: string, pattern: string): boolean {
  const compiled = compile(pattern)
  return typeof compiled !== 'string' && compiled.test(text)
}

/** `\1` in a replacement is a group, `\0` the whole match, `\\` a backslash. @returns null for any other use of the backslash. */
function replacer(replacement: string, groupCount: number): ((match: Match) => string) | null {
  for (const [, escaped] of replacement.matchAll(/\\([\s\S]?)/g)) {
    if (escaped !== '\\' && !(/^\d$/.test(escaped!) && Number(escaped) <= groupCount)) return null
  }
  if (!replacement.includes('\\')) return () => replacement
  return (match) =>
    replacement.replace(/\\(.)/g, (_, escaped: string) => (escaped === '\\' ? '\\' : (match[Number(escaped)] ?? '')))
}

function replace(text: string, pattern: string, replacement: string, everywhere: boolean): string {
  const compiled = compile(pattern)
  if (typeof compiled === 'string') return text
  const replaceMatch = replacer(replacement, compiled.groupCount)
  if (replaceMatch === null) return text
  let result = ''
  let end = 0
  let last = -1
  for (const match of compiled.matchAll(text, /\\[1-9]/.test(replacement))) {
    countWork(1)
    // as RE2 has it, nothing is not found right behind something
    if (match[0] === '' && match.index === last) continue
    result += text.slice(end, match.index) + replaceMatch(match)
    end = last = match.index + match[0].length
    if (!everywhere) break
  }
  return result + text.slice(end)
}

/** @throws {DatabaseError} RUNTIME for a group that the pattern does not have. */
function* groupOfEach(text: string, pattern: string, group: Int): Iterable<string> {
  const compiled = compile(pattern)
  if (typeof compiled === 'string') {
    throw new DatabaseError('RUNTIME', `Regex match group index is out of range, as the pattern is none: ${compiled}`)
  }
  if (group < 0 || group > compiled.groupCount) {
    throw new DatabaseError('RUNTIME', 'Regex match group index is out of range')
  }
  for (const match of compiled.matchAll(text, group > 0)) {
    countWork(1)
    yield match[Number(group)] ?? ''
  }
}

function extract(text: string, pattern: string, group: Int = 0): string {
  for (const found of groupOfEach(text, pattern, group)) return found
  return ''
}

function extractAll(text: string, pattern: string, group: Int = 0): string[] {
  return Array.from(groupOfEach(text, pattern, group))
}

/** Pieces between matches; empty ones are left out. A pattern that matches nothing at all gives no pieces. */
function split(text: string, pattern: string): string[] {
  const compiled = compile(pattern)
  if (typeof compiled === 'string') return text === '' ? [] : [text]
  const pieces: string[] = []
  let start = 0
  for (const match of compiled.matchAll(text, false)) {
    countWork(1)
    if (match[0] === '') return pieces
    if (match.index > start) pieces.push(text.slice(start, match.index))
    start = match.index + match[0].length
  }
  if (start < text.length) pieces.push(text.slice(start))
  return pieces
}

function checkOption(option: Value | undefined): void {
  if (option !== 'g') {
    throw new DatabaseError('BINDER', 'regex_replace can only support global replace option: g.')
  }
}

const replaceAll: Overload = {
  ...fixed('STRING,STRING,STRING,STRING', 'STRING', (text: string, pattern: string, to: string, option: string) => {
    checkOption(option)
    return replace(text, pattern, to, true)
  }),
  bind: (call: Call) => {
    if (call.literals[3] !== undefined && call.literals[3] !== null) checkOption(call.literals[3])
    return { parameterTypes: [STRING, STRING, STRING, STRING], returnType: STRING }
  },
}

function listResult(overload: Overload): Overload {
  return { ...overload, bind: () => ({ returnType: listOf(STRING) }) }
}

/** Functions of regular expressions in the syntax of RE2. A bad pattern matches nothing. */
export const REGEX_FUNCTIONS: readonly FunctionRecord[] = [
  record('REGEXP_FULL_MATCH =~', 'Whether the pattern matches the whole text.', [
    fixed('STRING,STRING', 'BOOL', fullMatch),
  ]),
  record('REGEXP_MATCHES', 'Whether the pattern matches somewhere in the text.', [
    fixed('STRING,STRING', 'BOOL', matches),
  ]),
  record('REGEXP_REPLACE', "The text with the first match, or with 'g' every match, replaced.", [
    replaceAll,
    fixed('STRING,STRING,STRING', 'STRING', (t: string, p: string, r: string) => replace(t, p, r, false)),
  ]),
  record('REGEXP_EXTRACT', 'The first match, or a group of it; the empty text if there is none.', [
    fixed('STRING,STRING', 'STRING', (t: string, p: string) => extract(t, p)),
    fixed('STRING,STRING,INT64', 'STRING', extract),
  ]),
  record('REGEXP_EXTRACT_ALL', 'All matches, or a group of each.', [
    listResult(fixed('STRING,STRING', 'LIST', (t: string, p: string) => extractAll(t, p))),
    listResult(fixed('STRING,STRING,INT64', 'LIST', extractAll)),
  ]),
  record('REGEXP_SPLIT_TO_ARRAY', 'The pieces of the text between matches.', [
    listResult(fixed('STRING,STRING', 'LIST', split)),
  ]),
]
