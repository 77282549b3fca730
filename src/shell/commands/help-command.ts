import { didYouMean } from '../closest-name.ts'
import type { ShellSession } from '../session.ts'
import { ShellError } from '../shell-error.ts'
import { COMMANDS, type CommandRecord, findCommand } from './registry.ts'

/** `:help [command]`. @throws {ShellError} for an unknown command. */
export async function showHelp(argument: string, session: ShellSession): Promise<undefined> {
  if (argument === '') {
    await session.print(helpText(COMMANDS, session))
    return
  }
  const name = argument.startsWith(':') ? argument : `:${argument}`
  const command = findCommand(name)
  if (command === undefined) {
    const names = COMMANDS.map((c) => c.name)
    throw new ShellError(`Unknown command ${name}.${didYouMean(name, names) || ' :help lists the commands.'}`)
  }
  const others = command.aliases.length === 0 ? '' : ` Also ${command.aliases.join(', ')}.`
  await session.print(`${command.name} ${command.usage}\n  ${command.help}${others}\n`)
}

function helpText(commands: readonly CommandRecord[], { paint, state }: ShellSession): string {
  const width = Math.max(...commands.map((c) => c.name.length + 1 + c.usage.length)) + 2
  const lines = commands.map(({ name, usage, help }) => {
    return `  ${paint('bold', name)} ${usage}${' '.repeat(width - name.length - 1 - usage.length)}${help}\n`
  })
  const how = state.multiline ? 'Statements end with `;` and may take several lines.' : 'Enter runs what was typed.'
  return `${how} Ctrl-C stops a running statement.\n${lines.join('')}`
}
