// Records a session of the real shell as a picture: node scripts/record-shell.mjs <database> <picture.svg>
// Types into `node dist/cli.js` inside tmux, key by key, and draws what its screen shows at the end. Needs tmux and a built dist/.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const COLUMNS = 100
const ROWS = 46
/** What is typed: a text, or a key of tmux. Each waits until the screen shows `until`. */
const STEPS = [
  { type: ':tables', until: ':tables' },
  { key: 'Enter', until: 'cites ' },
  { type: 'MATCH (a:pa', until: '(a:pa' },
  { key: 'Tab', until: '(a:paper' },
  { type: ')-[:cites]->(b:paper)', until: '(b:paper)' },
  { key: 'Enter', until: '' },
  { type: 'WHERE a.year > 2015', until: '2015' },
  { key: 'Enter', until: '' },
  { type: 'WITH b, count(*) AS citations ORDER BY citations DESC LIMIT 5', until: 'LIMIT 5' },
  { key: 'Enter', until: '' },
  { type: 'RETURN b.id, b.year, citations, b.x;', until: 'b.x;' },
  { key: 'Enter', until: 'tuples)' },
  { type: 'MATCH (p:papr) RETURN p;', until: 'papr' },
  { key: 'Enter', until: 'Did you mean' },
  { type: ':mode graph', until: ':mode graph' },
  { key: 'Enter', until: '' },
  { type: 'MATCH p = (a:paper)-[:cites]->(b)-[:cites]->(c) WHERE a.id = 7 RETURN p LIMIT 6;', until: 'LIMIT 6;' },
  { key: 'Enter', until: 'nodes, ' },
]

const [database, picture] = process.argv.slice(2)
if (picture === undefined) {
  console.error('Usage: node scripts/record-shell.mjs <database> <picture.svg>')
  process.exit(2)
}

const home = mkdtempSync(path.join(os.tmpdir(), 'nisaba-record-'))
const socket = path.join(home, 'tmux')
const tmux = (...args) => {
  const { status, stdout, stderr } = spawnSync('tmux', ['-S', socket, '-f', '/dev/null', ...args], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`tmux ${args[0]}: ${stderr}`)
  return stdout
}
const screen = (...options) => tmux('capture-pane', '-p', '-t', 'shell', ...options)
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

async function waitFor(text) {
  for (let waited = 0; waited < 60_000; waited += 50) {
    if (screen().includes(text)) return
    await pause(50)
  }
  throw new Error(`the screen never showed ${text}:\n${screen()}`)
}

async function record() {
  const folder = path.dirname(path.resolve(database))
  const command = `${process.execPath} ${path.join(root, 'dist', 'cli.js')} -r ${path.basename(database)}`
  tmux(
    'new-session',
    '-d',
    '-s',
    'shell',
    '-x',
    String(COLUMNS),
    '-y',
    String(ROWS),
    '-c',
    folder,
    '-e',
    `HOME=${home}`,
    '-e',
    'NO_COLOR=',
    '-e',
    'COLORTERM=',
    command,
  )
  try {
    await waitFor('nisaba>')
    for (const { type, key, until } of STEPS) {
      tmux('send-keys', '-t', 'shell', ...(type === undefined ? [key] : ['-l', type.replace(/;$/, '\\;')]))
      await pause(150)
      await waitFor(until)
    }
    await pause(500)
    return screen('-e')
  } finally {
    // it has left already where the shell could not start
    spawnSync('tmux', ['-S', socket, 'kill-server'])
  }
}

/** Colours of the sixteen that terminals have, on a dark ground. */
const PALETTE = [
  '#45475a',
  '#f38ba8',
  '#a6e3a1',
  '#f9e2af',
  '#89b4fa',
  '#cba6f7',
  '#94e2d5',
  '#cdd6f4',
  '#7f849c',
  '#f38ba8',
  '#a6e3a1',
  '#f9e2af',
  '#89b4fa',
  '#cba6f7',
  '#94e2d5',
  '#ffffff',
]
const GROUND = '#1e1e2e'
const TEXT = '#cdd6f4'
const CELL = { width: 8.4, height: 18 }

const ESCAPE = String.fromCharCode(27)
const STYLE_OR_TEXT = new RegExp(`${ESCAPE}\\[([\\d;]*)m|([^${ESCAPE}]+)`, 'g')

/** @returns runs of one style of a line with SGR sequences. */
function runsOf(line) {
  const runs = []
  let style = {}
  for (const [, codes, text] of line.matchAll(STYLE_OR_TEXT)) {
    if (text !== undefined) {
      runs.push({ text, style })
      continue
    }
    for (const code of (codes === '' ? '0' : codes).split(';').map(Number)) {
      if (code === 0) style = {}
      else if (code === 1) style = { ...style, bold: true }
      else if (code === 2) style = { ...style, dim: true }
      else if (code === 4) style = { ...style, underline: true }
      else if (code === 7) style = { ...style, inverse: true }
      else if (code === 22) style = { ...style, bold: false, dim: false }
      else if (code === 24) style = { ...style, underline: false }
      else if (code === 27) style = { ...style, inverse: false }
      else if (code === 39) style = { ...style, colour: undefined }
      else if (code >= 30 && code <= 37) style = { ...style, colour: PALETTE[code - 30] }
      else if (code >= 90 && code <= 97) style = { ...style, colour: PALETTE[code - 82] }
    }
  }
  return runs
}

const escapeXml = (text) => text.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c])

/** Every character has its own place, so that frames meet whatever font is there. All characters of the session are one column wide. */
function drawLine(line, row) {
  let column = 0
  const y = 44 + row * CELL.height
  return runsOf(line)
    .map(({ text, style }) => {
      const start = column
      const characters = [...text]
      column += characters.length
      if (text.trim() === '') return ''
      const x = (16 + start * CELL.width).toFixed(1)
      const attributes = [
        `x="${x}"`,
        `y="${y}"`,
        `textLength="${(characters.length * CELL.width).toFixed(1)}"`,
        style.colour === undefined ? '' : `fill="${style.colour}"`,
        style.bold ? 'font-weight="bold"' : '',
        style.dim ? 'opacity="0.6"' : '',
        style.underline ? 'text-decoration="underline"' : '',
      ]
      return `<text ${attributes.filter((a) => a !== '').join(' ')}>${escapeXml(text)}</text>`
    })
    .join('')
}

function drawScreen(text) {
  const lines = text.trimEnd().split('\n')
  const width = (32 + COLUMNS * CELL.width).toFixed(0)
  const height = 44 + lines.length * CELL.height
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14">
<title>A session of the nisaba shell</title>
<rect width="100%" height="100%" rx="8" fill="${GROUND}"/>
<circle cx="18" cy="16" r="5" fill="#f38ba8"/><circle cx="36" cy="16" r="5" fill="#f9e2af"/><circle cx="54" cy="16" r="5" fill="#a6e3a1"/>
<g fill="${TEXT}" xml:space="preserve" style="white-space: pre">
${lines
  .map(drawLine)
  .filter((l) => l !== '')
  .join('\n')}
</g>
</svg>
`
}

try {
  writeFileSync(picture, drawScreen(await record()))
} finally {
  rmSync(home, { recursive: true, force: true })
}
