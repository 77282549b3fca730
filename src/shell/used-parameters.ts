import type { JsValue } from '../index.ts'
import { scan } from './editor/scan.ts'

/** @returns the parameters that a statement mentions, of those that have a value: the database refuses others. */
export function usedParameters(text: string, known: ReadonlyMap<string, JsValue>): Record<string, JsValue> {
  const used: Record<string, JsValue> = {}
  if (known.size === 0) return used
  for (const { kind, start, end } of scan(text)) {
    const name = text.slice(start + 1, end)
    if (kind === 'parameter' && known.has(name)) used[name] = known.get(name)
  }
  return used
}
