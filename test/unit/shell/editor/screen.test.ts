import assert from 'node:assert/strict'
import { complete } from '../../../../src/shell/editor/complete.ts'
import { Editor } from '../../../../src/shell/editor/editor.ts'
import type { Knowledge } from '../../../../src/shell/editor/knowledge.ts'
import { Screen } from '../../../../src/shell/editor/screen.ts'
import { press } from './press.ts'
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

/** An editor on a terminal in memory. */
class Desk {
  readonly terminal: VirtualTerminal
  readonly editor: Editor
  readonly screen: Screen

  constructor(columns: number, rows: number, colour = true) {
    this.terminal = new VirtualTerminal(columns, rows)
    this.editor = new Editor({
      history: () => [],
      multiline: () => true,
      highlight: () => colour,
      complete: (text, cursor) => complete(text, cursor, NOTHING),
    })
    this.screen = new Screen(this.terminal, { prompt: '> ', continuation: '. ', colour: () => colour })
    this.draw()
  }

  draw(): void {
    this.screen.draw(this.editor.view(this.terminal.columns))
  }

  type(keys: string): void {
    press(this.editor, keys)
    this.draw()
  }

  /** Text on the terminal, and the place of the cursor. */
  at(text: string, row: number, column: number): void {
    assert.equal(this.terminal.text(), text)
    assert.deepEqual([this.terminal.row, this.terminal.column], [row, column])
  }
}

describe('Screen', () => {
  it('draws lines with their prompts, and the cursor where it belongs', () => {
    const d = new Desk(20, 10)
    d.at('>', 0, 2)
    d.type('MATCH (a)<enter>RETURN a')
    d.at('> MATCH (a)\n. RETURN a', 1, 10)
    d.type('<up><home>')
    d.at('> MATCH (a)\n. RETURN a', 0, 2)
    d.type('<ctrl-k><ctrl-k>')
    d.at('> RETURN a', 0, 2)
  })

  it('writes once for each drawing', () => {
    const d = new Desk(20, 10)
    const before = d.terminal.writes
    d.type('MATCH (a:Person)<enter>RETURN a')
    assert.equal(d.terminal.writes, before + 1)
  })

  it('wraps long lines; a cursor behind a full row is on the next', () => {
    const d = new Desk(10, 10)
    d.type('12345678')
    d.at('> 12345678', 1, 0)
    d.type('9')
    d.at('> 12345678\n9', 1, 1)
    d.type('<left><left>')
    d.at('> 12345678\n9', 0, 9)
    d.type('<end><backspace><backspace>')
    d.at('> 1234567', 0, 9)
    d.type('8<enter>x')
    d.at('> 12345678\n. x', 1, 3)
  })

  it('does not cut wide characters', () => {
    const d = new Desk(9, 10)
    d.type("'漢字漢字")
    d.at("> '漢字漢\n字", 1, 2)
    d.type('<left><left>')
    d.at("> '漢字漢\n字", 0, 7)
    const f = new Desk(20, 5)
    f.type('a\u{1F468}\u200d\u{1F469}\u200d\u{1F467}b')
    f.at('> a\u{1F468}\u200d\u{1F469}\u200d\u{1F467}b', 0, 6)
    f.type('<left><left>')
    f.at('> a\u{1F468}\u200d\u{1F469}\u200d\u{1F467}b', 0, 3)
    const e = new Desk(20, 5)
    e.type('e\u0301x')
    e.at('> e\u0301x', 0, 4)
  })

  it('shows tabs and control characters without moving anything', () => {
    const d = new Desk(20, 5)
    d.editor.paste('a\tb\u0001c')
    d.draw()
    d.at('> a    b\uFFFDc', 0, 10)
  })

  it('shows the part around the cursor of what is higher than the terminal', () => {
    const d = new Desk(10, 4)
    d.editor.paste('1\n2\n3\n4\n5\n6')
    d.draw()
    d.at('. 3\n. 4\n. 5\n. 6', 3, 3)
    d.type('<up><up><up>')
    d.at('. 3\n. 4\n. 5\n. 6', 0, 3)
    d.type('<up>')
    d.at('. 2\n. 3\n. 4\n. 5', 0, 3)
    d.type('<ctrl-home>')
    d.at('> 1\n. 2\n. 3\n. 4', 0, 2)
    d.type('<ctrl-end>')
    d.at('. 3\n. 4\n. 5\n. 6', 3, 3)
    assert.deepEqual(d.terminal.scrolled, [])
  })

  it('scrolls the terminal when the text grows at its foot', () => {
    const d = new Desk(10, 3)
    d.terminal.write('\ra\u001b[K\r\nb\r\n')
    d.screen.forget()
    d.draw()
    d.at('a\nb\n>', 2, 2)
    d.type('x<enter>y')
    d.at('b\n> x\n. y', 2, 3)
    assert.deepEqual(d.terminal.scrolled, ['a'])
  })

  it('removes lists and searches below the text', () => {
    const d = new Desk(40, 10)
    d.type('OPTIONAL M<tab>')
    d.type('<ctrl-a><ctrl-k><ctrl-r>')
    d.at('>\nhistory:', 0, 2)
    d.type('<ctrl-g>')
    d.at('>', 0, 2)
  })

  it('ends with the whole text and a new line', () => {
    const d = new Desk(20, 10)
    d.type('RETURN<enter>1;<up>')
    d.screen.finish(d.editor.view(20))
    d.at('> RETURN\n. 1;', 2, 0)
  })

  it('draws anew after the terminal became narrower or wider', () => {
    const d = new Desk(30, 12)
    d.type('MATCH (aaaaaaaaaa:Person)<enter>RETURN aaaaaaaaaa.name')
    d.terminal.resize(12)
    d.draw()
    d.at('> MATCH (aaa\naaaaaaa:Pers\non)\n. RETURN aaa\naaaaaaa.name', 5, 0)
    d.terminal.resize(30)
    d.draw()
    assert.ok(d.terminal.text().endsWith('. RETURN aaaaaaaaaa.name'))
  })

  it('draws an offered continuation behind the cursor, and takes it away at the end', () => {
    const d = new Desk(20, 5)
    d.screen.draw({ text: 'MA', cursor: 2, spans: [], ghost: 'TCH (a)\nRETURN', footer: [] })
    d.at('> MATCH (a)\n. RETURN', 0, 4)
    d.screen.finish({ text: 'MA', cursor: 2, spans: [], ghost: 'TCH (a)\nRETURN', footer: [] })
    d.at('> MA', 1, 0)
  })

  it('clears the terminal', () => {
    const d = new Desk(20, 5)
    d.type('abc')
    d.screen.clear(d.editor.view(20))
    d.at('> abc', 0, 5)
  })

  it('writes no colours when there shall be none', () => {
    const written: string[] = []
    const size = () => ({ columns: 40, rows: 10 })
    const screen = new Screen(
      { write: (t) => written.push(t), size },
      { prompt: '> ', continuation: '. ', colour: () => false },
    )
    screen.draw({ text: 'RETURN 1', cursor: 3, spans: [{ start: 0, end: 6, style: 'keyword' }], ghost: '', footer: [] })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
    assert.ok(!/\u001b\[[\d;]*m/.test(written.join('')))
  })
})
