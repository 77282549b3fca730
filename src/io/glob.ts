import { type Dirent, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { DatabaseError } from '../errors/database-error.ts'

const WILD = /[*?[]/

/**
 * @returns the files that a path or a pattern names, in order of their names. `*` stands for any run of characters, `?` for one, `[abc]`
 *   and `[a-z]` for one of a set (`[!a]` for one outside of it); none of them matches a `/`. A path that exists is taken as it is, whatever
 *   characters it has; `~/` at its start is the home folder.
 * @throws {DatabaseError} BINDER if there is none, or if the only match is a folder.
 */
export function expandPath(pattern: string): string[] {
  const given = pattern.startsWith('~/') ? path.join(process.env['HOME'] ?? '~', pattern.slice(2)) : pattern
  const kind = fileKind(given)
  if (kind === 'file') return [given]
  if (kind === 'folder') {
    throw new DatabaseError('BINDER', `Provided path is not a file: ${pattern}.`, { facts: { file: pattern } })
  }
  const found = WILD.test(given) ? matchingFiles(given) : []
  if (found.length > 0) return found
  throw new DatabaseError('BINDER', `No file found that matches the pattern: ${pattern}.`, { facts: { file: pattern } })
}

/** @returns the files of all patterns, each in its own order. @throws {DatabaseError} BINDER as {@link expandPath}. */
export function expandPaths(patterns: readonly string[]): string[] {
  return patterns.flatMap(expandPath)
}

function fileKind(name: string): 'file' | 'folder' | 'none' {
  try {
    return statSync(name).isDirectory() ? 'folder' : 'file'
  } catch {
    return 'none' // missing, or below something that is no folder or that may not be searched
  }
}

function matchingFiles(pattern: string): string[] {
  const parts = pattern.split('/')
  let places = [parts[0] === '' ? '/' : '']
  const names = parts[0] === '' ? parts.slice(1) : parts
  for (const [i, name] of names.entries()) {
    const last = i === names.length - 1
    places = places.flatMap((place) => step(place, name, last))
  }
  return places
}

function step(place: string, name: string, last: boolean): string[] {
  if (!WILD.test(name)) {
    const there = path.join(place, name)
    return fileKind(there) === (last ? 'file' : 'folder') ? [there] : []
  }
  const matches = segmentPattern(name)
  return readFolder(place)
    .filter((entry) => matches.test(entry.name) && (name.startsWith('.') || !entry.name.startsWith('.')))
    .map((entry) => path.join(place, entry.name))
    .filter((there) => fileKind(there) === (last ? 'file' : 'folder'))
    .sort()
}

function readFolder(place: string): Dirent[] {
  try {
    return readdirSync(place === '' ? '.' : place, { withFileTypes: true })
  } catch {
    return [] // a folder that cannot be read holds no match
  }
}

/** @returns the regular expression of one part of a pattern. */
function segmentPattern(segment: string): RegExp {
  let source = ''
  for (let i = 0; i < segment.length; i++) {
    const unit = segment[i]!
    const close = unit === '[' ? segment.indexOf(']', i + 2) : -1
    if (unit === '*') source += '.*'
    else if (unit === '?') source += '.'
    else if (close > 0) {
      const set = segment.slice(i + 1, close).replace(/[\\\]^]/g, '\\$&')
      source += set.startsWith('!') ? `[^${set.slice(1)}]` : `[${set}]`
      i = close
    } else source += unit.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  }
  return new RegExp(`^${source}$`, 's')
}
