import assert from 'node:assert/strict'
import { StatementQueue } from '../../../src/database/statement-queue.ts'
import { DatabaseError } from '../../../src/errors/database-error.ts'

/** Work that ends when it is told to, or when it is interrupted. */
function work(queue: StatementQueue, log: string[], name: string) {
  let end = (): void => undefined
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  const run = queue.add(async () => {
    log.push(`begin ${name}`)
    await ended
    if (Atomics.load(queue.interruptFlag, 0) !== 0) throw new DatabaseError('INTERRUPTED', 'Interrupted.')
    log.push(`end ${name}`)
    return name
  })
  run.catch(() => undefined)
  return { run, end }
}

const code = (wanted: string) => (error: unknown) => error instanceof DatabaseError && error.code === wanted

describe('StatementQueue', () => {
  it('runs one after the other, also after a failure', async () => {
    const queue = new StatementQueue()
    const log: string[] = []
    const first = work(queue, log, 'a')
    const second = queue.add(async () => {
      log.push('fails')
      throw new Error('no')
    })
    const third = work(queue, log, 'c')
    third.end()
    await new Promise(setImmediate)
    assert.deepEqual(log, ['begin a'])
    first.end()
    await assert.rejects(second, /no/)
    assert.equal(await third.run, 'c')
    assert.deepEqual(log, ['begin a', 'end a', 'fails', 'begin c', 'end c'])
    assert.ok(!queue.busy)
  })

  it('interrupts the running work only', async () => {
    const queue = new StatementQueue()
    const [a, b] = [work(queue, [], 'a'), work(queue, [], 'b')]
    queue.interrupt()
    a.end()
    b.end()
    await assert.rejects(a.run, code('INTERRUPTED'))
    assert.equal(await b.run, 'b')
    queue.interrupt()
    assert.equal(queue.interruptFlag[0], 0, 'nobody to interrupt')
  })

  it('drains what waits', async () => {
    const queue = new StatementQueue()
    const a = work(queue, [], 'a')
    const drained = queue.drain()
    await assert.rejects(
      queue.add(async () => 1),
      code('CLOSED'),
    )
    assert.ok(!queue.closed)
    a.end()
    await drained
    assert.equal(await a.run, 'a')
    assert.ok(queue.closed)
  })

  it('aborts what runs and what waits, and says why', async () => {
    const queue = new StatementQueue()
    const log: string[] = []
    const [a, b] = [work(queue, log, 'a'), work(queue, log, 'b')]
    await new Promise(setImmediate)
    const aborted = queue.abort()
    a.end()
    await aborted
    await assert.rejects(a.run, code('CLOSED'))
    await assert.rejects(b.run, code('CLOSED'))
    assert.deepEqual(log, ['begin a'])
  })

  it('refuses blocking work and closing while it is busy', async () => {
    const queue = new StatementQueue()
    const a = work(queue, [], 'a')
    assert.throws(() => queue.runNow(() => 1), code('BUSY'))
    assert.throws(() => queue.close(), code('BUSY'))
    a.end()
    await a.run
    assert.equal(
      queue.runNow(() => 1),
      1,
    )
    assert.throws(() => queue.runNow(() => queue.runNow(() => 2)), code('BUSY'))
    queue.close()
    assert.throws(() => queue.runNow(() => 1), code('CLOSED'))
  })
})
