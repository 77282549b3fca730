import assert from 'node:assert/strict'
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { TerminalSession, whyNoTerminal } from './terminal-session.ts'

const ROOT = path.resolve(import.meta.dirname, '..', '..', '..')

/** The command that users get, or the same from the test build when somebody has built only that one since. */
function binary(): string {
  const [packed, plain] = [path.join(ROOT, 'dist', 'cli.js'), path.join(ROOT, 'build', 'src', 'cli.js')]
  const folder = path.join(ROOT, 'src', 'shell')
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((f) => path.join(folder, f))
  const newest = Math.max(...sources.map((f) => statSync(f).mtimeMs))
  return existsSync(packed) && statSync(packed).mtimeMs > newest ? packed : plain
}

const READY = /nisaba>$/
/** Counts for minutes, on the main thread's side of the engine and in a worker. */
const ENDLESS_READ =
  'UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b WITH a, b WHERE (a * b) % 1000003 = 7 RETURN count(*);'
const ENDLESS_WRITE =
  'UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b WITH a, b WHERE (a * b) % 1000003 = 7 CREATE (:City {id: a * 100000 + b + 1000});'

describe('the shell in a terminal', () => {
  let session: TerminalSession

  before(function () {
    const reason = whyNoTerminal()
    if (reason === null) return
    console.log(`      skipped: ${reason}`)
    this.skip()
  })

  /** Starts the shell with no statistics, which hold times. */
  async function start(args: readonly string[] = [], size = { columns: 80, rows: 24 }): Promise<void> {
    const command = [process.execPath, binary(), '--no-stats', ...args]
    session = new TerminalSession(command, size)
    await session.until(READY)
  }

  async function run(text: string): Promise<string> {
    session.type(text)
    await shows(text.split('\n').at(-1)!.slice(-30))
    session.press('Enter')
    return session.until((screen) => READY.test(screen))
  }

  async function shows(text: string): Promise<string> {
    return session.until((screen) => screen.replaceAll('\n', '').includes(text))
  }

  afterEach(() => session?.end())

  it('takes a statement of several lines, shows its result, and recalls it whole', async () => {
    await start()
    session.press('C-l')
    await session.until(/^nisaba>$/)
    session.type('UNWIND [1, 22] AS x')
    session.press('Enter')
    await session.until(/\.\.\.>$/)
    session.type("RETURN x, '漢字' AS t;")
    session.press('Enter')
    const expected = [
      'nisaba> UNWIND [1, 22] AS x',
      "   ...> RETURN x, '漢字' AS t;",
      '┌───────┬────────┐',
      '│   x   │   t    │',
      '│ INT64 │ STRING │',
      '├───────┼────────┤',
      '│     1 │ 漢字   │',
      '│    22 │ 漢字   │',
      '└───────┴────────┘',
      'nisaba>',
    ]
    assert.equal(await session.until(READY), expected.join('\n'))
    session.press('Up')
    const again = [...expected.slice(0, -1), 'nisaba> UNWIND [1, 22] AS x', "   ...> RETURN x, '漢字' AS t;"]
    assert.equal(await session.until(/字' AS t;$/), again.join('\n'))
    // into the first line of the recalled statement, and a change there
    session.press('Up', 'C-e', 'M-b', 'Left', 'Left', 'Left', 'Left', 'Left')
    session.type(', 333')
    await session.until(/22, 333\] AS x\n/)
    session.press('Enter')
    assert.match(await session.until(/333 │ 漢字 {3}│\n└─+┴─+┘\nnisaba>$/), /22, 333\] AS x/)
  })

  it('completes tables, properties, keywords and files', async () => {
    await start()
    writeFileSync(path.join(session.folder, 'people.csv'), '1,Ada\n2,Bob\n')
    await run('CREATE NODE TABLE Person(id INT64 PRIMARY KEY, full_name STRING);')
    await run('CREATE NODE TABLE City(id INT64 PRIMARY KEY);')
    session.type("copy Person from 'peo")
    session.press('Tab')
    await session.until(/from 'people\.csv'$/)
    session.type(';')
    session.press('Enter')
    await session.until(/2 tuples have been copied to the Person table\.\nnisaba>$/)
    session.type('MATCH (p:Per')
    session.press('Tab')
    await session.until(/MATCH \(p:Person$/)
    session.type(') RETURN p.')
    session.press('Tab')
    await session.until(/RETURN p\.\nid +full_name$/)
    session.press('Tab', 'Tab')
    await session.until(/RETURN p\.full_name\nid +full_name\nSTRING$/)
    session.type(' ord')
    session.press('Tab')
    await session.until(/p\.full_name order by$/)
    session.type('p.i')
    session.press('Tab')
    session.type(';')
    session.press('Enter')
    assert.match(await session.until(READY), /│ Ada +│\n│ Bob +│\n/)
    session.type(':mo')
    session.press('Tab')
    session.type('jsonl')
    session.press('Tab', 'Enter')
    await session.until(/:mode jsonlines\n(.*\n)?nisaba>$/)
    assert.match(await run('MATCH (p:Person) RETURN p.id AS id ORDER BY id;'), /\n\{"id":1\}\n\{"id":2\}\nnisaba>$/)
  })

  it('finds statements of an earlier session', async () => {
    await start(['-p', 'mine.txt'])
    await run("RETURN 'needle' AS a;")
    await run("RETURN 'hay' AS b;")
    session.press('C-r')
    session.type('need')
    await session.until(/nisaba> RETURN 'needle' AS a;\nhistory: need$/)
    session.press('C-g')
    await session.until(READY)
    assert.equal(statSync(path.join(session.folder, 'mine.txt')).mode & 0o777, 0o600)
    session.press('C-d')
    await session.until(/left with 0$/)
    const earlier = path.join(session.folder, 'mine.txt')
    const second = new TerminalSession([process.execPath, binary(), '--no-stats', '-p', earlier], {
      columns: 80,
      rows: 24,
    })
    try {
      await second.until(READY)
      second.press('C-r')
      second.type('need')
      await second.until(/history: need$/)
      second.press('Enter')
      await second.until(/│ needle │\n└─+┘\nnisaba>$/)
    } finally {
      second.end()
    }
  })

  for (const [name, text] of [
    ['a query', ENDLESS_READ],
    ['a statement that writes and keeps the main thread busy', ENDLESS_WRITE],
  ] as const) {
    it(`stops ${name} at Ctrl-C, keeps the session and what was typed after`, async () => {
      await start()
      await run('CREATE NODE TABLE City(id INT64 PRIMARY KEY);')
      session.type(text)
      session.press('Enter')
      // the bar shows that it runs
      await session.until(/%/)
      session.type('lost')
      session.press('C-c')
      session.type('RETURN 40 + 2 AS x')
      await session.until(/Interrupted\.[\s\S]*\nnisaba> RETURN 40 \+ 2 AS x$/)
      session.type(';')
      session.press('Enter')
      await session.until(/│ +42 │\n└─+┘\nnisaba>$/)
      await run('MATCH (c:City) RETURN count(*) AS n;')
      assert.match(session.screen(), /│ +0 │\n└─+┘\nnisaba>$/)
    })
  }

  it('clears the line at Ctrl-C, and leaves at the second on an empty one', async () => {
    await start()
    session.type('RETURN (')
    session.press('Enter')
    session.type('1')
    await session.until(/\.\.\.> 1$/)
    session.press('C-c')
    await session.until(/\.\.\.> 1\^C\nnisaba>$/)
    session.press('C-c')
    await session.until(/\nnisaba> \^C\n.*Ctrl-D.*\nnisaba>$/)
    session.press('C-c')
    await session.until(/left with 0$/)
  })

  it('leaves with :quit and Ctrl-D, but not with Ctrl-D in a text', async () => {
    await start()
    session.type('ab')
    session.press('Left', 'C-d', 'C-d')
    await session.until(/nisaba> a$/)
    session.press('C-u')
    await session.until(READY)
    session.type(':quit')
    session.press('Enter')
    await session.until(/left with 0$/)
  })

  it('takes a paste as it is', async () => {
    await start()
    session.paste('RETURN 1 AS a;\nRETURN 2 AS b;\n')
    const pasted = await session.until(/\.\.\.>$/)
    assert.ok(pasted.endsWith('nisaba> RETURN 1 AS a;\n   ...> RETURN 2 AS b;\n   ...>'), pasted)
    session.press('Enter')
    assert.match(await session.until(READY), /│ +1 │\n└─+┘\n┌[\s\S]*│ +2 │\n└─+┘\nnisaba>$/)
  })

  it('draws long and high texts in a small terminal, also after it changed its size', async () => {
    await start([], { columns: 40, rows: 8 })
    session.press('C-l')
    await session.until(/^nisaba>$/)
    const text = `nisaba> RETURN '${'abcdefghij'.repeat(5)}'`
    session.type(text.slice('nisaba> '.length))
    await session.until((s) => s === rowsOf(text, 40))
    session.resize(30, 8)
    await session.until((s) => s.endsWith(rowsOf(text, 30)))
    session.resize(60, 8)
    await session.until((s) => s.endsWith(rowsOf(text, 60)))
    session.press('C-c')
    for (let i = 1; i <= 12; i++) {
      session.type(`// line ${i}`)
      session.press('Enter')
    }
    await session.until(/line 12\n {3}\.\.\.>$/)
    session.press('PageUp')
    await session.until((s) => s.startsWith('nisaba> // line 1\n   ...> // line 2\n'))
    session.press('PageDown')
    await session.until(/line 12\n {3}\.\.\.>$/)
    session.type("RETURN 'end' AS e;")
    session.press('Enter')
    await session.until(/│ end +│\n└─+┘\nnisaba>$/)
  })

  it('colours what is typed', async () => {
    await start()
    session.type("MATCH (a {x: 'y'}) RETURN a)")
    await session.until(/RETURN a\)$/)
    const coloured = session.screen(true).split('\n').at(-1)!
    const esc = '\u001b'
    assert.ok(coloured.includes(`${esc}[34mMATCH`), JSON.stringify(coloured))
    assert.ok(coloured.includes(`${esc}[32m'y'`), JSON.stringify(coloured))
    assert.ok(coloured.includes(`${esc}[31m)`), JSON.stringify(coloured))
    session.press('C-c')
    await run(':highlight off')
    session.type('MATCH')
    await session.until(/> MATCH$/)
    assert.ok(!session.screen(true).split('\n').at(-1)!.includes('[34m'))
  })

  it('stops like any other program at Ctrl-Z, and goes on', async () => {
    await start()
    session.type('RETURN 5 AS five')
    await session.until(/AS five$/)
    session.press('C-z')
    await session.until(/left with \d+$/)
    session.type('fg')
    session.press('Enter')
    await session.until(/nisaba> RETURN 5 AS five$/)
    session.type(';')
    session.press('Enter')
    await session.until(/│ +5 │\n└─+┘\nnisaba>$/)
  })
})

/** A text as a terminal of so many columns breaks it. */
function rowsOf(text: string, columns: number): string {
  return text.match(new RegExp(`.{1,${columns}}`, 'g'))!.join('\n')
}
