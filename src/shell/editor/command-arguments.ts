import type { ArgumentKind } from '../commands/registry.ts'
import type { Knowledge } from './knowledge.ts'

/** What completes the argument of a `:` command, by the kind of argument. */
export const COMMAND_ARGUMENTS: Readonly<Record<ArgumentKind, (knowledge: Knowledge) => readonly string[]>> = {
  none: () => [],
  table: (k) =>
    k
      .tables()
      .map((t) => t.name)
      .sort(),
  mode: (k) => k.modes,
  number: () => [],
  switch: () => ['on', 'off'],
  file: () => [],
  assignment: (k) => k.parameters().map((name) => `${name}=`),
  command: (k) => k.commands.map((c) => c.name),
}
