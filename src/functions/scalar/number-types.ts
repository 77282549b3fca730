import type { IntTypeId } from '../../types/int.ts'
import type { TypeId } from '../../types/logical-type.ts'

/** Integer types in the order in which overloads are listed. */
export const INT_TYPES: readonly IntTypeId[] = [
  'INT128',
  'INT64',
  'INT32',
  'INT16',
  'INT8',
  'SERIAL',
  'UINT64',
  'UINT32',
  'UINT16',
  'UINT8',
]

/** Integer and floating-point types in the order in which overloads are listed. */
export const NUMBER_TYPES: readonly TypeId[] = [...INT_TYPES, 'DOUBLE', 'FLOAT']
