import { DatabaseError } from '../errors/database-error.ts'

/** Element types that can be read, as numpy writes them, without the byte order. */
export type NpyKind = 'b1' | 'i1' | 'i2' | 'i4' | 'i8' | 'u1' | 'u2' | 'u4' | 'u8' | 'f2' | 'f4' | 'f8'

/** What the head of an .npy file says. */
export interface NpyHeader {
  readonly version: number
  /** Element type as written, e.g. `<f4`. */
  readonly elementType: string
  /** Element type without byte order, or undefined where this reader has no use for it (text, objects, complex, records). */
  readonly kind: NpyKind | undefined
  /** Whether the elements lie in big-endian order. */
  readonly bigEndian: boolean
  readonly fortranOrder: boolean
  readonly shape: readonly number[]
  /** Where the first element lies, in bytes from the start of the file. */
  readonly dataOffset: number
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] // \x93NUMPY
const KINDS: ReadonlySet<string> = new Set('b1 i1 i2 i4 i8 u1 u2 u4 u8 f2 f4 f8'.split(' '))

/** Bytes that must be read before the length of the header is known, whatever the version. */
export const NPY_PREFIX_BYTES = 12

/** @returns the error for a file that cannot be used: "Copy exception: Error in file <path>: <reason>". */
export function badNpy(path: string, reason: string, facts: Record<string, string | number> = {}): DatabaseError {
  return new DatabaseError('BAD_FILE', `Error in file ${path}: ${reason}`, { facts: { file: path, ...facts } })
}

/**
 * Length of the head of a file (magic, version, header text), from its first bytes.
 * @param prefix the first {@link NPY_PREFIX_BYTES} bytes of the file, fewer if it is shorter.
 * @throws {DatabaseError} BAD_FILE: empty, wrong magic, unknown version, cut off.
 */
export function npyHeadBytes(prefix: Uint8Array, path: string): number {
  if (prefix.length === 0) throw badNpy(path, 'the file is empty.')
  for (let i = 0; i < MAGIC.length; i++) {
    if (prefix[i] !== MAGIC[i]) throw badNpy(path, 'not an NPY file (it does not start with \\x93NUMPY).')
  }
  const version = prefix[6]
  if (version === undefined || prefix.length < 10) throw badNpy(path, 'the NPY header is cut off.')
  if (version < 1 || version > 3) {
    throw badNpy(path, `unsupported NPY file version ${version}.${prefix[7]}; versions 1, 2 and 3 can be read.`, {
      version,
    })
  }
  if (version === 1) return 10 + (prefix[8]! | (prefix[9]! << 8))
  if (prefix.length < NPY_PREFIX_BYTES) throw badNpy(path, 'the NPY header is cut off.')
  return 12 + (prefix[8]! | (prefix[9]! << 8) | (prefix[10]! << 16)) + prefix[11]! * 0x1000000
}

/**
 * Reads the head of an .npy file of version 1, 2 or 3.
 * @param head exactly the bytes that {@link npyHeadBytes} asks for, fewer if the file is shorter.
 * @throws {DatabaseError} BAD_FILE: cut off, or a header text that is not the expected dictionary.
 * Source: numpy.lib.format, "Format Version 1.0" to "3.0".
 */
export function parseNpyHeader(head: Uint8Array, path: string): NpyHeader {
  const dataOffset = npyHeadBytes(head.subarray(0, NPY_PREFIX_BYTES), path)
  if (head.length < dataOffset) {
    throw badNpy(path, `the NPY header is cut off: ${dataOffset} bytes announced, the file has ${head.length}.`)
  }
  const version = head[6]!
  const text = new TextDecoder(version === 3 ? 'utf-8' : 'latin1').decode(
    head.subarray(version === 1 ? 10 : 12, dataOffset),
  )
  const order = /['"]fortran_order['"]\s*:\s*(True|False)/.exec(text)?.[1]
  const shapeText = /['"]shape['"]\s*:\s*\(([\d\sL,]*)\)/.exec(text)?.[1]
  const elementType = elementTypeOf(text)
  if (order === undefined || shapeText === undefined || elementType === undefined) {
    throw badNpy(path, `the NPY header cannot be understood: ${text.trim().slice(0, 200)}`)
  }
  const shape = shapeText
    .split(',')
    .map((part) => part.trim().replace(/L$/, ''))
    .filter((part) => part !== '')
    .map(Number)
  const kind = elementType.replace(/^[<>|=]/, '')
  return {
    version,
    elementType,
    kind: KINDS.has(kind) ? (kind as NpyKind) : undefined,
    bigEndian: elementType.startsWith('>'),
    fortranOrder: order === 'True',
    shape,
    dataOffset,
  }
}

/** @returns the text of `descr`; a list (records) comes back as it is written, so that a message can show it. */
function elementTypeOf(text: string): string | undefined {
  const plain = /['"]descr['"]\s*:\s*(?:'([^']*)'|"([^"]*)")/.exec(text)
  if (plain !== null) return plain[1] ?? plain[2]
  return /['"]descr['"]\s*:\s*(\[.*?\])\s*,\s*['"]fortran_order/.exec(text)?.[1]
}
