import type { ShellSession } from '../session.ts'
import { ShellError } from '../shell-error.ts'
import { usedParameters } from '../used-parameters.ts'

/** `:set name=expression`: any expression of the dialect. Without an argument, as `:params`. @throws {ShellError} */
export async function setParameter(argument: string, session: ShellSession): Promise<undefined> {
  if (argument === '') return listParameters('', session)
  const found = /^\$?([\p{ID_Start}_][\p{ID_Continue}]*)\s*=\s*([\s\S]+)$/u.exec(argument)
  if (found === null) throw new ShellError(":set takes name=expression, such as :set year=2015 or :set name='Ada'.")
  const [, name, expression] = found as unknown as [string, string, string]
  const { parameters } = session.state
  const result = await session.query(`RETURN ${expression} AS value`, usedParameters(expression, parameters))
  parameters.set(name, result.getRowValues(0)[0])
}

/** `:params [clear]`. @throws {ShellError} */
export async function listParameters(argument: string, session: ShellSession): Promise<undefined> {
  const { parameters } = session.state
  if (argument.toLowerCase() === 'clear') {
    parameters.clear()
    return
  }
  if (argument !== '') throw new ShellError(`:params takes nothing or clear, not ${argument}.`)
  if (parameters.size === 0) {
    session.tell('No parameters. :set name=expression makes one, such as :set year=2015; statements use it as $year.')
    return
  }
  const rows: (string | null)[][] = []
  for (const [name, value] of parameters) {
    const result = await session.query('RETURN $value AS value', { value })
    rows.push([`$${name}`, result.getColumnDataTypesSync()[0]!, result.getRowText(0, 'short')[0]!])
  }
  await session.show({
    names: ['parameter', 'type', 'value'],
    types: ['STRING', 'STRING', 'STRING'],
    rowCount: rows.length,
    text: (row, form) => (form === 'json' ? rows[row]!.map((v) => JSON.stringify(v)) : rows[row]!),
    values: (row) => rows[row]!,
  })
}
