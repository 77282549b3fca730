import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..', '..', '..', '..', '..')
const read = (...parts: string[]) => readFileSync(path.join(root, ...parts), 'utf8')

/** @returns names of the members of the interfaces in a file. */
function members(file: string, wanted: RegExp): string[] {
  const found: string[] = []
  for (const [, name, body] of read(file).matchAll(/export interface (\w+)[^{]*\{([\s\S]*?)\n\}/g)) {
    if (!wanted.test(name!)) continue
    found.push(...[...body!.matchAll(/^ {2}readonly (\w+)\??:/gm)].map((match) => match[1]!))
  }
  return found
}

describe('docs/loaders.md', () => {
  const text = read('docs', 'loaders.md')

  it('names every option of a loader, and no other', () => {
    const options = members('src/pyg-compat/loader/loader-options.ts', /Options$/)
    assert.ok(options.length > 35)
    assert.deepEqual(
      options.filter((option) => !text.includes(`\`${option}\``)),
      [],
    )
    const named = [...text.slice(text.indexOf('## Options'), text.indexOf('## A batch')).matchAll(/^\| `(\w+)` \|/gm)]
    assert.deepEqual(
      named.map((match) => match[1]!).filter((name) => !options.includes(name)),
      [],
    )
  })

  it('names every figure of a batch’s statistics', () => {
    const figures = members('src/pyg-compat/loader/batch-data.ts', /^BatchStatistics$/)
    assert.ok(figures.length >= 9)
    assert.deepEqual(
      figures.filter((figure) => !text.includes(figure)),
      [],
    )
  })
})
