import type { TerminalStream } from './progress-bar.ts'

const USUAL_WIDTH = 80

/** @returns the columns that a stream shows: what the terminal says, else `COLUMNS`, else 80; 0 (no limit) where there is no terminal. */
export function terminalWidth(
  { columns, isTTY }: Pick<TerminalStream, 'columns' | 'isTTY'>,
  env: Readonly<Record<string, string | undefined>> = process.env,
): number {
  if (isTTY !== true) return 0
  // a terminal that does not know its size says 0
  if (columns !== undefined && columns > 0) return columns
  const told = Number(env['COLUMNS'])
  return Number.isInteger(told) && told > 0 ? told : USUAL_WIDTH
}
