/** What a command's argument is, for completion and help. `switch` is on or off; `assignment` is name=value. */
export type ArgumentKind = 'none' | 'table' | 'mode' | 'number' | 'switch' | 'file' | 'assignment' | 'command'

/** A shell command, without what it does (see run-command.ts), so that help, completion and docs can read the list at no cost. */
export interface CommandRecord {
  /** Name with the colon. */
  readonly name: CommandName
  /** Other spellings, with the colon. */
  readonly aliases: readonly string[]
  readonly argument: ArgumentKind
  /** How the argument is written, such as `[table]`; empty without one. */
  readonly usage: string
  /** One sentence. */
  readonly help: string
}

/** Names of all commands. */
export type CommandName =
  | ':help'
  | ':quit'
  | ':clear'
  | ':tables'
  | ':schema'
  | ':mode'
  | ':max_rows'
  | ':max_width'
  | ':stats'
  | ':timer'
  | ':multiline'
  | ':singleline'
  | ':highlight'
  | ':read'
  | ':output'
  | ':once'
  | ':explain'
  | ':set'
  | ':params'

function record(
  name: CommandName,
  argument: ArgumentKind,
  usage: string,
  help: string,
  aliases: readonly string[] = [],
): CommandRecord {
  return { name, aliases, argument, usage, help }
}

/** All commands, in the order of `:help`. */
export const COMMANDS: readonly CommandRecord[] = [
  record(':help', 'command', '[command]', 'Lists the commands, or explains one.', [':h', ':?']),
  record(':quit', 'none', '', 'Leaves the shell; Ctrl-D does too.', [':q', ':exit']),
  record(':clear', 'none', '', 'Clears the screen.', [':cls']),
  record(':tables', 'none', '', 'Lists the tables with their kinds and rows.', [':t']),
  record(':schema', 'table', '[table]', 'Prints the statements that create the tables, or one table.', [':d']),
  record(':mode', 'mode', '[mode]', 'Sets how results are written.'),
  record(':max_rows', 'number', '[n]', 'Sets the most rows that are drawn of a result; 0 draws all.'),
  record(':max_width', 'number', '[n]', 'Sets the width of tables in columns; 0 takes the width of the terminal.'),
  record(':stats', 'switch', '[on|off]', 'Shows row and column counts and times after results.'),
  record(':timer', 'switch', '[on|off]', 'Shows the times for compiling and executing as part of the statistics.'),
  record(':multiline', 'none', '', 'Enter runs a statement only when it ends with `;`.'),
  record(':singleline', 'none', '', 'Enter runs what was typed, with or without `;`.'),
  record(':highlight', 'switch', '[on|off]', 'Colours what is typed.'),
  record(':read', 'file', '<file>', 'Runs the statements and commands of a file.', [':r']),
  record(':output', 'file', '[file]', 'Writes results to a file from now on; without a file, to the terminal again.', [
    ':o',
  ]),
  record(':once', 'file', '<file>', 'Writes the result of the next statement to a file.'),
  record(':explain', 'switch', '[on|off]', 'Shows the plan of each query before it runs.'),
  record(
    ':set',
    'assignment',
    '<name>=<expression>',
    'Gives the parameter $name a value for the statements that use it.',
  ),
  record(':params', 'none', '[clear]', 'Lists the parameters and their values, or forgets them.'),
]

/** @returns the command of a name or alias, case ignored; undefined for an unknown one. */
export function findCommand(name: string): CommandRecord | undefined {
  const wanted = name.toLowerCase()
  return COMMANDS.find((c) => c.name === wanted || c.aliases.includes(wanted))
}
