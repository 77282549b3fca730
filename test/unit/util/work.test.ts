import assert from 'node:assert/strict'
import { checkedWork, countWork } from '../../../src/util/work.ts'

describe('counted work', () => {
  it('calls the check each time so many units have passed', () => {
    let checks = 0
    const result = checkedWork(
      () => checks++,
      () => {
        for (let i = 0; i < 1000; i++) countWork(1)
        return 'done'
      },
      99,
    )
    assert.deepEqual({ result, checks }, { result: 'done', checks: 10 })
  })

  it('belongs to the inner one while that runs, and to the outer one again when it has failed', () => {
    const calls: string[] = []
    const stop = new Error('stop')
    const inner = (): void => {
      calls.push('inner')
      throw stop
    }
    checkedWork(
      () => calls.push('outer'),
      () => {
        countWork(6)
        assert.throws(() => checkedWork(inner, () => countWork(2), 1), stop)
        countWork(6)
      },
      10,
    )
    countWork(1e6)
    assert.deepEqual(calls, ['inner', 'outer'])
  })
})
