import assert from 'node:assert/strict'
import type { Completion } from '../../../../src/shell/editor/complete.ts'
import { Editor, type EditorOptions } from '../../../../src/shell/editor/editor.ts'
import { press, shown } from './press.ts'

const HISTORY = ['RETURN 1;', 'MATCH (a)\nRETURN a.Name;', ':mode csv']

function editor(options: Partial<EditorOptions> = {}): Editor {
  return new Editor({
    history: () => HISTORY,
    multiline: () => true,
    highlight: () => true,
    complete: (_text, cursor) => ({ start: cursor, end: cursor, candidates: [] }),
    ...options,
  })
}

/** Offers these words for the word before the cursor. */
function offering(...words: string[]): Partial<EditorOptions> {
  const complete = (text: string, cursor: number): Completion => {
    const start = /\w*$/.exec(text.slice(0, cursor))!.index
    const typed = text.slice(start, cursor)
    const candidates = words
      .filter((w) => w.startsWith(typed))
      .map((w) => ({ text: w, label: w, detail: `about ${w}`, suffix: ' ' }))
    return { start, end: cursor, candidates }
  }
  return { complete }
}

function footer(e: Editor): string[] {
  return e.view(40).footer.map((line) => line.map((p) => (p.style === 'selected' ? `[${p.text}]` : p.text)).join(''))
}

describe('Editor: Enter', () => {
  it('breaks the line of an open statement and runs a whole one, wherever the cursor is', () => {
    const e = editor()
    assert.equal(press(e, 'MATCH (a<enter>').kind, 'none')
    assert.equal(press(e, ';<enter>').kind, 'none')
    press(e, '<backspace><backspace>)<enter>RETURN a;<home>')
    assert.deepEqual(press(e, '<enter>'), { kind: 'submit', text: 'MATCH (a\n)\nRETURN a;' })
  })

  it('runs what has an open bracket after a blank line', () => {
    const e = editor()
    assert.equal(press(e, 'RETURN (1;<enter>').kind, 'none')
    assert.equal(press(e, '<enter>').kind, 'submit')
  })

  it('runs commands, and anything in a single line', () => {
    assert.deepEqual(press(editor(), ':mode<enter>'), { kind: 'submit', text: ':mode' })
    assert.deepEqual(press(editor({ multiline: () => false }), 'RETURN 1<enter>'), { kind: 'submit', text: 'RETURN 1' })
    assert.deepEqual(press(editor(), '<enter>'), { kind: 'submit', text: '' })
    const e = editor()
    press(e, 'RETURN 1;<alt-enter>')
    assert.equal(shown(e), 'RETURN 1;\n|')
  })

  it('does not run what is pasted', () => {
    const e = editor()
    e.paste('RETURN 1;\r\nRETURN 2;\r')
    assert.equal(shown(e), 'RETURN 1;\nRETURN 2;\n|')
    assert.deepEqual(press(e, '<enter>'), { kind: 'submit', text: 'RETURN 1;\nRETURN 2;' })
  })
})

describe('Editor: leaving', () => {
  it('tells Ctrl-C and Ctrl-D with and without a text', () => {
    const e = editor()
    assert.deepEqual(press(e, '<ctrl-c>'), { kind: 'interrupt', wasEmpty: true })
    assert.deepEqual(press(e, '<ctrl-d>'), { kind: 'leave' })
    press(e, 'ab<left>')
    assert.deepEqual(press(e, '<ctrl-d>'), { kind: 'none' })
    assert.equal(shown(e), 'a|')
    assert.deepEqual(press(e, '<ctrl-d>'), { kind: 'bell' })
    assert.deepEqual(press(e, '<ctrl-c>'), { kind: 'interrupt', wasEmpty: false })
  })
})

describe('Editor: history', () => {
  it('goes through lines first, then statements, and back to what was typed', () => {
    const e = editor()
    press(e, 'x<up>')
    assert.equal(shown(e), ':mode csv|')
    press(e, '<up>')
    assert.equal(shown(e), 'MATCH (a)\nRETURN a.Name;|')
    press(e, '<up>')
    assert.equal(shown(e), 'MATCH (a)|\nRETURN a.Name;')
    press(e, '<up>')
    assert.equal(shown(e), 'RETURN 1;|')
    assert.equal(press(e, '<up>').kind, 'bell')
    press(e, '<down><ctrl-n>')
    assert.equal(shown(e), ':mode csv|')
    press(e, '<down>')
    assert.equal(shown(e), 'x|')
    assert.equal(press(e, '<down>').kind, 'bell')
  })

  it('jumps over lines with the page keys and Ctrl-P', () => {
    const e = editor()
    press(e, '<ctrl-p><ctrl-p><pageup>')
    assert.equal(shown(e), '|MATCH (a)\nRETURN a.Name;')
    press(e, '<pagedown>')
    assert.equal(shown(e), 'MATCH (a)\nRETURN a.Name;|')
    press(e, '<ctrl-p>')
    assert.equal(shown(e), 'RETURN 1;|')
  })

  it('is searched as one types', () => {
    const e = editor()
    press(e, 'draft<ctrl-r>ret')
    assert.equal(shown(e), 'MATCH (a)\n|RETURN a.Name;')
    assert.deepEqual(footer(e), ['history: ret'])
    assert.deepEqual(
      e.view(80).spans.filter((s) => s.style === 'found'),
      [{ start: 10, end: 13, style: 'found' }],
    )
    press(e, '<ctrl-r>')
    assert.equal(shown(e), '|RETURN 1;')
    assert.equal(press(e, '<ctrl-r>').kind, 'bell')
    assert.deepEqual(footer(e), ['history (nothing found): ret'])
    press(e, '<ctrl-s>')
    assert.equal(shown(e), 'MATCH (a)\n|RETURN a.Name;')
    press(e, '<ctrl-g>')
    assert.equal(shown(e), 'draft|')
    press(e, '<ctrl-r>Na<ctrl-e>!')
    assert.equal(shown(e), 'MATCH (a)\nRETURN a.Name;!|')
    press(e, '<ctrl-a><up><up>')
    assert.equal(shown(e), 'RETURN 1;|')
  })

  it('runs the found statement with Enter', () => {
    assert.deepEqual(press(editor(), '<ctrl-r>n 1<enter>'), { kind: 'submit', text: 'RETURN 1;' })
    const e = editor()
    press(e, '<ctrl-r>csvx')
    assert.equal(shown(e), ':mode |csv')
    press(e, '<backspace><backspace><backspace><backspace><escape>')
    assert.equal(shown(e), '|')
  })
})

