import { didYouMean } from '../closest-name.ts'
import { isOutputMode, OUTPUT_MODES } from '../render/modes.ts'
import type { ShellSession } from '../session.ts'
import { ShellError } from '../shell-error.ts'
import type { ShellState } from '../shell-state.ts'

/** `:mode [mode]`; without one, tells the mode and the others. @throws {ShellError} for an unknown mode. */
export function setMode(argument: string, session: ShellSession): undefined {
  const mode = argument.toLowerCase()
  if (mode === '') session.tell(`Mode is ${session.state.mode}. There are ${OUTPUT_MODES.join(', ')}.`)
  else if (isOutputMode(mode)) session.state.mode = mode
  else {
    const hint = didYouMean(mode, OUTPUT_MODES) || ` There are ${OUTPUT_MODES.join(', ')}.`
    throw new ShellError(`Unknown mode ${argument}.${hint}`)
  }
}

/** `:max_rows [n]`. @throws {ShellError} */
export function setMaxRows(argument: string, session: ShellSession): undefined {
  if (argument === '') session.tell(`At most ${session.state.maxRows || 'all'} rows are drawn.`)
  else session.state.maxRows = wholeNumber(argument, ':max_rows')
}

/** `:max_width [n]`. @throws {ShellError} */
export function setMaxWidth(argument: string, session: ShellSession): undefined {
  const { maxWidth } = session.state
  if (argument === '')
    session.tell(`Tables take ${maxWidth === 0 ? 'the width of the terminal' : `${maxWidth} columns`}.`)
  else session.state.maxWidth = wholeNumber(argument, ':max_width')
}

/** @returns a command that turns something on or off, or tells how it is. */
export function setDisplay(
  setting: 'stats' | 'timer' | 'highlight' | 'explain',
  what: string,
): (argument: string, session: ShellSession) => undefined {
  return (argument, session) => {
    const { state }: { state: ShellState } = session
    const word = argument.toLowerCase()
    if (word === '') session.tell(`${what}: ${state[setting] ? 'on' : 'off'}.`)
    else if (/^(on|true|1|yes)$/.test(word)) state[setting] = true
    else if (/^(off|false|0|no)$/.test(word)) state[setting] = false
    else throw new ShellError(`:${setting} takes on or off, not ${argument}.`)
  }
}

/** @throws {ShellError} */
function wholeNumber(text: string, command: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new ShellError(`${command} takes a whole number, 0 or more, not ${text}.`)
  return Number(text)
}
