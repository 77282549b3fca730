import { DatabaseError } from '../../errors/database-error.ts'
import { combine, hasherFor, widen } from '../../types/hash.ts'
import { normaliseInt } from '../../types/int.ts'
import type { Value } from '../../types/value.ts'
import { countWork } from '../../util/work.ts'
import { code, type FunctionRecord, record } from '../function-record.ts'
import { fixed } from './simple-overload.ts'

/** Bytes that are digested at once. */
const PART = 1 << 20

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decode(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes)
  } catch {
    throw new DatabaseError(
      'RUNTIME',
      'Failure in decode: could not convert blob to UTF8 string, the blob contained invalid UTF8 characters',
    )
  }
}

function digest(algorithm: string, text: string): string {
  // not imported: a process that starts would wait for it
  const hash = process.getBuiltinModule('node:crypto').createHash(algorithm)
  if (text.length <= PART) return hash.update(text).digest('hex')
  const bytes = Buffer.from(text)
  for (let start = 0; start < bytes.length; start += PART) {
    countWork(PART)
    hash.update(bytes.subarray(start, start + PART))
  }
  return hash.digest('hex')
}

/** Functions of bytes, digests and identifiers. */
export const DIGEST_FUNCTIONS: readonly FunctionRecord[] = [
  record('ENCODE', 'UTF-8 bytes of a text.', [
    fixed('STRING', 'BLOB', (text: string) => new Uint8Array(Buffer.from(text, 'utf8'))),
  ]),
  record('DECODE', 'Text of UTF-8 bytes.', [fixed('BLOB', 'STRING', decode)]),
  record('OCTET_LENGTH', 'Number of bytes.', [
    fixed('BLOB', 'INT64', (bytes: Uint8Array) => bytes.length, '$0.length'),
  ]),
  record('MD5', 'MD5 digest of a text, in hexadecimal digits.', [
    fixed('STRING', 'STRING', (text: string) => digest('md5', text)),
  ]),
  record('SHA256', 'SHA-256 digest of a text, in hexadecimal digits.', [
    fixed('STRING', 'STRING', (text: string) => digest('sha256', text)),
  ]),
  record('HASH', 'A number that is the same for equal values; it may change with the version.', [
    {
      parameters: ['ANY'],
      returns: 'UINT64',
      make: (fn) => {
        const hash = hasherFor(fn.parameterTypes[0]!)
        return code((v: Value) => {
          const low = hash(v)
          return normaliseInt(widen(combine(low, 0x5bd1e995), low))
        })
      },
    },
  ]),
  record('GEN_RANDOM_UUID', 'A new random UUID (version 4).', [
    { ...fixed('', 'UUID', () => crypto.randomUUID()), volatile: true },
  ]),
]
