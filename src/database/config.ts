import os from 'node:os'
import { DatabaseError } from '../errors/database-error.ts'
import type { IntegerMode } from './js-value.ts'

/** Options of {@link Database}. */
export interface DatabaseOptions {
  /** Hard limit of page memory in bytes. 0 or left out: 80 % of the machine's memory. At least 16 MiB are needed. */
  readonly bufferPoolSize?: number | undefined
  /** Most threads that one query may use. 0 or left out: all cores. */
  readonly numThreads?: number | undefined
  readonly enableCompression?: boolean | undefined
  readonly readOnly?: boolean | undefined
  /** Most bytes that the file may grow to (address space, not disk). 0 or left out: 2^43. */
  readonly maxDBSize?: number | undefined
  /** Merge committed changes into the base pages when they pass `checkpointThreshold`. */
  readonly autoCheckpoint?: boolean | undefined
  /** Bytes of committed changes that start a merge; -1 or left out: 16 MiB. */
  readonly checkpointThreshold?: number | undefined
  /** 'bigint': every integer of 64 bits and more is delivered as a bigint. */
  readonly integers?: IntegerMode | undefined
}

/** {@link DatabaseOptions} with every default filled in. */
export interface DatabaseConfig {
  readonly bufferPoolSize: number
  /** Limit of query memory (sorts, hash tables, decoded chunks) in bytes. */
  readonly queryMemorySize: number
  readonly numThreads: number
  readonly enableCompression: boolean
  readonly readOnly: boolean
  readonly maxDBSize: number
  readonly autoCheckpoint: boolean
  readonly checkpointThreshold: number
  readonly integers: IntegerMode
}

const MIB = 1024 * 1024
const MIN_POOL_BYTES = 16 * MIB
const MIN_QUERY_BYTES = 64 * MIB
const DEFAULT_MAX_BYTES = 2 ** 43
const DEFAULT_CHECKPOINT_BYTES = 16 * MIB

function byteCount(value: number | undefined, name: string, fallback: number): number {
  if (value === undefined || value === null || value === 0 || value === -1) return fallback
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) {
    throw new DatabaseError('INVALID_ARGUMENT', `${name} must be a non-negative number of bytes, not ${String(value)}.`)
  }
  return Math.floor(value)
}

function flag(value: boolean | undefined, name: string, fallback: boolean): boolean {
  if (value === undefined || value === null) return fallback
  if (typeof value === 'boolean') return value
  throw new DatabaseError('INVALID_ARGUMENT', `${name} must be true or false, not ${String(value)}.`)
}

const NAMES: Readonly<Record<keyof DatabaseOptions, true>> = {
  bufferPoolSize: true,
  numThreads: true,
  enableCompression: true,
  readOnly: true,
  maxDBSize: true,
  autoCheckpoint: true,
  checkpointThreshold: true,
  integers: true,
}

/** An option that is spelt wrong would be without effect, and nobody would know. */
function checkNames(options: DatabaseOptions): void {
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(NAMES, name))
  if (unknown === undefined) return
  const known = Object.keys(NAMES).join(', ')
  throw new DatabaseError('INVALID_ARGUMENT', `${unknown} is not an option of Database. There are ${known}.`)
}

/**
 * @returns the options with defaults.
 * @throws {DatabaseError} INVALID_ARGUMENT naming the option.
 */
export function resolveConfig(options: DatabaseOptions): DatabaseConfig {
  checkNames(options)
  const pool = byteCount(options.bufferPoolSize, 'bufferPoolSize', Math.floor(os.totalmem() * 0.8))
  const threads = options.numThreads ?? 0
  if (!Number.isInteger(threads) || threads < 0) {
    throw new DatabaseError('INVALID_ARGUMENT', `numThreads must be a non-negative integer, not ${String(threads)}.`)
  }
  const integers = options.integers ?? 'number'
  if (integers !== 'number' && integers !== 'bigint') {
    throw new DatabaseError('INVALID_ARGUMENT', `integers must be 'number' or 'bigint', not ${String(integers)}.`)
  }
  return {
    bufferPoolSize: Math.max(pool, MIN_POOL_BYTES),
    queryMemorySize: Math.max(MIN_QUERY_BYTES, Math.floor(os.totalmem() * 0.4)),
    numThreads: threads === 0 ? os.availableParallelism() : threads,
    enableCompression: flag(options.enableCompression, 'enableCompression', true),
    readOnly: flag(options.readOnly, 'readOnly', false),
    maxDBSize: byteCount(options.maxDBSize, 'maxDBSize', DEFAULT_MAX_BYTES),
    autoCheckpoint: flag(options.autoCheckpoint, 'autoCheckpoint', true),
    checkpointThreshold: byteCount(options.checkpointThreshold, 'checkpointThreshold', DEFAULT_CHECKPOINT_BYTES),
    integers,
  }
}
