import type { Value } from '../../src/types/value.ts'

/** Text of a row in which equal rows are equal, whatever arrays hold their lists. */
export function rowText(row: readonly Value[]): string {
  return JSON.stringify(row, (_, v) => {
    if (typeof v === 'bigint') return `${v}n`
    if (typeof v === 'number' && !Number.isFinite(v)) return String(v)
    if (ArrayBuffer.isView(v)) return Array.from(v as unknown as ArrayLike<number>)
    return v
  })
}

/** Texts of rows, sorted: for results without an order. */
export function sortedTexts(rows: readonly (readonly Value[])[]): string[] {
  return rows.map(rowText).sort()
}
