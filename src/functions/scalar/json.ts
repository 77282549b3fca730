import { DatabaseError } from '../../errors/database-error.ts'
import { formatValue } from '../../types/format.ts'
import type { JsonValue } from '../../types/json/json-value.ts'
import { parseJson, tryParseJson } from '../../types/json/parse-json.ts'
import { printJson, toJson } from '../../types/json/print-json.ts'
import { INT64, type LogicalType, listOf, STRING, scalar } from '../../types/logical-type.ts'
import { printType } from '../../types/print-type.ts'
import type { Int, Value } from '../../types/value.ts'
import { type Call, code, type FunctionRecord, type Overload, record } from '../function-record.ts'
import { followJsonPath, jsonContains, mergePatch } from './json-path.ts'
import { jsonType } from './json-structure.ts'
import { fixed } from './simple-overload.ts'

const JSON_TYPE = scalar('JSON')

/** @returns the JSON text of any value that is not NULL. */
function printer(type: LogicalType): (v: Value) => string {
  return type.id === 'JSON' ? (v) => printJson(parseJson(v as string)) : (v) => printJson(toJson(type, v))
}

const anyToJson: Overload = {
  parameters: ['ANY'],
  returns: 'STRING',
  bind: (call) => ({ parameterTypes: [call.argTypes[0]!], returnType: JSON_TYPE }),
  make: (fn) => code(printer(fn.parameterTypes[0]!)),
}

/** Text is read as a document, other values are written as one. */
function readJson(text: string): string {
  const document = tryParseJson(text)
  if (document === undefined) throw new DatabaseError('CONVERSION', `Cannot convert ${text} to JSON.`)
  return printJson(document)
}

function bindJson(parameterTypes: readonly LogicalType[]): NonNullable<Overload['bind']> {
  return () => ({ parameterTypes, returnType: JSON_TYPE })
}

/** A function of JSON texts; a text argument may be of type JSON or STRING. */
function ofJson<A extends readonly unknown[]>(
  parameters: string,
  returns: LogicalType,
  f: (...args: A) => Value,
  mayBeNull = false,
): Overload {
  const overload = fixed(parameters, returns.id === 'JSON' ? 'STRING' : returns.id, f)
  return {
    ...overload,
    mayBeNull,
    bind: (call) => {
      const types = overload.parameters.map((id, i) =>
        id === 'STRING' && call.argTypes[i]!.id === 'JSON' ? JSON_TYPE : undefined,
      )
      const plain = overload.parameters.map((id) => (id === 'INT64' ? INT64 : id === 'LIST' ? listOf(STRING) : STRING))
      return { parameterTypes: plain.map((type, i) => types[i] ?? type), returnType: returns }
    },
  }
}

function extract(text: string, path: string): string | null {
  const found = followJsonPath(parseJson(text), path)
  return found === undefined ? null : printJson(found)
}

function bindPairs(call: Call): ReturnType<NonNullable<Overload['bind']>> {
  if (call.argTypes.length % 2 !== 0) {
    throw new DatabaseError('BINDER', 'json_object() requires an even number of arguments')
  }
  return { parameterTypes: call.argTypes, returnType: JSON_TYPE }
}

const jsonArray: Overload = {
  parameters: ['ANY'],
  variadic: true,
  returns: 'STRING',
  nulls: 'handles',
  mayBeNull: false,
  bind: (call) => ({ parameterTypes: call.argTypes, returnType: JSON_TYPE }),
  make: (fn) => code((...values: Value[]) => printJson(values.map((v, i) => toJson(fn.parameterTypes[i]!, v)))),
}

const jsonObject: Overload = {
  parameters: ['ANY'],
  variadic: true,
  returns: 'STRING',
  nulls: 'handles',
  mayBeNull: false,
  bind: bindPairs,
  make: (fn) =>
    code((...values: Value[]) => {
      const object = new Map<string, JsonValue>()
      for (let i = 0; i < values.length; i += 2) {
        const key = formatValue(fn.parameterTypes[i]!, values[i]!)
        object.set(key, toJson(fn.parameterTypes[i + 1]!, values[i + 1]!))
      }
      return printJson(object)
    }),
}

function arrayLength(text: string): number {
  const document = parseJson(text)
  return Array.isArray(document) ? document.length : 0
}

function keysOf(text: string): string[] {
  const document = parseJson(text)
  return document instanceof Map ? Array.from(document.keys()) : []
}

/** Functions of JSON documents. */
export const JSON_FUNCTIONS: readonly FunctionRecord[] = [
  record('to_json json_quote array_to_json row_to_json', 'The value as a JSON document.', [anyToJson]),
  record('cast_to_json', 'The text read as a JSON document; other values written as one.', [
    anyToJson,
    { ...fixed('STRING', 'STRING', readJson), bind: bindJson([STRING]) },
  ]),
  record('json', 'The document without needless spaces.', [
    { ...fixed('STRING', 'STRING', readJson), bind: bindJson([STRING]) },
  ]),
  record('json_array', 'JSON array of the arguments.', [jsonArray]),
  record('json_object', 'JSON object of keys and values in turn.', [jsonObject]),
  record('json_merge_patch', 'The first document with the second laid over it; null removes.', [
    ofJson('STRING,STRING', JSON_TYPE, (a: string, b: string) => printJson(mergePatch(parseJson(a), parseJson(b)))),
  ]),
  record(
    'json_extract',
    'Part of a document by path (`a.b`, `a/1`, `$.a[1]`) or position, or a list of parts; NULL where nothing is.',
    [
      ofJson('STRING,STRING', JSON_TYPE, extract, true),
      ofJson('STRING,INT64', JSON_TYPE, (text: string, position: Int) => extract(text, String(position)), true),
      ofJson('STRING,LIST', listOf(JSON_TYPE), (text: string, paths: readonly (string | null)[]) =>
        paths.map((path) => (path === null ? null : extract(text, path))),
      ),
    ],
  ),
  record('json_array_length', 'Number of elements of an array, 0 of anything else.', [
    ofJson('STRING', scalar('UINT32'), arrayLength),
  ]),
  record('json_contains', 'Whether a document contains another.', [
    ofJson('STRING,STRING', scalar('BOOL'), (a: string, b: string) => jsonContains(parseJson(a), parseJson(b))),
  ]),
  record('json_keys', 'Keys of an object.', [ofJson('STRING', listOf(STRING), keysOf)]),
  record('json_structure', 'Name of the narrowest type that holds a document.', [
    ofJson('STRING', STRING, (text: string) => printType(jsonType(parseJson(text)))),
  ]),
  record('json_valid', 'Whether a text is a JSON document.', [
    ofJson('STRING', scalar('BOOL'), (text: string) => tryParseJson(text) !== undefined),
  ]),
]
