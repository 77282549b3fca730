import { DatabaseError } from '../../errors/database-error.ts'
import { type ElementArray, elementArray } from '../../io/npy-convert.ts'
import type { NpyKind } from '../../io/npy-header.ts'
import { isObject, type Pickled } from './pickle.ts'

/** A matrix of numbers, dense and row-major. */
export interface Matrix {
  readonly rows: number
  readonly columns: number
  readonly data: Float32Array
}

const KINDS: ReadonlySet<string> = new Set(['b1', 'i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4', 'u8', 'f4', 'f8'])

/** @returns a pickled scipy csr_matrix or numpy array of two dimensions. @throws {DatabaseError} BAD_FILE for anything else. */
export function matrixOf(value: Pickled, file: string): Matrix {
  if (!isObject(value)) throw unexpected(file, 'a matrix')
  if (value.type.endsWith('csr_matrix')) return fromCsr(value.state, file)
  const { shape, elements } = arrayOf(value, file)
  const [rows = 0, columns = 1] = shape
  return { rows, columns, data: Float32Array.from(elements as ArrayLike<number | bigint>, Number) }
}

/** @returns a dictionary from whole numbers to lists of them, as that of a graph's neighbours. @throws {DatabaseError} BAD_FILE */
export function adjacencyOf(value: Pickled, file: string): Map<number, readonly number[]> {
  const items = value instanceof Map ? value : isObject(value) && value.type.endsWith('dict') ? value.items : null
  if (items === null) throw unexpected(file, 'a dictionary of neighbours')
  const lists = new Map<number, readonly number[]>()
  for (const [node, neighbours] of items) {
    if (!Array.isArray(neighbours)) throw unexpected(file, 'lists of neighbours')
    lists.set(Number(node), neighbours.map(Number))
  }
  return lists
}

function fromCsr(state: Pickled, file: string): Matrix {
  if (!(state instanceof Map)) throw unexpected(file, 'the parts of a sparse matrix')
  const part = (name: string) => {
    const array = state.get(name)
    if (array === undefined) throw unexpected(file, `${name} of a sparse matrix`)
    return arrayOf(array, file).elements as ArrayLike<number>
  }
  const shape = state.get('_shape') ?? state.get('shape')
  if (!Array.isArray(shape)) throw unexpected(file, 'the shape of a sparse matrix')
  const [rows, columns] = shape.map(Number) as [number, number]
  const [pointers, indices, values] = [part('indptr'), part('indices'), part('data')]
  const ends = Array.from(pointers, Number)
  const ascending = ends.every((end, k) => end >= (ends[k - 1] ?? 0) && end <= indices.length)
  if (ends.length !== rows + 1 || !ascending || indices.length !== values.length)
    throw unexpected(file, 'a sparse matrix')
  const data = new Float32Array(rows * columns)
  for (let row = 0; row < rows; row++) {
    for (let k = ends[row]!; k < ends[row + 1]!; k++) {
      data[row * columns + Number(indices[k]!)] = Number(values[k]!)
    }
  }
  return { rows, columns, data }
}

/** A numpy array: the state is (version, shape, element type, Fortran order, bytes). */
function arrayOf(value: Pickled, file: string): { shape: readonly number[]; elements: ElementArray } {
  const state = isObject(value) && value.type.endsWith('_reconstruct') ? value.state : null
  if (!Array.isArray(state) || !Array.isArray(state[1])) throw unexpected(file, 'a numpy array')
  const [, shapeValue, type, fortran, bytes] = state
  const shape = (shapeValue as Pickled[]).map(Number)
  const kind = kindOf(type, file)
  if (!(bytes instanceof Uint8Array)) throw unexpected(file, 'the bytes of a numpy array')
  if (fortran === true && shape.length > 1) throw unexpected(file, 'an array in the order of C')
  const count = shape.reduce((product, length) => product * length, 1)
  const aligned = new Uint8Array(bytes) // a Buffer's slice() would share
  if (aligned.length !== count * Number(kind[1])) throw unexpected(file, `${count} elements of type ${kind}`)
  return { shape, elements: elementArray(kind, aligned.buffer, 0, count) }
}

function kindOf(type: Pickled | undefined, file: string): NpyKind {
  const name = isObject(type) ? type.args[0] : undefined
  const text = name instanceof Uint8Array ? Buffer.from(name).toString('latin1') : String(name)
  const order = isObject(type) && Array.isArray(type.state) ? type.state[1] : '<'
  const isBig = (order instanceof Uint8Array ? Buffer.from(order).toString('latin1') : order) === '>'
  if (!KINDS.has(text) || isBig) throw unexpected(file, 'numbers of this machine')
  return text as NpyKind
}

function unexpected(file: string, wanted: string): DatabaseError {
  return new DatabaseError('BAD_FILE', `Error in file ${file}: ${wanted} is expected.`, { facts: { file } })
}
