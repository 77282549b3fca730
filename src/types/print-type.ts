import type { Field, LogicalType } from './logical-type.ts'

/**
 * Text of a type as `table_info` and `getColumnDataTypes` give it: `INT64[]`, `STRUCT(a INT64, b STRING)`,
 * `DECIMAL(18, 3)`, `MAP(STRING, INT64)`. Cost: one walk of the type.
 */
export function printType(type: LogicalType): string {
  switch (type.id) {
    case 'DECIMAL':
      return `DECIMAL(${type.precision}, ${type.scale})`
    case 'LIST':
      return `${printType(type.child)}[]`
    case 'ARRAY':
      return `${printType(type.child)}[${type.length}]`
    case 'MAP':
      return `MAP(${printType(type.key)}, ${printType(type.value)})`
    case 'STRUCT':
    case 'UNION':
      return `${type.id}(${type.fields.map(printField).join(', ')})`
    case 'JSON':
      return 'json'
    default:
      return type.id
  }
}

function printField(field: Field): string {
  return `${field.name} ${printType(field.type)}`
}

/** Text of a list of argument types as error messages give it: `(INT64,STRING)`, `()` when there is none. */
export function printTypes(types: readonly LogicalType[]): string {
  return `(${types.map(printType).join(',')})`
}
