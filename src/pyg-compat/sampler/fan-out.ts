import { DatabaseError } from '../../errors/database-error.ts'

/**
 * How many neighbours a node draws, hop by hop: one list for all edge types, or a list by 'src__rel__dst', where `default` stands for the types that
 * are not named. -1 takes all, 0 none. All lists have one length: the number of hops.
 */
export type FanOut = readonly number[] | Readonly<Record<string, readonly number[]>>

const DEFAULT_KEY = 'default'

/**
 * @param keys the edge types that are sampled, as text.
 * @returns for each of them, its list.
 * @throws {DatabaseError} INVALID_ARGUMENT: a type that does not exist, one without a list, lists of different lengths or no hops, counts that are not
 *   integers of at least -1.
 */
export function resolveFanOut(fanOut: FanOut, keys: readonly string[]): readonly (readonly number[])[] {
  const lists = isList(fanOut) ? keys.map(() => fanOut) : listsByType(fanOut, keys)
  const hops = isList(fanOut) ? fanOut.length : (Object.values(fanOut)[0]?.length ?? 0)
  if (hops === 0) throw invalid('The fan-out has no hops: give at least one number per edge type.')
  lists.forEach((list, at) => {
    if (list.length !== hops) {
      throw invalid(
        `The fan-out of ${keys[at]} has ${list.length} hops, others have ${hops}: lists must be equally long.`,
      )
    }
    const wrong = list.find((count) => !Number.isInteger(count) || count < -1)
    if (wrong !== undefined) throw invalid(`A fan-out is a whole number of at least -1, not ${wrong} (${keys[at]}).`)
  })
  return lists
}

/** @returns the number of hops of a fan-out. */
export function hopsOf(fanOut: FanOut): number {
  return isList(fanOut) ? fanOut.length : (Object.values(fanOut)[0]?.length ?? 0)
}

function isList(fanOut: FanOut): fanOut is readonly number[] {
  return Array.isArray(fanOut)
}

function listsByType(
  fanOut: Readonly<Record<string, readonly number[]>>,
  keys: readonly string[],
): readonly number[][] {
  const unknown = Object.keys(fanOut).find((key) => key !== DEFAULT_KEY && !keys.includes(key))
  if (unknown !== undefined) throw invalid(`Unknown edge type ${unknown} in the fan-out. Known: ${keys.join(', ')}.`)
  return keys.map((key) => {
    const list = Object.hasOwn(fanOut, key) ? fanOut[key] : fanOut[DEFAULT_KEY]
    if (list === undefined) {
      throw invalid(`The fan-out says nothing about edge type ${key} and has no default. Known: ${keys.join(', ')}.`)
    }
    return [...list]
  })
}

function invalid(text: string): DatabaseError {
  return new DatabaseError('INVALID_ARGUMENT', text)
}
