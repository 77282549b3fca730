import { readInt128 } from '../../types/int-words.ts'
import type { LogicalType } from '../../types/logical-type.ts'
import { listOf, scalar } from '../../types/logical-type.ts'
import type { Int, Value } from '../../types/value.ts'
import { unreachable } from '../../util/assert.ts'
import type { RunEncoding, ValueRun } from '../column-base.ts'
import type { ChunkPages } from '../page-pins.ts'
import { ByteRun } from './byte-run.ts'
import { IntRun } from './int-run.ts'
import { PlainRun } from './plain-run.ts'
import { printUuid } from './uuid.ts'
import { ValidityRun } from './validity-run.ts'

/** Reads the values of one {@link ValueRun}, of any type. Rows are 0-based within the run and not checked. */
export interface RunReader {
  isNull(row: number): boolean
  /** @returns a fresh value, or null. */
  value(row: number): Value
}

/** Reads a row that is not NULL. */
type ValidReader = (row: number) => Value

/** @returns a reader of the run; making one costs a few closures per nested part. */
export function openRun(type: LogicalType, run: ValueRun, pages: ChunkPages): RunReader {
  const read = openEncoding(type, run, pages)
  if (run.encoding.kind === 'constant' && run.encoding.value === null) {
    return { isNull: () => true, value: () => null }
  }
  if (run.validityAt < 0) return { isNull: () => false, value: read }
  const validity = new ValidityRun(pages, run.validityAt)
  return { isNull: (row) => !validity.has(row), value: (row) => (validity.has(row) ? read(row) : null) }
}

function openEncoding(type: LogicalType, run: ValueRun, pages: ChunkPages): ValidReader {
  const { encoding } = run
  switch (encoding.kind) {
    case 'constant':
      return () => encoding.value
    case 'int': {
      const ints = new IntRun(encoding.ints, pages)
      return type.id === 'BOOL' ? (row) => ints.at(row) !== 0 : (row) => ints.exact(row)
    }
    case 'plain':
      return openPlain(run, encoding, pages, type)
    case 'wide':
      return openWide(encoding.at, pages)
    case 'uuid': {
      const bytes = new ByteRun(pages, encoding.at)
      return (row) => printUuid(bytes.slice(16 * row, 16 * row + 16), 0)
    }
    case 'bytes': {
      const { bytes, offsets } = openBytes(encoding, pages)
      return type.id === 'BLOB'
        ? (row) => bytes.slice(offsets.at(row), offsets.at(row + 1))
        : (row) => bytes.text(offsets.at(row), offsets.at(row + 1))
    }
    case 'dictionary': {
      const { bytes, offsets } = openBytes(encoding, pages)
      const codes = new IntRun(encoding.codes, pages)
      return (row) => {
        const code = codes.at(row)
        return bytes.text(offsets.at(code), offsets.at(code + 1))
      }
    }
    default:
      return openNested(type, encoding, pages)
  }
}

type NestedEncoding = Extract<RunEncoding, { kind: 'list' | 'stride' | 'struct' | 'union' }>

function openNested(type: LogicalType, encoding: NestedEncoding, pages: ChunkPages): ValidReader {
  switch (encoding.kind) {
    case 'list':
      return openList(type, encoding, pages)
    case 'stride': {
      const child = openRun(childTypes(type)[0]!, encoding.child, pages)
      const { length } = encoding
      return (row) => Array.from({ length }, (_, k) => child.value(row * length + k))
    }
    case 'struct':
      return openStruct(type, encoding.children, pages)
    case 'union': {
      const tags = new IntRun(encoding.tags, pages)
      const positions = new IntRun(encoding.positions, pages)
      const members = openChildren(type, encoding.children, pages)
      return (row) => [tags.at(row), members[tags.at(row)]!.value(positions.at(row))]
    }
    default:
      return unreachable(encoding)
  }
}

function openBytes(
  encoding: Extract<RunEncoding, { kind: 'bytes' | 'dictionary' }>,
  pages: ChunkPages,
): { bytes: ByteRun; offsets: IntRun } {
  return { bytes: new ByteRun(pages, encoding.at), offsets: new IntRun(encoding.offsets, pages) }
}

function openPlain(
  run: ValueRun,
  encoding: Extract<RunEncoding, { kind: 'plain' }>,
  pages: ChunkPages,
  type: LogicalType,
): ValidReader {
  const plain = new PlainRun(encoding, run.rows, pages)
  if (type.id !== 'ARRAY') return (row) => plain.numberAt(row)
  if (run.elementValidityAt < 0) return (row) => plain.rowValue(row)
  const valid = new ValidityRun(pages, run.elementValidityAt)
  const { rowElements } = encoding
  return (row) => Array.from(plain.rowValue(row), (v, k) => (valid.has(row * rowElements + k) ? v : null))
}

function openWide(at: number, pages: ChunkPages): ValidReader {
  const bytes = new ByteRun(pages, at)
  const words = new Uint32Array(4)
  const target = new Uint8Array(words.buffer)
  return (row) => {
    bytes.copy(16 * row, 16 * row + 16, target, 0)
    return readInt128(words, 0)
  }
}

function openChildren(type: LogicalType, runs: readonly ValueRun[], pages: ChunkPages): RunReader[] {
  const types = childTypes(type)
  return runs.map((run, k) => openRun(types[k]!, run, pages))
}

function openList(type: LogicalType, encoding: Extract<RunEncoding, { kind: 'list' }>, pages: ChunkPages): ValidReader {
  const offsets = new IntRun(encoding.offsets, pages)
  const children = openChildren(type, encoding.children, pages)
  const element: ValidReader =
    type.id === 'MAP' ? (i) => [children[0]!.value(i), children[1]!.value(i)] : (i) => children[0]!.value(i)
  return (row) => {
    const from = offsets.at(row)
    return Array.from({ length: offsets.at(row + 1) - from }, (_, k) => element(from + k))
  }
}

function openStruct(type: LogicalType, runs: readonly ValueRun[], pages: ChunkPages): ValidReader {
  const parts = openChildren(type, runs, pages)
  if (type.id === 'INTERVAL') {
    return (row) => ({
      months: parts[0]!.value(row) as number,
      days: parts[1]!.value(row) as number,
      micros: parts[2]!.value(row) as Int,
    })
  }
  if (type.id === 'INTERNAL_ID') {
    return (row) => ({ table: parts[0]!.value(row) as number, offset: parts[1]!.value(row) as number })
  }
  return (row) => parts.map((part) => part.value(row))
}

/** Types of the child runs of a nested type, in the order of the vector's children. */
export function childTypes(type: LogicalType): readonly LogicalType[] {
  const int = scalar('INT64')
  switch (type.id) {
    case 'LIST':
    case 'ARRAY':
      return [type.child]
    case 'MAP':
      return [type.key, type.value]
    case 'STRUCT':
    case 'UNION':
    case 'NODE':
    case 'REL':
      return type.fields.map((field) => field.type)
    case 'RECURSIVE_REL':
      return [listOf(type.node), listOf(type.rel)]
    case 'INTERVAL':
      return [int, int, int]
    case 'INTERNAL_ID':
      return [int, int]
    default:
      return []
  }
}
