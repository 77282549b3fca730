import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { PassThrough } from 'node:stream'
import type { ReadStream, WriteStream } from 'node:tty'
import { InteractiveReader } from '../../../../src/shell/editor/interactive-reader.ts'
import { InterruptGuard } from '../../../../src/shell/editor/interrupt-guard.ts'
import type { Knowledge } from '../../../../src/shell/editor/knowledge.ts'
import { History } from '../../../../src/shell/history.ts'
import { newShellState, type ShellState } from '../../../../src/shell/shell-state.ts'
import { VirtualTerminal } from './virtual-terminal.ts'

const NOTHING: Knowledge = {
  tables: () => [],
  properties: () => [],
  endpoints: () => [],
  functions: () => [],
  settings: () => [],
  parameters: () => [],
  list: () => [],
  commands: [],
  modes: [],
}

/** A guard that is never there, as on a system without a terminal file. */
const ABSENT = { start: () => false, stop: () => Buffer.alloc(0) } as unknown as InterruptGuard

/** A reader on a terminal in memory. */
class Desk {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), 'nisaba-reader-'))
  readonly history = new History(path.join(this.folder, 'history.txt'))
  readonly terminal = new VirtualTerminal(40, 12)
  readonly input = new PassThrough() as PassThrough & { setRawMode?: (raw: boolean) => void }
  readonly output = new EventEmitter() as EventEmitter & {
    write?: (text: string) => void
    columns: number
    rows: number
  }
  readonly state: ShellState = newShellState({ colour: true })
  readonly raw: boolean[] = []
  readonly reader: InteractiveReader
  interrupts = 0

  constructor() {
    this.input.setRawMode = (raw) => this.raw.push(raw)
    this.output.write = (text) => this.terminal.write(text)
    this.output.columns = this.terminal.columns
    this.output.rows = this.terminal.rows
    this.reader = new InteractiveReader({
      input: this.input as unknown as ReadStream,
      output: this.output as unknown as WriteStream,
      state: this.state,
      history: this.history,
      knowledge: NOTHING,
      interrupt: () => this.interrupts++,
    })
  }

  async type(bytes: string): Promise<void> {
    this.input.write(bytes)
    for (let i = 0; i < 4; i++) await new Promise((resolve) => setImmediate(resolve))
  }

  end(): void {
    this.reader.close()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

describe('InteractiveReader', () => {
  let desk: Desk
  beforeEach(() => {
    desk = new Desk()
  })
  afterEach(() => desk.end())

  it('gives statements one after the other, also those that arrive together', async () => {
    const first = desk.reader.read()
    await desk.type('RETURN 1;\r:mode csv\rRET')
    assert.equal(await first, 'RETURN 1;')
    assert.equal(desk.terminal.text(), 'nisaba> RETURN 1;')
    assert.equal(await desk.reader.read(), ':mode csv')
    const third = desk.reader.read()
    await desk.type('URN 2\r;\r')
    assert.equal(await third, 'RETURN 2\n;')
    assert.deepEqual(desk.history.entries, ['RETURN 1;', ':mode csv', 'RETURN 2\n;'])
    assert.deepEqual(desk.raw, [true])
    desk.reader.close()
    desk.reader.close()
    assert.deepEqual(desk.raw, [true, false])
  })

  it('stops what runs at Ctrl-C and keeps the keys after it for the next prompt', async () => {
    const first = desk.reader.read()
    await desk.type('RETURN 1;\r')
    await first
    await desk.type('early')
    const result = await desk.reader.run(async () => {
      await desk.type('lost\u0003RETURN 2;\r')
      return 'done'
    }, ABSENT)
    assert.equal(result, 'done')
    assert.equal(desk.interrupts, 1)
    assert.equal(await desk.reader.read(), 'RETURN 2;')
    await desk.type('\u0003')
    assert.equal(desk.interrupts, 1, 'nothing runs')
  })

  it('takes a marked paste at once, with its line breaks', async () => {
    const read = desk.reader.read()
    await desk.type('\u001b[200~RETURN 1;\rRETURN\t2;\u0003\u001b[201~')
    assert.equal(desk.terminal.text(), 'nisaba> RETURN 1;\n   ...> RETURN    2;\uFFFD')
    await desk.type('\u007f\r')
    assert.equal(await read, 'RETURN 1;\nRETURN\t2;')
  })

  it('leaves at Ctrl-D, at the second Ctrl-C, and when the terminal is gone', async () => {
    const first = desk.reader.read()
    await desk.type('ab\u0003\u0003')
    assert.equal(desk.terminal.text(), 'nisaba> ab^C\nnisaba> ^C\n(Ctrl-C again or Ctrl-D leaves)\nnisaba>')
    await desk.type('x\u007f\u0003\u0003')
    assert.equal(await first, null)
    const second = desk.reader.read()
    await desk.type('\u0004')
    assert.equal(await second, null)
    const third = desk.reader.read()
    desk.input.end()
    assert.equal(await third, null)
    assert.equal(await desk.reader.read(), null)
  })

  it('follows the state of the session', async () => {
    desk.state.multiline = false
    const read = desk.reader.read()
    await desk.type('RETURN 1\r')
    assert.equal(await read, 'RETURN 1')
    desk.output.columns = 20
    desk.terminal.resize(20)
    const next = desk.reader.read()
    await desk.type('1234567890123')
    desk.output.emit('resize')
    await desk.type('\r')
    assert.equal(await next, '1234567890123')
    assert.ok(desk.terminal.text().endsWith('nisaba> 123456789012\n3'), desk.terminal.text())
  })
})

describe('InterruptGuard', () => {
  it('hands the terminal over and back many times', async function () {
    const flag = new Int32Array(new SharedArrayBuffer(4))
    const guard = new InterruptGuard(flag)
    let there = false
    for (let i = 0; i < 400 && !there; i++) {
      await new Promise((resolve) => setTimeout(resolve, 5))
      there = guard.start()
    }
    try {
      // standard input may be closed, or a file that cannot be opened twice
      if (!there) this.skip()
      guard.stop()
      for (let i = 0; i < 500; i++) {
        assert.ok(guard.start(), `round ${i}`)
        if (i % 7 === 0) await new Promise((resolve) => setImmediate(resolve))
        guard.stop()
      }
      assert.equal(flag[0], 0)
    } finally {
      await guard.close()
    }
  })
})
