import type { AnnouncedBatch, BatchAssembler } from './batch-assembler.ts'
import type { BatchBuffers } from './batch-buffers.ts'
import type { BatchData } from './batch-data.ts'
import { batchPositions, type EpochOrder, orderLength } from './epoch-order.ts'
import { type LookAhead, LookAheadWindow } from './look-ahead.ts'
import { type SampledBatch, sampledBytes } from './sampled-batch.ts'
import type { BatchTask } from './seed-sampler.ts'

/** One run through the batches of an epoch. */
export interface EpochRun {
  readonly epoch: number
  readonly order: EpochOrder
  /** First batch: not 0 after a resume. */
  readonly from: number
  /** What is added to a batch's place in the order to get its index. */
  readonly firstIndex: number
}

/** A batch on its way. */
interface Pending {
  readonly generation: number
  sampled: SampledBatch | null
  /** What sampling threw: reported when the batch's turn comes. */
  error: unknown
  announced: AnnouncedBatch | null
  assembler: BatchAssembler | null
  bytes: number
}

/**
 * The batches of one epoch between sampling and delivery: hands out what is to be sampled next, takes samples back in any order, announces and assembles
 * them in the order of the epoch.
 *
 *     to sample ──nextTask──► under way ──accept──► announced (once all before it are) ──assemble──► delivered
 */
export class BatchProducer {
  readonly window: LookAheadWindow
  readonly #run: EpochRun
  readonly #end: number
  readonly #buffers: BatchBuffers
  readonly #pending = new Map<number, Pending>()
  /** Next batch to sample, to announce, to assemble. */
  #toSample: number
  #toAnnounce: number
  #toAssemble: number

  constructor(run: EpochRun, lookAhead: LookAhead, buffers: BatchBuffers) {
    this.#run = run
    this.#end = run.firstIndex + orderLength(run.order)
    this.#buffers = buffers
    this.window = new LookAheadWindow(lookAhead)
    this.#toSample = run.firstIndex + run.from
    this.#toAnnounce = run.firstIndex + run.from
    this.#toAssemble = run.firstIndex + run.from
  }

  get done(): boolean {
    return this.#toAssemble >= this.#end
  }

  /** Whether there is a batch to sample and room for it. */
  get canSample(): boolean {
    return this.#toSample < this.#end && this.window.open
  }

  /** Whether the next batch in order is sampled. */
  get canAssemble(): boolean {
    return this.#toAssemble < this.#toAnnounce
  }

  /** Whether sampling is better than assembling when both are possible. */
  get prefersSampling(): boolean {
    return this.canSample && this.window.growing
  }

  /** @param generation what it will be sampled from. @returns the next batch to sample; only while {@link canSample}. */
  nextTask(generation: number): BatchTask {
    const index = this.#toSample++
    this.window.started()
    this.#pending.set(index, { generation, sampled: null, error: null, announced: null, assembler: null, bytes: 0 })
    return { epoch: this.#run.epoch, index, positions: batchPositions(this.#run.order, index - this.#run.firstIndex) }
  }

  /** Takes a sampled batch. @param assemblerOf the assembler of a generation. */
  accept(sampled: SampledBatch, assemblerOf: (generation: number) => BatchAssembler): void {
    const pending = this.#pending.get(sampled.index)!
    pending.sampled = sampled
    pending.bytes = sampledBytes(sampled)
    this.window.sampled(pending.bytes)
    this.#announce(assemblerOf)
  }

  /** Takes note that a batch could not be sampled. */
  fail(index: number, error: unknown, assemblerOf: (generation: number) => BatchAssembler): void {
    this.#pending.get(index)!.error = error ?? new Error('sampling failed')
    this.#announce(assemblerOf)
  }

  #announce(assemblerOf: (generation: number) => BatchAssembler): void {
    for (;;) {
      const next = this.#pending.get(this.#toAnnounce)
      if (next === undefined || (next.sampled === null && next.error === null)) return
      if (next.sampled !== null) {
        next.assembler = assemblerOf(next.sampled.generation)
        next.announced = next.assembler.announce(next.sampled)
      }
      this.#toAnnounce++
    }
  }

  /** @returns the oldest generation that a batch under way is sampled from; Infinity when none is. */
  oldestGeneration(): number {
    let oldest = Number.POSITIVE_INFINITY
    for (const { generation } of this.#pending.values()) oldest = Math.min(oldest, generation)
    return oldest
  }

  /**
   * @param discard takes the sample once the batch has a copy of it.
   * @returns the next batch in order; only while {@link canAssemble}. @throws what sampling it threw, or as the assembler does.
   */
  assemble(discard?: (sampled: SampledBatch) => void): BatchData {
    const index = this.#toAssemble++
    const { announced, assembler, bytes, error } = this.#pending.get(index)!
    this.#pending.delete(index)
    this.window.gathered(bytes)
    if (error !== null) throw error
    const batch = assembler!.assemble(announced!, this.#buffers)
    discard?.(announced!.sampled)
    return batch
  }
}
