import { closeSync, openSync, writeSync } from 'node:fs'
import type { JsValue, QueryResult } from '../../index.ts'
import { quoteName } from '../editor/keywords.ts'
import { quoteText } from '../quote-text.ts'

/** A column of a file that export writes. */
export interface ExportColumn {
  readonly name: string
  /** Type of the table's property. */
  readonly type: string
}

/** What was written, and how it is read back. */
export interface WrittenFile {
  readonly rows: number
  /** The part of a COPY statement behind FROM: the file with its options, or a query over it. */
  readonly source: string
}

/** How the values of a type are written so that nothing is lost: as they are, numbers and lists of such with all digits, anything nested as JSON. */
type CellForm = 'text' | 'number' | 'float' | 'numbers' | 'floats' | 'json'

/**
 * Writes a result as CSV without losing anything but the member that a UNION holds, where several could: numbers with all their digits, nested values as JSON, and a word for NULL where the empty text is among
 * the values. Memory: that of the result, and 1 MiB of text.
 */
export function writeCsv(
  file: string,
  name: string,
  columns: readonly ExportColumn[],
  result: QueryResult,
): WrittenFile {
  const rows = result.getNumTuples()
  const forms = columns.map((c, i) => cellForm(c.type, i, result))
  const nullWord = chooseNullWord(forms, result)
  const exact = forms.every((f) => f === 'text')
  const nested = forms.includes('json')
  let breaksLines = false
  const descriptor = openSync(file, 'w')
  try {
    let text = `${columns.map((c) => plainText(c.name)).join(',')}\n`
    for (let row = 0; row < rows; row++) {
      const values = result.getRowText(row, 'full')
      const raw = exact ? [] : result.getRowValues(row)
      const json = nested ? result.getRowText(row, 'json') : []
      const cells = forms.map((form, c) => {
        return values[c] === null ? nullWord : cell(form, values[c]!, raw[c], json[c] ?? '')
      })
      breaksLines ||= cells.some((value) => /[\n\r]/.test(value))
      text += `${cells.join(',')}\n`
      if (text.length < 1 << 20) continue
      writeSync(descriptor, text)
      text = ''
    }
    writeSync(descriptor, text)
  } finally {
    closeSync(descriptor)
  }
  return { rows, source: sourceText(name, columns, forms, { nullWord, breaksLines }) }
}

function cellForm(type: string, column: number, result: QueryResult): CellForm {
  if (type === 'FLOAT') return 'float'
  if (type === 'DOUBLE') return 'number'
  if (/^(FLOAT|DOUBLE|U?INT(8|16|32|64))\[\d*\]$/.test(type))
    return holdsNulls(column, result) ? 'json' : type.startsWith('FLOAT') ? 'floats' : 'numbers'
  return type.endsWith(']') || /^(STRUCT|MAP|UNION)\(/.test(type) ? 'json' : 'text'
}

/** Whether an element of some list is NULL. */
function holdsNulls(column: number, result: QueryResult): boolean {
  for (let row = 0; row < result.getNumTuples(); row++) {
    const value = result.getRowValues(row)[column]
    if (Array.isArray(value) && value.includes(null)) return true
  }
  return false
}

function cell(form: CellForm, text: string, raw: JsValue, json: string): string {
  switch (form) {
    case 'text':
      return plainText(text)
    case 'number':
      return numberText(raw)
    case 'float':
      return floatText(raw)
    case 'numbers':
      return `"[${Array.from(raw as ArrayLike<JsValue>, numberText).join(',')}]"`
    case 'floats':
      return `"[${Array.from(raw as ArrayLike<JsValue>, floatText).join(',')}]"`
    case 'json':
      return quoted(json)
  }
}

/** The shortest digits that give the number back; JSON has neither infinity nor NaN, the reader of CSV has both. */
function numberText(value: JsValue): string {
  if (Object.is(value, -0)) return '-0'
  if (typeof value !== 'number' || Number.isFinite(value)) return String(value)
  return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf'
}

/** As {@link numberText}, with the fewest digits that give the same number of 32 bits. */
function floatText(value: JsValue): string {
  if (typeof value !== 'number' || !Number.isFinite(value) || value === 0) return numberText(value)
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return String(short)
  }
  return String(value)
}

function plainText(text: string): string {
  return text === '' || /[",\n\r\\]|^\s|\s$/.test(text) ? quoted(text) : text
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}

/** The empty text and NULL look the same to a reader of CSV; then NULL gets a word that is no value. */
function chooseNullWord(forms: readonly CellForm[], result: QueryResult): string {
  let hasEmpty = false
  const taken = new Set<string>()
  const textColumns = forms.flatMap((form, c) => (form === 'text' ? [c] : []))
  for (let row = 0; row < result.getNumTuples() && textColumns.length > 0; row++) {
    const values = result.getRowText(row)
    for (const c of textColumns) {
      const value = values[c]
      if (value === '') hasEmpty = true
      else if (value?.startsWith('\\N')) taken.add(value)
    }
  }
  if (!hasEmpty) return ''
  let word = '\\N'
  while (taken.has(word)) word += '_'
  return word
}

function sourceText(
  name: string,
  columns: readonly ExportColumn[],
  forms: readonly CellForm[],
  { nullWord, breaksLines }: { nullWord: string; breaksLines: boolean },
): string {
  const options = ['header=true', "delim=','", `quote='"'`, `escape='"'`]
  if (breaksLines) options.push('parallel=false')
  if (nullWord !== '') options.push(`null_strings=[${quoteText(nullWord)}]`)
  const file = `${quoteText(name)} (${options.join(', ')})`
  if (!forms.includes('json')) return file
  const heads = columns.map((c, i) => `c${i} ${forms[i] === 'json' ? 'STRING' : c.type}`)
  const values = columns.map((c, i) =>
    forms[i] === 'json' ? `CAST(CAST(c${i}, 'JSON'), ${quoteText(c.type)})` : `c${i}`,
  )
  const returned = values.map((value, i) => `${value} AS v${i}`).join(', ')
  return `(LOAD WITH HEADERS (${heads.join(', ')}) FROM ${file} RETURN ${returned})`
}

/** @returns the columns of a COPY statement. */
export function columnList(columns: readonly ExportColumn[]): string {
  return columns.length === 0 ? '' : `(${columns.map((c) => quoteName(c.name)).join(', ')})`
}
