import assert from 'node:assert/strict'
import { resolveConfig } from '../../../src/database/config.ts'
import { Settings } from '../../../src/database/settings.ts'
import { DatabaseError } from '../../../src/errors/database-error.ts'

const code = (wanted: string) => (error: unknown) => error instanceof DatabaseError && error.code === wanted

describe('Settings', () => {
  it('begin with the options of the database', () => {
    const settings = new Settings(resolveConfig({ numThreads: 3, checkpointThreshold: 1000, autoCheckpoint: false }))
    assert.equal(settings.text('THREADS'), '3')
    assert.equal(settings.number('checkpoint_threshold'), 1000)
    assert.equal(settings.text('auto_checkpoint'), 'False')
  })

  it('refuse unknown names and wrong types', () => {
    const settings = new Settings(resolveConfig({}))
    assert.throws(() => settings.set('thread', 1), code('UNKNOWN_OPTION'))
    assert.throws(() => settings.get('thread'), code('RUNTIME'))
    assert.throws(() => settings.set('threads', 'x'), code('TYPE_MISMATCH'))
    assert.throws(() => settings.set('progress_bar', 1), code('TYPE_MISMATCH'))
    assert.throws(() => settings.set('recursive_pattern_semantic', 'RUN'), code('INVALID_ARGUMENT'))
    assert.throws(() => settings.set('timeout', -1), code('INVALID_ARGUMENT'))
    assert.throws(() => settings.set('threads', 0), code('INVALID_ARGUMENT'))
  })

  it('give the planner one object until something changes', () => {
    const settings = new Settings(resolveConfig({}))
    const before = settings.planner
    assert.equal(settings.planner, before)
    settings.set('recursive_pattern_semantic', 'trail')
    assert.equal(settings.planner.recursivePatternSemantic, 'TRAIL')
    assert.equal(before.recursivePatternSemantic, 'WALK')
  })
})
