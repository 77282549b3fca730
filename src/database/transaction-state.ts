import { type Catalog, serialSequenceName } from '../catalog/catalog.ts'
import { encodeCatalog } from '../catalog/catalog-codec.ts'
import type { SequenceEntry } from '../catalog/entries.ts'
import { DatabaseError } from '../errors/database-error.ts'
import type { ReadView } from '../storage/read-view.ts'
import type { WriteTransaction } from '../storage/write-transaction.ts'
import { normaliseInt } from '../types/int.ts'
import type { Int } from '../types/value.ts'

/**
 * Thrown when a statement that was planned as reading turns out to write (it asks a sequence for its next value). Nothing has
 * happened yet: it is run again inside a write transaction.
 */
export class NeedsWriteTransaction extends Error {}

/**
 * A snapshot with its catalog, and the write transaction on top of it if there is one.
 *
 *     openRead ──► reading ──close──► done            openWrite ──► writing ──commit/rollback (by the owner), then close──► done
 */
export class TransactionState {
  readonly view: ReadView
  readonly write: WriteTransaction | null
  #catalog: Catalog
  #catalogChanged = false
  /** Sequences that values were taken from, by lower-case name: the catalog is changed once for all of them. */
  readonly #advanced = new Map<string, SequenceEntry>()

  constructor(view: ReadView, write: WriteTransaction | null, catalog: Catalog) {
    this.view = view
    this.write = write
    this.#catalog = catalog
  }

  /** The catalog of this transaction. Values taken from sequences are in it after {@link keepSequences}. */
  get catalog(): Catalog {
    return this.#catalog
  }

  /** Makes a changed catalog the one of this transaction; it is written at the commit. */
  setCatalog(catalog: Catalog): void {
    if (catalog === this.#catalog) return
    this.#catalog = catalog
    this.#catalogChanged = true
  }

  /** Hands what the transaction keeps outside of storage to storage. To be called before the commit. */
  flush(): void {
    this.keepSequences()
    if (this.write === null || !this.#catalogChanged) return
    this.write.setCatalog(encodeCatalog(this.#catalog))
    this.#catalogChanged = false
  }

  /** Brings the values that were taken into the catalog. To be called before a schema change, which may drop or rename sequences. */
  keepSequences(): void {
    for (const sequence of this.#advanced.values()) this.setCatalog(this.#catalog.withSequence(sequence))
    this.#advanced.clear()
  }

  /**
   * Takes `count` values of a sequence.
   * @returns the first of them; they are `increment` apart. Cost: one map look-up.
   * @throws {DatabaseError} CATALOG for an unknown name, RUNTIME at the end of a sequence without CYCLE.
   * @throws {NeedsWriteTransaction} in a reading transaction.
   */
  takeSequenceValues(name: string, count: number): { first: Int; increment: Int } {
    const sequence = this.#sequence(name)
    if (this.write === null) throw new NeedsWriteTransaction()
    const first = nextValue(sequence)
    const last = first + BigInt(count - 1) * sequence.increment
    if (last > sequence.max || last < sequence.min) throw exhausted(sequence)
    this.#advanced.set(name.toLowerCase(), { ...sequence, last })
    return { first: normaliseInt(first), increment: normaliseInt(sequence.increment) }
  }

  /** @throws {DatabaseError} CATALOG for an unknown name, or before the first nextval. */
  currentSequenceValue(name: string): Int {
    const { last } = this.#sequence(name)
    if (last === null) {
      throw new DatabaseError(
        'CATALOG',
        `currval: sequence "${name}" is not yet defined. To define the sequence, call nextval first.`,
      )
    }
    return normaliseInt(last)
  }

  #sequence(name: string): SequenceEntry {
    const sequence = this.#advanced.get(name.toLowerCase()) ?? this.#catalog.sequence(name)
    if (sequence === undefined) throw new DatabaseError('CATALOG', `${name} does not exist in catalog.`)
    return sequence
  }

  /** @returns the value that {@link takeSerialValues} would give next, without taking it. */
  nextSerialValue(table: string, column: string): { first: Int; increment: Int } {
    const sequence = this.#sequence(serialSequenceName(table, column))
    return { first: normaliseInt(nextValue(sequence)), increment: normaliseInt(sequence.increment) }
  }

  /** Takes values for a SERIAL column. */
  takeSerialValues(table: string, column: string, count: number): { first: Int; increment: Int } {
    return this.takeSequenceValues(serialSequenceName(table, column), count)
  }
}

function nextValue(sequence: SequenceEntry): bigint {
  const { last, increment, max, min, start } = sequence
  if (last === null) return start
  const next = last + increment
  if (next <= max && next >= min) return next
  if (!sequence.cycle) throw exhausted(sequence)
  return increment > 0n ? min : max
}

function exhausted(sequence: SequenceEntry): DatabaseError {
  const end = sequence.increment > 0n ? `maximum value ("${sequence.max}")` : `minimum value ("${sequence.min}")`
  return new DatabaseError('RUNTIME', `nextval: reached ${end} of sequence "${sequence.name}"`)
}
