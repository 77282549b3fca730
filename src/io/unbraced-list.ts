import { DatabaseError } from '../errors/database-error.ts'
import type { LogicalType } from '../types/logical-type.ts'
import { printType } from '../types/print-type.ts'
import type { TextParser } from './csv-column.ts'
import { splitNested } from './split-nested.ts'

/** Makes the parser of a type's text form. */
export type TextParserOf = (type: LogicalType) => TextParser

/**
 * @returns the parser for cells under LIST_UNBRACED: elements of a list are separated by semicolons, brackets around all of them are
 *   optional, nothing between two semicolons is NULL. Elements have their usual form, but a list among them may be a single bare
 *   element. Types other than lists are parsed as always.
 */
export function unbracedListParser(type: LogicalType, makeParser: TextParserOf): TextParser {
  const usual = makeParser(type)
  if (type.id !== 'LIST' && type.id !== 'ARRAY') return usual
  const { child } = type
  const parseElement = unbracedListParser(child, makeParser)
  return (text) => {
    const bare = text.trim()
    const isBraced = bare.startsWith('[') && bare.endsWith(']') && splitNested(bare, ';').length === 1
    const parts = splitNested(isBraced ? bare.slice(1, -1) : bare, ';')
    if (isBraced && parts.length <= 1) return usual(text)
    if (type.id === 'ARRAY' && parts.length !== type.length) {
      throw new DatabaseError('CONVERSION', `Cast failed. ${text} is not in ${printType(type)} range.`)
    }
    return parts.map((part) => (part.trim() === '' ? null : parseElement(part)))
  }
}
