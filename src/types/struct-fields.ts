import type { Field, LogicalType } from './logical-type.ts'

/**
 * Which field of one struct becomes which field of another: fields of the same names in any order, otherwise fields by their place.
 * @returns for each field of `to` its place in `from`; null when they have different numbers of fields.
 */
export function fieldPlaces(from: readonly Field[], to: readonly Field[]): readonly number[] | null {
  if (from.length !== to.length) return null
  const places = to.map((field) => placeOf(from, field.name))
  return places.includes(-1) || new Set(places).size < places.length ? to.map((_, i) => i) : places
}

function placeOf(fields: readonly Field[], name: string): number {
  const exact = fields.findIndex((f) => f.name === name)
  return exact >= 0 ? exact : fields.findIndex((f) => f.name.toLowerCase() === name.toLowerCase())
}

/** @returns whether an explicit CAST may turn one type into the other as far as names go: structs inside have the same ones. */
export function sameFieldNames(from: LogicalType, to: LogicalType): boolean {
  if ('child' in from && 'child' in to) return sameFieldNames(from.child, to.child)
  if (from.id === 'MAP' && to.id === 'MAP')
    return sameFieldNames(from.key, to.key) && sameFieldNames(from.value, to.value)
  if (from.id !== 'STRUCT' || to.id !== 'STRUCT') return true
  const places = fieldPlaces(from.fields, to.fields)
  if (places === null) return false
  return places.every((place, i) => {
    const source = from.fields[place]!
    const target = to.fields[i]!
    return source.name.toLowerCase() === target.name.toLowerCase() && sameFieldNames(source.type, target.type)
  })
}
