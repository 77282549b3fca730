import { deepEqual, doesNotThrow, ok } from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { CypherGrammar } from '../../../src/parser/grammar/statement-grammar.ts'
import { tokenize } from '../../../src/parser/lexer.ts'
import { readBehaviourFile } from '../../support/behaviour-file.ts'

const FILES = path.resolve('test/cypher')

/** What a parser makes of a text: its tree, or the rule, place and words of the first error. */
function outcome(grammar: CypherGrammar, text: string): unknown {
  try {
    grammar.input = tokenize(text)
    grammar.source = text
    const tree = grammar.statements()
    const [error] = grammar.errors
    return error === undefined ? tree : [error.name, error.message, error.token.startOffset]
  } catch (error) {
    return String(error)
  }
}

function statementsOfTests(): string[] {
  const files = readdirSync(FILES, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.test'))
  return files
    .flatMap((name) => readBehaviourFile(path.join(FILES, name)).cases)
    .flatMap(({ steps }) => steps.flatMap((step) => (step.kind === 'statement' ? [step.text] : [])))
}

describe('grammar', () => {
  // At run time the checks are skipped, because they cost more than the rest of the start-up.
  it('has no ambiguity, left recursion or unreachable alternative', () => {
    doesNotThrow(() => new CypherGrammar(true))
  }).timeout(20_000)

  it('decides as Chevrotain’s own lookahead does, on whole statements and on broken ones', () => {
    const reference = new CypherGrammar(true)
    const grammar = new CypherGrammar()
    const statements = statementsOfTests()
    ok(statements.length > 500, `${statements.length} statements`)
    for (const text of statements) {
      deepEqual(outcome(grammar, text), outcome(reference, text), text)
      const words = text.split(' ')
      const shorter = words.filter((_, i) => i !== words.length >> 1).join(' ')
      deepEqual(outcome(grammar, shorter), outcome(reference, shorter), shorter)
    }
  }).timeout(60_000)
})
