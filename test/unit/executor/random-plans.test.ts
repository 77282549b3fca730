import assert from 'node:assert/strict'
import { CODE_LIMITS } from '../../../src/executor/codegen/emitter.ts'
import { evaluatePlan } from '../../oracle/naive.ts'
import { Random } from '../../oracle/random.ts'
import { RandomPlanMaker } from '../../oracle/random-plan.ts'
import { rowText, sortedTexts } from '../../oracle/rows.ts'
import { runPlan } from '../../oracle/run-plan.ts'
import { randomGraph } from '../../oracle/small-graphs.ts'

const RUNS = 400
const FIRST_SEED = Number(process.env['NISABA_SEED'] ?? 1)

/** Compares a compiled run of a random plan with the naive one. @returns the strategies that ran. */
function checkSeed(seed: number): string[] {
  const random = new Random(seed)
  const graph = randomGraph(random, 6 + random.int(8), 4, 15 + random.int(50))
  const { plan, isOrdered, isCountOnly } = new RandomPlanMaker(graph, random).make()
  const expected = evaluatePlan(plan, { graph, parameters: new Map() })
  const { rows, statistics } = runPlan(plan, graph)
  if (isCountOnly) assert.equal(rows.length, expected.length)
  else if (isOrdered) assert.deepEqual(rows.map(rowText), expected.map(rowText))
  else assert.deepEqual(sortedTexts(rows), sortedTexts(expected))
  return statistics.operators.map((o) => o.strategy).filter((s) => s !== '')
}

/** Runs random plans. @returns every strategy that ran. */
function checkSeeds(first: number, runs: number): Set<string> {
  const strategies = new Set<string>()
  for (let seed = first; seed < first + runs; seed++) {
    try {
      for (const strategy of checkSeed(seed)) strategies.add(strategy)
    } catch (error) {
      throw new Error(`seed ${seed}: ${error instanceof Error ? error.stack : error}`)
    }
  }
  return strategies
}

describe('random plans against the naive evaluator', () => {
  it('give the same rows, through every strategy', () => {
    const strategies = checkSeeds(FIRST_SEED, RUNS)
    // other seeds are for looking for errors, not for coverage
    if (FIRST_SEED !== 1) return
    for (const wanted of ['dense', 'range', 'hash', 'registers', 'bitset', 'hash-distinct', 'top-k', 'sort', 'marks']) {
      assert.ok(strategies.has(wanted), `no plan ran ${wanted}`)
    }
    for (const wanted of ['degree-weight', 'degree-exists', 'degree-rows', 'live-count', 'optional', 'left']) {
      assert.ok(strategies.has(wanted), `no plan ran ${wanted}`)
    }
  }).timeout(60_000)

  it('give the same rows when code is cut into small functions', () => {
    const { functionCharacters } = CODE_LIMITS
    CODE_LIMITS.functionCharacters = 150
    try {
      checkSeeds(FIRST_SEED + 100_000, RUNS / 2)
    } finally {
      CODE_LIMITS.functionCharacters = functionCharacters
    }
  }).timeout(60_000)
})
