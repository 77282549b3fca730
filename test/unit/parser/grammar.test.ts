import { doesNotThrow } from 'node:assert/strict'
import { CypherGrammar } from '../../../src/parser/grammar/statement-grammar.ts'

describe('grammar', () => {
  // At run time the checks are skipped, because they cost more than the rest of the start-up.
  it('has no ambiguity, left recursion or unreachable alternative', () => {
    doesNotThrow(() => new CypherGrammar(true))
  }).timeout(20_000)
})
