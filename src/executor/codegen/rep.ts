import type { LogicalType } from '../../types/logical-type.ts'
import type { Rep } from './code.ts'

/** @returns the JavaScript form that values of a type have, as far as the type alone tells. */
export function repOf(type: LogicalType): Rep {
  switch (type.id) {
    case 'BOOL':
      return 'boolean'
    case 'INT8':
    case 'INT16':
    case 'INT32':
    case 'UINT8':
    case 'UINT16':
    case 'UINT32':
    case 'DATE':
    case 'FLOAT':
    case 'DOUBLE':
      return 'number'
    case 'INT64':
    case 'INT128':
    case 'UINT64':
    case 'SERIAL':
    case 'DECIMAL':
    case 'TIMESTAMP':
    case 'TIMESTAMP_NS':
    case 'TIMESTAMP_MS':
    case 'TIMESTAMP_SEC':
    case 'TIMESTAMP_TZ':
      return 'int'
    case 'STRING':
    case 'UUID':
    case 'JSON':
      return 'string'
    default:
      return 'any'
  }
}

/** @returns whether the JavaScript operators < and === order and equate values of this form rightly. */
export function isNumeric(rep: Rep): boolean {
  return rep === 'number' || rep === 'int'
}
