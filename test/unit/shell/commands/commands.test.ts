import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { COMMANDS, findCommand } from '../../../../src/shell/commands/registry.ts'
import type { ShellState } from '../../../../src/shell/shell-state.ts'
import { inFolder } from '../support/cli.ts'
import { type TestSession, testSession } from '../support/test-session.ts'

async function using(work: (test: TestSession) => Promise<void>, state: Partial<ShellState> = {}): Promise<void> {
  const test = testSession(state)
  try {
    await work(test)
  } finally {
    await test.close()
  }
}

const SOCIAL = `CREATE NODE TABLE Person(name STRING, age INT64, PRIMARY KEY(name)); CREATE REL TABLE KNOWS(FROM Person TO Person);
CREATE (:Person {name: 'Ada', age: 36})-[:KNOWS]->(:Person {name: 'Ben'});`

describe('commands of the shell', function () {
  this.timeout(30_000)

  it('have names and aliases of their own', () => {
    const all = COMMANDS.flatMap((c) => [c.name, ...c.aliases])
    assert.equal(new Set(all).size, all.length)
    assert.equal(findCommand(':Q')?.name, ':quit')
  })

  it(':help lists them all, and explains one', () =>
    using(async ({ session, output, messages }) => {
      assert.equal(await session.run(':help'), 'ok')
      const text = output.take()
      for (const { name, usage } of COMMANDS) assert.ok(text.includes(`  ${name} ${usage}`), name)
      await session.run(':help mode')
      assert.match(output.take(), /^:mode \[mode\]\n {2}Sets how results are written\.\n$/)
      assert.equal(await session.run(':help mod'), 'failed')
      assert.equal(messages.take(), 'Error: Unknown command :mod. Did you mean :mode?\n')
    }))

  it('a near miss gets a suggestion', () =>
    using(async ({ session, messages }) => {
      for (const [typed, meant] of [
        [':shema', ':schema'],
        [':maxrows 3', ':max_rows'],
        [':exit1', ':exit'],
        [':singel_line', ':singleline'],
        [':para', ':params'],
      ] as const) {
        assert.equal(await session.run(typed), 'failed')
        assert.equal(messages.take(), `Error: Unknown command ${typed.split(' ')[0]}. Did you mean ${meant}?\n`)
      }
    }))

  it(':quit leaves, and takes no argument', () =>
    using(async ({ session, messages }) => {
      for (const word of [':quit', ':exit', ':q', ':quit;']) assert.equal(await session.run(word), 'quit')
      assert.equal(await session.run(':quit now'), 'failed')
      assert.equal(messages.take(), 'Error: :quit takes no argument.\n')
    }))

  it('switches are set, told, and refuse anything else', () =>
    using(async ({ session, messages }) => {
      for (const name of ['stats', 'timer', 'highlight', 'explain'] as const) {
        for (const [word, value] of [
          ['on', true],
          ['off', false],
          ['TRUE', true],
          ['0', false],
        ] as const) {
          await session.run(`:${name} ${word}`)
          assert.equal(session.state[name], value)
        }
        await session.run(`:${name}`)
        assert.match(messages.take(), /^\w+: off\.\n$/)
        assert.equal(await session.run(`:${name} maybe`), 'failed')
        assert.equal(messages.take(), `Error: :${name} takes on or off, not maybe.\n`)
      }
      await session.run(':singleline')
      assert.equal(session.state.multiline, false)
      await session.run(':multiline')
      assert.equal(session.state.multiline, true)
    }))

  it(':mode, :max_rows and :max_width change what is drawn', () =>
    using(async ({ session, output, messages }) => {
      await session.run(':mode TABLE')
      await session.run(':max_rows 2')
      await session.run(':max_width 20')
      await session.run("UNWIND range(1, 5) AS i RETURN i, repeat('x', 40) AS text")
      assert.equal(
        output.take(),
        '+---+--------------+\n| i | text         |\n+---+--------------+\n| 1 | xxxxxxxxxxx… |\n| . |      .       |\n| 5 | xxxxxxxxxxx… |\n+---+--------------+\n',
      )
      await session.run(':mode')
      assert.match(messages.take(), /^Mode is table\. There are box, /)
      await session.run(':mode jsn')
      assert.equal(messages.take(), 'Error: Unknown mode jsn. Did you mean json?\n')
      await session.run(':max_rows many')
      assert.equal(messages.take(), 'Error: :max_rows takes a whole number, 0 or more, not many.\n')
    }))

  it(':tables and :schema tell what there is, in the mode of the session', () =>
    using(async ({ session, output, messages }) => {
      await session.run(':tables')
      assert.match(messages.take(), /^No tables\./)
      await session.run(SOCIAL)
      await session.run(':tables')
      assert.equal(output.take(), 'table,kind,rows\nPerson,node,2\nKNOWS,rel,1\n')
      await session.run(':schema knows')
      assert.equal(output.take(), 'CREATE REL TABLE KNOWS(FROM Person TO Person, MANY_MANY);\n')
      await session.run(':schema')
      assert.equal(output.take().split('\n').length, 3)
      await session.run(':schema Persn')
      assert.match(messages.take(), /Error: There is no Persn\. Did you mean Person\?\n$/)
    }))

  it(':set gives parameters to the statements that mention them', () =>
    using(async ({ session, output, messages }) => {
      await session.run(SOCIAL)
      messages.take()
      await session.run(':params')
      assert.match(messages.take(), /^No parameters\./)
      await session.run(":set who = 'Ada'")
      await session.run(':set $least=30 + 6')
      await session.run(':set double=$least * 2')
      await session.run(
        "MATCH (p:Person) WHERE p.name = $who AND p.age >= $least RETURN p.age, '$double' AS text // $double",
      )
      assert.equal(output.take(), 'p.age,text\n36,$double\n')
      await session.run(':params')
      assert.equal(output.take(), 'parameter,type,value\n$who,STRING,Ada\n$least,INT64,36\n$double,INT64,72\n')
      await session.run(':set 1x')
      assert.match(messages.take(), /^Error: :set takes name=expression/)
      await session.run(':set x=nonsense')
      assert.match(messages.take(), /Variable nonsense is not in scope/)
      await session.run(':params clear')
      assert.equal(session.state.parameters.size, 0)
    }))

  it(':read runs a script up to its first error, whose line it tells', () =>
    inFolder((folder) =>
      using(async ({ session, output, messages }) => {
        const file = path.join(folder, 'a.cypher')
        writeFileSync(file, 'RETURN 1 AS a;\n:mode list\n\nRETURN b;\nRETURN 3 AS c;\n')
        assert.equal(await session.run(`:read "${file}"`), 'failed')
        assert.equal(output.take(), 'a\n1\n')
        assert.equal(session.state.mode, 'list')
        assert.match(messages.take(), /a\.cypher:4: Binder exception/)
        writeFileSync(file, `:read ${file}\n`)
        assert.equal(await session.run(`:read ${file}`), 'failed')
        assert.match(messages.take(), /Does it read itself\?/)
        assert.equal(await session.run(':read nowhere'), 'failed')
        assert.match(messages.take(), /^Error: Cannot read nowhere/)
        assert.equal(await session.run(':read'), 'failed')
      }),
    ))

  it(':output and :once write pictures of graphs into .svg and .html', () =>
    inFolder((folder) =>
      using(async ({ session, output, messages }) => {
        await session.run(SOCIAL)
        await session.run(':mode graph')
        const svg = path.join(folder, 'x.svg')
        const html = path.join(folder, 'x.html')
        await session.run(`:once ${svg}`)
        await session.run('MATCH (a)-[r]->(b) RETURN a, r, b')
        assert.match(readFileSync(svg, 'utf8'), /^<svg [\s\S]*>KNOWS<[\s\S]*>Ada<[\s\S]*<\/svg>\n$/)
        await session.run(`:output ${html}`)
        await session.run('MATCH (a) RETURN a')
        assert.match(readFileSync(html, 'utf8'), /^<!doctype html>[\s\S]*MATCH \(a\) RETURN a[\s\S]*<svg /)
        await session.run(':output')
        await session.run('MATCH p = (a)-[]->(b) RETURN p')
        assert.equal(output.take(), '(Ada:Person {age: 36})\n└─[:KNOWS]→ (Ben:Person)\n2 nodes, 1 rel\n')
        messages.take()
        assert.equal(await session.run(`:output ${folder}`), 'failed')
        assert.match(messages.take(), /^Error: Cannot write /)
        assert.equal(existsSync(folder), true)
      }),
    ))

  it(':explain shows the plan where messages go, and leaves the result alone', () =>
    using(async ({ session, output, messages }) => {
      await session.run(SOCIAL)
      messages.take()
      await session.run(':explain on')
      await session.run('MATCH (p:Person) RETURN count(*) AS n')
      assert.equal(output.take(), 'n\n2\n')
      assert.match(messages.take(), /Person/)
      await session.run('EXPLAIN RETURN 1')
      assert.match(output.take(), /^explain result\n/)
      assert.equal(messages.take(), '')
    }))
})
