import { allOf, type Renderer } from './renderer.ts'
import type { ResultView } from './result-view.ts'

/** One array of objects, an object a line. */
export const json: Renderer = function* (view) {
  const object = objectWriter(view)
  if (view.rowCount === 0) yield '[]\n'
  for (let row = 0; row < view.rowCount; row++) {
    yield `${row === 0 ? '[' : ''}${object(row)}${row === view.rowCount - 1 ? ']' : ','}\n`
  }
  return allOf(view)
}

/** One object a line, without an array around. */
export const jsonlines: Renderer = function* (view) {
  const object = objectWriter(view)
  for (let row = 0; row < view.rowCount; row++) yield `${object(row)}\n`
  return allOf(view)
}

/** Columns that share a name get `_1`, `_2` … behind it: an object holds each key once. */
function objectWriter(view: ResultView): (row: number) => string {
  const used = new Set<string>()
  const keys = view.names.map((name) => {
    let key = name
    for (let n = 1; used.has(key); n++) key = `${name}_${n}`
    used.add(key)
    return JSON.stringify(key)
  })
  return (row) => {
    const values = view.text(row, 'json')
    return `{${keys.map((key, c) => `${key}:${values[c]}`).join(',')}}`
  }
}
