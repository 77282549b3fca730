import assert from 'node:assert/strict'
import { Connection, Database } from '../../../src/index.ts'
import { errorText } from '../../../src/shell/error-text.ts'
import { painter } from '../../../src/shell/paint.ts'
import { ShellError } from '../../../src/shell/shell-error.ts'

const plain = painter(false)

async function failure(statement: string): Promise<unknown> {
  const connection = new Connection(new Database())
  await connection.query('CREATE NODE TABLE Person(name STRING, PRIMARY KEY(name))')
  const error = await connection.query(statement).then(
    () => null,
    (e: unknown) => e,
  )
  await connection.close()
  assert.notEqual(error, null)
  return error
}

async function shown(statement: string, width = 0, script?: { name: string; line: number }): Promise<string> {
  return errorText(await failure(statement), plain, { statement, script }, width)
}

describe('errorText', function () {
  this.timeout(30_000)

  it('puts carets under the token and the suggestion behind', async () => {
    assert.equal(
      await shown('MATCH (p:Persn)\nRETURN p'),
      'Binder exception: Table Persn does not exist.\n1 | MATCH (p:Persn)\n  |          ^^^^^\nDid you mean Person?\n',
    )
  })

  it('shows the line of the error only, with its number in the script', async () => {
    assert.equal(
      await shown('MATCH (p:Person)\n\tRETURN q.name', 0, { name: 'a.cypher', line: 10 }),
      'a.cypher:11: Binder exception: Variable q is not in scope.\n11 |  RETURN q.name\n   |         ^\n',
    )
  })

  it('draws what the parser says once', async () => {
    assert.equal(
      await shown('METCH (p) RETURN p'),
      'Parser exception: Invalid input <METCH>: expected a statement such as MATCH, RETURN, CREATE or COPY\n1 | METCH (p) RETURN p\n  | ^^^^^\nDid you mean MATCH?\n',
    )
    assert.equal(
      await shown('RETURN 1 +'),
      'Parser exception: Invalid input <end of query>: expected an expression\n1 | RETURN 1 +\n  |           ^\n',
    )
  })

  it('keeps the caret under wide characters', async () => {
    const lines = (await shown("RETURN '日本' + nothing")).split('\n')
    assert.equal(lines[1], "1 | RETURN '日本' + nothing")
    assert.equal(lines[2], '  |                 ^^^^^^^')
  })

  it('cuts long lines around the token', async () => {
    const text = await shown(`RETURN ${"'x' + ".repeat(60)}nothing ${" + 'y'".repeat(60)}`, 60)
    const [, line, carets] = text.split('\n')
    assert.ok(line!.length <= 60)
    assert.equal(line!.slice(carets!.indexOf('^'), carets!.lastIndexOf('^') + 1), 'nothing')
  })

  it('has no place for errors without one, and a stack for bugs only', async () => {
    const statement = "RETURN CAST('x', 'INT64')"
    assert.match(await shown(statement), /^Conversion exception: [^\n]*\n$/)
    assert.equal(errorText(new ShellError('Wrong.'), plain), 'Error: Wrong.\n')
    assert.match(errorText(new TypeError('bug'), plain), /^Error: TypeError: bug\n {4}at /)
  })

  it('is red, bold and green on a terminal', async () => {
    const statement = 'MATCH (p:Persn) RETURN p'
    const text = errorText(await failure(statement), painter(true), { statement })
    assert.ok(text.includes('\u001b[31mBinder exception:\u001b[39m'))
    assert.ok(text.includes('\u001b[31m^^^^^\u001b[39m'))
    assert.ok(text.includes('\u001b[32mDid you mean Person?\u001b[39m'))
  })
})
