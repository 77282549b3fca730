import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { COMMANDS } from '../../../src/shell/commands/registry.ts'
import { makeProgram } from '../../../src/shell/program.ts'
import { OUTPUT_MODES, type OutputMode } from '../../../src/shell/render/modes.ts'

const file = path.resolve(import.meta.dirname, '..', '..', '..', '..', 'docs', 'shell.md')

const MODE_DOCS: Readonly<Record<OutputMode, string>> = {
  box: 'a frame, types under names, numbers to the right; the default on a terminal',
  table: 'a frame of plain ASCII',
  column: 'columns without a frame',
  line: '`name = value`, one value a line',
  list: 'values between bars',
  csv: 'comma-separated values; the default elsewhere',
  tsv: 'tab-separated values; tabs, line ends and backslashes as `\\t`, `\\n`, `\\r`, `\\\\`',
  json: 'an array of objects, one a line',
  jsonlines: 'an object a line',
  markdown: 'a table for Markdown',
  html: 'a `<table>`',
  latex: 'a `tabular`',
  graph: 'nodes and rels as a drawing',
  trash: 'nothing, for measuring',
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '\\<')
}

function rows(head: readonly [string, string], list: readonly (readonly [string, string])[]): string {
  const lines = list.map(([name, docs]) => `| ${name} | ${docs} |`)
  return `| ${head.join(' | ')} |\n|---|---|\n${lines.join('\n')}\n`
}

function sections(): Readonly<Record<string, string>> {
  const actions = { shell: async () => undefined, subcommand: async () => undefined }
  const program = makeProgram(actions)
  const code = (text: string) => `\`${text.replaceAll('|', '\\|')}\``
  const options = program.createHelp().visibleOptions(program)
  const subcommands = program.commands.map((c) => {
    const own = c
      .createHelp()
      .visibleOptions(c)
      .filter((o) => o.long !== '--help')
    const extra = own.map((o) => `${code(o.flags)} ${cell(o.description)}`)
    return [
      code(`nisaba ${c.name()} ${c.usage().replace('[options] ', '')}`),
      [cell(c.description()), ...extra].join('; '),
    ] as const
  })
  return {
    options: rows(
      ['option', 'effect'],
      options.map((o) => [code(o.flags), cell(o.description)]),
    ),
    commands: rows(
      ['command', 'effect'],
      COMMANDS.map((c) => [[`${c.name} ${c.usage}`.trim(), ...c.aliases].map(code).join(' '), cell(c.help)]),
    ),
    modes: rows(
      ['mode', 'writes'],
      OUTPUT_MODES.map((m) => [code(m), MODE_DOCS[m]]),
    ),
    subcommands: rows(['sub-command', 'does'], subcommands),
  }
}

describe('docs/shell.md', () => {
  it('lists the options, commands, modes and sub-commands that there are', () => {
    const text = readFileSync(file, 'utf8')
    let wanted = text
    for (const [name, table] of Object.entries(sections())) {
      const place = new RegExp(`(<!-- ${name}: [^\\n]*-->\\n)[\\s\\S]*?(<!-- end of ${name} -->)`)
      assert.match(wanted, place, name)
      wanted = wanted.replace(place, (_all, head: string, end: string) => `${head}\n${table}\n${end}`)
    }
    // NISABA_UPDATE_DOCS=1 writes the lists instead of comparing them
    if (process.env['NISABA_UPDATE_DOCS'] === '1') writeFileSync(file, wanted)
    else assert.equal(text, wanted, 'the lists are old: run this test with NISABA_UPDATE_DOCS=1')
  })
})
