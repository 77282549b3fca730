import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createLease, isLeaseAlive } from '../../../src/storage/lease.ts'

const never = (): boolean => assert.fail('the reader slots were asked')

describe('write lease', () => {
  it('tells processes apart', () => {
    const a = createLease()
    const b = createLease()
    assert.equal(a.pid, process.pid)
    assert.notEqual(a.id, b.id)
    assert.deepEqual({ ...a, id: '' }, { ...b, id: '' })
  })

  it('knows whether the holder lives', async () => {
    const own = createLease()
    assert.equal(isLeaseAlive(own, never), false, 'our own is for the caller to judge')
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'])
    await once(child, 'spawn')
    const parent = { ...own, pid: process.ppid }
    assert.equal(isLeaseAlive({ ...parent, start: '' }, never), true, 'a running process, its start unknown')
    if (own.place !== '')
      assert.equal(isLeaseAlive({ ...parent, start: '1' }, never), false, 'another process had this pid')
    child.kill('SIGKILL')
    await once(child, 'exit')
    assert.equal(isLeaseAlive({ ...own, pid: child.pid!, start: '' }, never), false)
  })

  it('asks LMDB about a process of another container', () => {
    const elsewhere = { ...createLease(), pid: 17, place: 'another' }
    assert.equal(
      isLeaseAlive(elsewhere, (pid) => pid === 17),
      true,
    )
    assert.equal(
      isLeaseAlive(elsewhere, () => false),
      false,
    )
  })
})
