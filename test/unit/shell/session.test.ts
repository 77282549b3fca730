import assert from 'node:assert/strict'
import { painter } from '../../../src/shell/paint.ts'
import { ProgressBar } from '../../../src/shell/progress-bar.ts'
import { RENDERERS } from '../../../src/shell/render/renderers.ts'
import type { ResultView } from '../../../src/shell/render/result-view.ts'
import { ScriptReader } from '../../../src/shell/script.ts'
import { Kept, testSession } from './support/test-session.ts'

describe('a session of the shell', function () {
  this.timeout(30_000)

  it('formats only the rows that it draws', () => {
    let formatted = 0
    const view: ResultView = {
      names: ['i', 'text'],
      types: ['INT64', 'STRING'],
      rowCount: 100_000,
      text: (row) => {
        formatted++
        return [String(row), 'x']
      },
      values: () => [],
    }
    for (const mode of ['box', 'table', 'column'] as const) {
      formatted = 0
      for (const _piece of RENDERERS[mode](view, { maxRows: 20, maxWidth: 80, paint: painter(false) }));
      assert.equal(formatted, 20, mode)
    }
    formatted = 0
    for (const _piece of RENDERERS.trash(view, { maxRows: 20, maxWidth: 80, paint: painter(false) }));
    assert.equal(formatted, 0)
  })

  it('tells rows, columns and times after a result, where messages go', async () => {
    const { session, output, messages, close } = testSession({ stats: true, mode: 'box', maxRows: 4 }, true)
    await session.run('UNWIND range(1, 1500) AS i RETURN i')
    assert.match(
      messages.take(),
      /^\(1,500 tuples, 4 shown\) \(1 column\) Time: \d+\.\d\d ms \(compiling\), \d+\.\d\d ms \(executing\)\n$/,
    )
    assert.equal(output.take().split('\n').length, 11)
    session.state.timer = false
    await session.run(`RETURN ${Array.from({ length: 40 }, (_c, i) => `${i} AS c${i}`).join(', ')}`)
    assert.match(messages.take(), /^\(1 tuple\) \(40 columns, \d+ shown\)\n$/)
    assert.ok(
      output
        .take()
        .split('\n')
        .every((line) => line.length <= 80),
    )
    await session.run('CREATE NODE TABLE t(id INT64, PRIMARY KEY(id))')
    assert.equal(messages.take(), 'Table t has been created.\n')
    assert.equal(output.take(), '')
    await close()
  })

  it('stops at the first statement that fails, and goes on with the next text', async () => {
    const { session, output, messages, close } = testSession()
    assert.equal(await session.run('RETURN 1 AS a; RETURN b; RETURN 3 AS c;'), 'failed')
    assert.equal(output.take(), 'a\n1\n')
    assert.match(messages.take(), /Variable b is not in scope/)
    assert.equal(await session.run('RETURN 4 AS d'), 'ok')
    await close()
  })

  it('stops a running statement, and the rest of its text', async () => {
    const { session, messages, close } = testSession()
    const run = session.run('UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN count(*); RETURN 2 AS x;')
    setTimeout(() => session.interrupt(), 50)
    assert.equal(await run, 'failed')
    assert.match(messages.take(), /^Interrupted\.\n/)
    assert.equal(session.running, false)
    session.interrupt()
    assert.equal(await session.run('RETURN 1'), 'ok')
    await close()
  })

  it('stops writing a long result', async () => {
    const { session, output, close } = testSession()
    const run = session.run("UNWIND range(1, 3000000) AS i RETURN i, 'some text' AS t")
    const watch = setInterval(() => {
      if (output.text.length > 0) session.interrupt()
    }, 1)
    await run
    clearInterval(watch)
    assert.ok(output.text.length < 30_000_000)
    await close()
  })
})

describe('ProgressBar', () => {
  it('appears after a second, shows rows and percent, and goes away', () => {
    let now = 0
    const out = new Kept(true)
    const bar = new ProgressBar(out, painter(false), () => now)
    const detail = { done: 5_000_000, total: 20_000_000, unit: 'rows' } as const
    now = 900
    bar.update(0.25, 0, 2, detail)
    assert.equal(out.take(), '')
    now = 1100
    bar.update(0.25, 0, 2, detail)
    assert.equal(
      out.take(),
      `\r${'█'.repeat(8)}${'░'.repeat(22)}  25%  5,000,000 of 20,000,000 rows  pipeline 1/…\u001b[K`,
    )
    now = 1110
    bar.update(0.26, 0, 2, detail)
    assert.equal(out.take(), '', 'not more often than people see')
    now = 2000
    bar.update(0.5, 0, 1, { done: 3 << 20, total: 6 << 20, unit: 'bytes' })
    assert.match(out.take(), / 50% {2}3\.0 MB of 6\.0 MB {2}2 s/)
    now = 3000
    bar.update(0.5, 0, 1, { done: 3 << 20, total: 6 << 20, unit: 'bytes', rows: 1_234_567 })
    assert.match(out.take(), / 50% {2}1,234,567 rows, 3\.0 MB of 6\.0 MB {2}3 s/)
    bar.finish()
    assert.equal(out.take(), '\r\u001b[2K')
    bar.finish()
    assert.equal(out.take(), '')
  })

  it('shows nothing where there is no terminal', () => {
    const out = new Kept(false)
    const bar = new ProgressBar(out, painter(false), () => out.text.length + performance.now() * 1e6)
    bar.update(0.5, 0, 1, { done: 1, total: 2, unit: 'rows' })
    assert.equal(out.text, '')
  })
})

describe('ScriptReader', () => {
  const script = "RETURN ';' AS a; // c;\n:mode json it's\n  RETURN\n 2; :x\n/* : */ :y\nRETURN 3"
  const wanted = [
    ['statement', "RETURN ';' AS a;", 1],
    ['command', ":mode json it's", 2],
    ['statement', 'RETURN\n 2;', 3],
    ['command', ':x', 4],
    ['command', ':y', 5],
    ['statement', 'RETURN 3', 6],
  ]

  it('cuts a script the same way whatever pieces it comes in', () => {
    for (let size = 1; size <= script.length; size++) {
      const reader = new ScriptReader()
      const parts = []
      for (let at = 0; at < script.length; at += size) parts.push(...reader.push(script.slice(at, at + size)))
      parts.push(...reader.end())
      assert.deepEqual(
        parts.map((p) => [p.kind, p.text, p.line]),
        wanted,
        `pieces of ${size}`,
      )
    }
  })

  it('makes nothing of blanks and comments', () => {
    const reader = new ScriptReader()
    assert.deepEqual(reader.push(' ;; // nothing\n/* ; */'), [])
    assert.deepEqual(reader.end(), [])
  })
})
