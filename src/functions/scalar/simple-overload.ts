import type { TypeId } from '../../types/logical-type.ts'
import type { Value } from '../../types/value.ts'
import { code, type Overload } from '../function-record.ts'

/**
 * An overload whose types and code do not depend on the call: `fixed('STRING,INT64', 'STRING', (s, n) => …)`.
 * @param inline expression in which `$0`, `$1` … stand for the arguments.
 */
export function fixed<A extends readonly unknown[]>(
  parameters: string,
  returns: TypeId,
  f: (...args: A) => Value,
  inline?: string,
): Overload {
  const implementation = code(f)
  const overload: Overload = {
    parameters: (parameters === '' ? [] : parameters.split(',')) as TypeId[],
    returns,
    make: () => implementation,
  }
  if (inline === undefined) return overload
  return { ...overload, inline: (args) => inline.replace(/\$(\d)/g, (_, digit: string) => args[Number(digit)]!) }
}
