import type { JsonValue } from '../../types/json/json-value.ts'

/**
 * Follows a path into a JSON document: keys and 0-based positions separated by `.` or `/` (`a.b`, `a/b/1`), or in the form `$.a.b[2]`.
 * @returns undefined where nothing is.
 */
export function followJsonPath(document: JsonValue, path: string): JsonValue | undefined {
  const steps = jsonSteps(path)
  if (steps === null) return undefined
  let value: JsonValue | undefined = document
  for (const step of steps) {
    if (Array.isArray(value)) value = /^\d+$/.test(step) ? value[Number(step)] : undefined
    else if (value instanceof Map) value = value.get(step)
    else return undefined
    if (value === undefined) return undefined
  }
  return value
}

function jsonSteps(path: string): string[] | null {
  if (path.startsWith('$')) {
    const steps: string[] = []
    let at = 1
    for (const match of path.slice(1).matchAll(/\.([^.[\]]+)|\[(\d+)\]/gy)) {
      steps.push(match[1] ?? match[2]!)
      at += match[0].length
    }
    return at === path.length ? steps : null
  }
  const steps = path.split(/[./]/)
  return steps.includes('') ? null : steps
}

/** @returns whether a document contains another: objects contain objects with some of their entries, and everything contains what its parts contain. */
export function jsonContains(document: JsonValue, part: JsonValue): boolean {
  if (matches(document, part)) return true
  if (Array.isArray(document)) return document.some((element) => jsonContains(element, part))
  if (document instanceof Map) return Array.from(document.values()).some((held) => jsonContains(held, part))
  return false
}

function matches(document: JsonValue, part: JsonValue): boolean {
  if (part instanceof Map) {
    if (!(document instanceof Map)) return false
    return Array.from(part).every(([key, held]) => document.has(key) && matches(document.get(key)!, held))
  }
  if (Array.isArray(part)) {
    return Array.isArray(document) && part.every((wanted) => document.some((element) => matches(element, wanted)))
  }
  return sameScalar(document, part)
}

function sameScalar(a: JsonValue, b: JsonValue): boolean {
  const plain = (v: JsonValue): unknown => (v !== null && typeof v === 'object' && 'value' in v ? v.value : v)
  return plain(a) === plain(b)
}

/** @returns `patch` laid over `target`: entries of objects one by one, null removes. Source: RFC 7396. */
export function mergePatch(target: JsonValue, patch: JsonValue): JsonValue {
  if (!(patch instanceof Map)) return patch
  const merged = new Map(target instanceof Map ? target : [])
  for (const [key, held] of patch) {
    if (held === null) merged.delete(key)
    else merged.set(key, mergePatch(merged.get(key) ?? null, held))
  }
  return merged
}
