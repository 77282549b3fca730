import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { attachStorage } from '../../src/storage/attach-storage.ts'
import { openStorage } from '../../src/storage/open-storage.ts'
import type { ReadView } from '../../src/storage/read-view.ts'
import type { AttachedStorage, StorageEngine, StorageOptions } from '../../src/storage/storage-engine.ts'
import { assertSameContent, StorageModel } from './storage-model.ts'
import { SMALL_STORAGE, seededRandom, TraceWriter, withView } from './storage-trace.ts'

const SEED = Number(process.env['NISABA_SEED'] ?? Math.floor(Math.random() * 1e9))
const ROUNDS = Number(process.env['TRACE_ROUNDS'] ?? 20)

/** One random life of a database: transactions, merges, reopenings and held snapshots, compared with the model after each step. */
class Trace {
  readonly #file: string
  readonly #random: () => number
  readonly #options: Partial<StorageOptions>
  #storage: StorageEngine
  #attached: AttachedStorage
  #model = new StorageModel()
  #held: { view: ReadView; model: StorageModel }[] = []

  constructor(file: string, seed: number, options: Partial<StorageOptions>, manyRows = 0) {
    this.#file = file
    this.#random = seededRandom(seed)
    this.#options = options
    this.#storage = openStorage(file, options)
    this.#attached = attachStorage(this.#storage.attachment())
    const transaction = this.#storage.beginWrite()
    TraceWriter.create(transaction)
    if (manyRows > 0) {
      new TraceWriter(this.#model, this.#random).preload(transaction, manyRows)
      this.#model.checks = (row) => row % 9973 === 0 || row >= manyRows - 60
    }
    transaction.commitSync()
  }

  async run(rounds: number): Promise<void> {
    for (let round = 0; round < rounds; round++) await this.#round()
    this.#dropHeld()
    this.#attached.close()
    await this.#storage.close()
  }

  async #round(): Promise<void> {
    const die = this.#random()
    if (die < 0.75) await this.#transaction()
    else if (die < 0.83) await this.#storage.checkpoint()
    else if (die < 0.9) this.#hold()
    else if (this.#file !== ':memory:') await this.#reopen()
    withView(this.#storage, (view) => {
      assertSameContent(view, this.#model, this.#random)
      this.#compareAttached(view, this.#model)
    })
    for (const { view, model } of this.#held) assertSameContent(view, model, this.#random)
    if (this.#held.length > 3) this.#dropHeld()
  }

  async #transaction(): Promise<void> {
    const transaction = this.#storage.beginWrite()
    const model = this.#model.copy()
    const writer = new TraceWriter(model, this.#random)
    const steps = 1 + Math.floor(this.#random() * 25)
    for (let step = 0; step < steps; step++) {
      writer.step(transaction)
      if (this.#random() < 0.1) assertSameContent(transaction.view, model, this.#random)
    }
    assertSameContent(transaction.view, model, this.#random)
    this.#compareAttached(transaction.view, model)
    withView(this.#storage, (view) => assertSameContent(view, this.#model, this.#random))
    if (this.#random() < 0.25) return transaction.rollback()
    if (this.#random() < 0.5) transaction.commitSync()
    else await transaction.commit()
    this.#model = model
  }

  /** What another thread would see of a view, through plain data only. */
  #compareAttached(view: ReadView, model: StorageModel): void {
    const other = this.#attached.openView(structuredClone(this.#storage.snapshotOf(view)))
    assertSameContent(other, model, this.#random)
    other.close()
  }

  #hold(): void {
    this.#held.push({ view: this.#storage.openView(), model: this.#model.copy() })
  }

  #dropHeld(): void {
    for (const { view } of this.#held) view.close()
    this.#held = []
  }

  async #reopen(): Promise<void> {
    this.#dropHeld()
    this.#attached.close()
    if (this.#random() < 0.5) await this.#storage.close()
    else this.#storage.closeSync()
    this.#storage = openStorage(this.#file, this.#options)
    this.#attached = attachStorage(this.#storage.attachment())
  }
}

describe(`storage traces against the model (TRACE_SEED=${SEED})`, () => {
  let folder = ''
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'nisaba-trace-'))
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  for (const [name, options] of [
    ['merges often', SMALL_STORAGE],
    ['merges only when asked', { ...SMALL_STORAGE, checkpointThreshold: Infinity }],
    ['merges at every commit', { ...SMALL_STORAGE, checkpointThreshold: 0 }],
  ] as const) {
    it(`in a file, ${name}`, async function () {
      this.timeout(120_000)
      await new Trace(path.join(folder, `${name}.db`), SEED, options).run(ROUNDS)
    })
  }

  it('across the border of two node groups', async function () {
    this.timeout(180_000)
    await new Trace(path.join(folder, 'groups.db'), SEED + 2, SMALL_STORAGE, 131_050).run(Math.ceil(ROUNDS / 10))
  })

  it('in memory', async function () {
    this.timeout(120_000)
    await new Trace(':memory:', SEED + 1, SMALL_STORAGE).run(ROUNDS)
  })
})