describe('Editor: Tab', () => {
  it('writes the only candidate with what follows it', () => {
    const e = editor(offering('MATCH', 'MERGE'))
    press(e, 'MA<tab>(')
    assert.equal(shown(e), 'MATCH (|')
    assert.deepEqual(footer(e), [])
    assert.equal(press(e, 'Q<tab>').kind, 'bell')
  })

  it('writes what all share, then each in turn', () => {
    const e = editor(offering('name_a', 'name_b', 'name_c'))
    press(e, 'x.na<tab>')
    assert.equal(shown(e), 'x.name_|')
    assert.deepEqual(footer(e), ['name_a  name_b  name_c'])
    press(e, '<tab>')
    assert.equal(shown(e), 'x.name_a|')
    assert.deepEqual(footer(e), ['[name_a]  name_b  name_c', 'about name_a'])
    press(e, '<shift-tab>')
    assert.equal(shown(e), 'x.name_c|')
    press(e, '<tab><tab>')
    assert.equal(shown(e), 'x.name_b|')
    assert.equal(press(e, '<enter>').kind, 'none')
    assert.equal(shown(e), 'x.name_b|')
    assert.deepEqual(footer(e), [])
    press(e, '<ctrl-_>')
    assert.notEqual(shown(e), 'x.name_b|')
  })

  it('gives back what was typed', () => {
    const e = editor(offering('name_a', 'name_b'))
    press(e, 'na<tab><tab><escape>')
    assert.equal(shown(e), 'na|')
  })

  it('shows many candidates by the page', () => {
    const e = editor(offering(...Array.from({ length: 100 }, (_x, i) => `column_${String(i).padStart(2, '0')}`)))
    press(e, 'c<tab>')
    const lines = footer(e)
    assert.equal(lines.length, 9)
    assert.equal(lines[0], 'column_00  column_08  column_16')
    assert.equal(lines[8], '1 to 24 of 100')
    press(e, '<tab>'.repeat(26))
    assert.ok(footer(e)[1]!.startsWith('[column_25]'), footer(e).join('\n'))
  })
})

describe('Editor: the offered continuation', () => {
  it('is the rest of the newest statement that begins so, and is taken at the end of the text only', () => {
    const e = editor()
    press(e, 'MATCH')
    assert.equal(e.view(80).ghost, ' (a)\nRETURN a.Name;')
    assert.equal(e.view(80).text, 'MATCH')
    press(e, '<left>')
    assert.equal(e.view(80).ghost, '')
    press(e, '<right><right>')
    assert.equal(shown(e), 'MATCH (a)\nRETURN a.Name;|')
    assert.equal(e.view(80).ghost, '')
    press(e, '<ctrl-_>')
    assert.equal(shown(e), 'MATCH|')
  })

  it('is not run by Enter', () => {
    const e = editor({ multiline: () => false })
    assert.deepEqual(press(e, 'RETURN<enter>'), { kind: 'submit', text: 'RETURN' })
  })

  it('is the rest of the word if only one fits', () => {
    const e = editor(offering('collect', 'count', 'country'))
    press(e, 'RETURN co')
    assert.equal(e.view(80).ghost, '')
    press(e, 'l')
    assert.equal(e.view(80).ghost, 'lect')
    press(e, '<end>')
    assert.equal(shown(e), 'RETURN collect|')
  })

  it('is not there without colours, or while one chooses or searches', () => {
    const plain = editor({ highlight: () => false })
    press(plain, 'MATCH')
    assert.equal(plain.view(80).ghost, '')
    const e = editor(offering('MATCH', 'MAKE'))
    press(e, 'MA<tab>')
    assert.equal(e.view(80).ghost, '')
    press(e, '<escape><ctrl-r>')
    assert.equal(e.view(80).ghost, '')
  })
})
