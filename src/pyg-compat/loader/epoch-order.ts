import { hashText, RandomStream } from '../sampler/random.ts'

/** Which seeds each batch of an epoch takes. Both arrays may lie in shared memory. */
export interface EpochOrder {
  /** Positions in the seed list, batch after batch. */
  readonly positions: Uint32Array
  /** [batches + 1] batch b takes positions [starts[b], starts[b + 1]). */
  readonly starts: Uint32Array
}

/** How seeds are cut into batches. */
export interface OrderOptions {
  readonly batchSize: number
  readonly shuffle: boolean
  readonly dropLast: boolean
  readonly seed: number
}

const SHUFFLE_SCOPE = hashText('loader order')

/** @returns the number of batches of `count` seeds. */
export function batchCount(count: number, { batchSize, dropLast }: OrderOptions): number {
  return dropLast ? Math.floor(count / batchSize) : Math.ceil(count / batchSize)
}

/** @returns the order of one epoch: a function of the seed and the epoch, in whichever thread. Cost: 20 ns a seed when shuffled. */
export function epochOrder(count: number, epoch: number, options: OrderOptions): EpochOrder {
  const positions = sharedWords(count)
  for (let i = 0; i < count; i++) positions[i] = i
  if (options.shuffle) shuffle(positions, options.seed, epoch)
  return cut(positions, options)
}

/** @returns an order from positions that somebody else chose. */
export function givenOrder(chosen: ArrayLike<number>, options: OrderOptions): EpochOrder {
  const positions = sharedWords(chosen.length)
  positions.set(chosen)
  return cut(positions, options)
}

/** @returns an order from batches that somebody else chose. */
export function givenBatches(batches: readonly ArrayLike<number>[]): EpochOrder {
  const total = batches.reduce((sum, batch) => sum + batch.length, 0)
  const positions = sharedWords(total)
  const starts = sharedWords(batches.length + 1)
  let at = 0
  batches.forEach((batch, b) => {
    positions.set(batch, at)
    at += batch.length
    starts[b + 1] = at
  })
  return { positions, starts }
}

/** @returns the seed positions of one batch: a view. */
export function batchPositions({ positions, starts }: EpochOrder, batch: number): Uint32Array {
  return positions.subarray(starts[batch]!, starts[batch + 1]!)
}

/** @returns the number of batches of an order. */
export function orderLength({ starts }: EpochOrder): number {
  return starts.length - 1
}

/** Fisher and Yates, from the end. */
function shuffle(positions: Uint32Array, seed: number, epoch: number): void {
  const random = new RandomStream()
  random.scope(seed)
  random.absorb(SHUFFLE_SCOPE)
  random.absorb(epoch)
  random.start(0)
  for (let i = positions.length - 1; i > 0; i--) {
    const other = random.below(i + 1)
    const held = positions[i]!
    positions[i] = positions[other]!
    positions[other] = held
  }
}

function cut(positions: Uint32Array, options: OrderOptions): EpochOrder {
  const batches = batchCount(positions.length, options)
  const starts = sharedWords(batches + 1)
  for (let b = 1; b <= batches; b++) starts[b] = Math.min(positions.length, b * options.batchSize)
  return { positions, starts }
}

function sharedWords(length: number): Uint32Array {
  return new Uint32Array(new SharedArrayBuffer(length * 4))
}
