import type { MessagePort } from 'node:worker_threads'
import type { ErrorMessageData } from '../../errors/database-error.ts'
import type { BatchBuffer, BatchData } from './batch-data.ts'
import type { EpochRun } from './batch-producer.ts'
import type { BatchRecipe } from './batch-recipe.ts'
import type { LookAhead } from './look-ahead.ts'
import type { SampledBatch } from './sampled-batch.ts'
import type { BatchTask } from './seed-sampler.ts'
import type { SourceTicket } from './thread-source.ts'

/** `workerData` of a loader worker. The first worker of a loader gathers for all; the others sample for it. */
export type LoaderWorkerSetup =
  | {
      readonly role: 'gather'
      readonly port: MessagePort
      /** To the workers that only sample. */
      readonly samplers: readonly MessagePort[]
      readonly lookAhead: LookAhead
      /** Sample only what the consumer waits for. */
      readonly onDemand: boolean
    }
  | { readonly role: 'sample'; readonly port: MessagePort }

/** A snapshot to sample and gather from; later batches use it. */
export interface SourceMessage {
  readonly kind: 'source'
  readonly recipe: BatchRecipe
  readonly ticket: SourceTicket
}

/** Main thread -> gathering worker. */
export type ToGather =
  | SourceMessage
  | { readonly kind: 'begin'; readonly run: EpochRun; readonly credits: number }
  /** The consumer has taken batches: as many more may be finished. */
  | { readonly kind: 'credit'; readonly count: number }
  | { readonly kind: 'recycle'; readonly buffer: BatchBuffer }
  /** Ends the epoch; answered by 'ended'. */
  | { readonly kind: 'end' }
  /** A sampling worker has died. */
  | { readonly kind: 'lost'; readonly sampler: number }
  /** Ends the worker, and those that sample for it. */
  | { readonly kind: 'close' }

/** Gathering worker -> main thread. Batches come in order. */
export type FromGather =
  | { readonly kind: 'batch'; readonly data: BatchData }
  /** Instead of the batch whose turn it was; the epoch makes no more. */
  | { readonly kind: 'failed'; readonly error: ErrorMessageData }
  | { readonly kind: 'released'; readonly generation: number }
  | { readonly kind: 'ended' }

/** Gathering worker -> sampling worker. */
export type ToSampler =
  | SourceMessage
  | { readonly kind: 'sample'; readonly task: BatchTask; readonly generation: number }
  | { readonly kind: 'closeBefore'; readonly generation: number }
  | { readonly kind: 'close' }

/** Sampling worker -> gathering worker. */
export type FromSampler =
  | { readonly kind: 'sampled'; readonly batch: SampledBatch }
  | { readonly kind: 'failed'; readonly index: number; readonly error: ErrorMessageData }
  | { readonly kind: 'closedBefore'; readonly generation: number }
