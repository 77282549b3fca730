import { didYouMean } from '../closest-name.ts'
import type { Outcome, ShellSession } from '../session.ts'
import { ShellError } from '../shell-error.ts'
import { setDisplay, setMaxRows, setMaxWidth, setMode } from './display-commands.ts'
import { readScript, setOnce, setOutput } from './file-commands.ts'
import { showHelp } from './help-command.ts'
import { listParameters, setParameter } from './parameter-commands.ts'
import { COMMANDS, type CommandName, findCommand } from './registry.ts'
import { showSchema, showTables } from './schema-commands.ts'

/** What a command does with its argument, which is the rest of the line without spaces around it. */
export type CommandAction = (
  argument: string,
  session: ShellSession,
) => Promise<Outcome | undefined> | Outcome | undefined

const ACTIONS: Readonly<Record<CommandName, CommandAction>> = {
  ':help': showHelp,
  ':quit': () => 'quit',
  ':clear': (_argument, { streams }) => {
    if (streams.output.isTTY) streams.output.write('\u001b[H\u001b[2J\u001b[3J')
    return 'ok'
  },
  ':tables': showTables,
  ':schema': showSchema,
  ':mode': setMode,
  ':max_rows': setMaxRows,
  ':max_width': setMaxWidth,
  ':stats': setDisplay('stats', 'Statistics'),
  ':timer': setDisplay('timer', 'Times'),
  ':multiline': (_argument, { state }) => {
    state.multiline = true
    return 'ok'
  },
  ':singleline': (_argument, { state }) => {
    state.multiline = false
    return 'ok'
  },
  ':highlight': setDisplay('highlight', 'Highlighting'),
  ':read': readScript,
  ':output': setOutput,
  ':once': setOnce,
  ':explain': setDisplay('explain', 'Plans'),
  ':set': setParameter,
  ':params': listParameters,
}

/**
 * Runs a command line. A `;` at its end is taken for a habit.
 * @throws {ShellError} for an unknown command, with the one that was probably meant, and for a wrong argument.
 */
export async function runCommand(line: string, session: ShellSession): Promise<Outcome> {
  const [, name, rest] = /^(:\S*)\s*([\s\S]*?)\s*$/.exec(line)!
  const word = name!.replace(/;+$/, '')
  const command = findCommand(word)
  if (command === undefined) {
    const names = COMMANDS.flatMap((c) => [c.name, ...c.aliases.filter((a) => a.length > 2)])
    throw new ShellError(`Unknown command ${word}.${didYouMean(word, names) || ' :help lists the commands.'}`)
  }
  const argument = rest!.replace(/\s*;+$/, '')
  if (command.argument === 'none' && command.usage === '' && argument !== '') {
    throw new ShellError(`${command.name} takes no argument.`)
  }
  return (await ACTIONS[command.name](argument, session)) ?? 'ok'
}
