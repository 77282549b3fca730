import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { wantsColour } from '../../../src/shell/paint.ts'
import { movesCursor, plainPrompt } from '../../../src/shell/plain-prompt.ts'
import { terminalWidth } from '../../../src/shell/terminal-width.ts'
import { Kept, testSession } from './support/test-session.ts'

describe('what the shell takes a terminal for', () => {
  it('has the width that it says, else that of COLUMNS, else 80; a file has none', () => {
    assert.equal(terminalWidth({ isTTY: true, columns: 120 }, { COLUMNS: '60' }), 120)
    assert.equal(terminalWidth({ isTTY: true, columns: 0 }, { COLUMNS: '60' }), 60)
    assert.equal(terminalWidth({ isTTY: true }, {}), 80)
    assert.equal(terminalWidth({ isTTY: true }, { COLUMNS: 'wide' }), 80)
    assert.equal(terminalWidth({}, { COLUMNS: '60' }), 0)
  })

  it('has colours unless TERM or NO_COLOR says no', () => {
    assert.equal(wantsColour(true, { TERM: 'xterm' }), true)
    assert.equal(wantsColour(true, { TERM: 'xterm', NO_COLOR: '1' }), false)
    assert.equal(wantsColour(true, { TERM: 'xterm', NO_COLOR: '' }), true)
    assert.equal(wantsColour(true, { TERM: 'dumb' }), false)
    assert.equal(movesCursor({ TERM: 'dumb' }), false)
    assert.equal(movesCursor({}), true)
  })

  it('is read line by line where the cursor cannot be moved', async () => {
    const { session, output, messages, close } = testSession()
    const prompts = new Kept()
    const typed = Readable.from(['RETURN 1\n', 'AS a;\n', 'RETURN nothing;\n', ':quit\n', 'RETURN 2;\n'])
    assert.equal(await plainPrompt(session, typed, prompts), 'ok')
    assert.equal(output.take(), 'a\n1\n')
    assert.match(messages.take(), /Variable nothing is not in scope/)
    assert.equal(prompts.text, 'nisaba> '.repeat(4))
    assert.ok(![prompts, output, messages].some((stream) => stream.text.includes('\u001b')))
    await close()
  })
})
