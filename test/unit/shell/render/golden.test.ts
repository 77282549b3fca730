import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Connection, Database, type QueryResult } from '../../../../src/index.ts'
import { painter } from '../../../../src/shell/paint.ts'
import { graphPage } from '../../../../src/shell/render/graph-html.ts'
import { collectGraph } from '../../../../src/shell/render/graph-model.ts'
import { graphSvg } from '../../../../src/shell/render/graph-svg.ts'
import { OUTPUT_MODES } from '../../../../src/shell/render/modes.ts'
import { RENDERERS } from '../../../../src/shell/render/renderers.ts'
import { viewOf } from '../../../../src/shell/render/result-view.ts'
import { GOLDEN_CASES } from './golden-cases.ts'

const root = path.resolve(import.meta.dirname, '..', '..', '..', '..', '..')
const folder = path.join(root, 'test', 'golden', 'shell')

/** NISABA_UPDATE_GOLDEN=1 writes the files instead of comparing them. */
function compare(file: string, text: string): void {
  const place = path.join(folder, file)
  if (process.env['NISABA_UPDATE_GOLDEN'] === '1') {
    mkdirSync(folder, { recursive: true })
    writeFileSync(place, text)
    return
  }
  assert.ok(existsSync(place), `${file} is missing: run this test with NISABA_UPDATE_GOLDEN=1`)
  assert.equal(text, readFileSync(place, 'utf8'), file)
}

async function resultOf(setup: readonly string[], query: string): Promise<QueryResult> {
  const connection = new Connection(new Database(':memory:', { bufferPoolSize: 16 * 2 ** 20, numThreads: 1 }))
  for (const statement of setup) await connection.query(statement)
  const result = (await connection.query(query)) as QueryResult
  await connection.close()
  return result
}

describe('output modes', function () {
  this.timeout(60_000)

  for (const { name, setup, query, maxWidth, maxRows } of GOLDEN_CASES) {
    it(`draw ${name} as in test/golden/shell/${name}.txt`, async () => {
      const result = await resultOf(setup, query)
      const paint = painter(false)
      const parts = OUTPUT_MODES.map((mode) => {
        const text = [...RENDERERS[mode](viewOf(result), { maxRows, maxWidth, paint })].join('')
        return `=== ${mode} ===\n${text}`
      })
      compare(`${name}.txt`, parts.join(''))
    })
  }

  it('draw a box in colour', async () => {
    const result = await resultOf([], "UNWIND [1, NULL] AS i RETURN i, 'x' AS text")
    const options = { maxRows: 20, maxWidth: 0, paint: painter(true) }
    compare('box-colour.txt', [...RENDERERS.box(viewOf(result), options)].join(''))
  })

  it('draw a graph as a picture', async () => {
    const { setup, query } = GOLDEN_CASES.find((c) => c.name === 'nodes')!
    const svg = graphSvg(collectGraph(viewOf(await resultOf(setup, query)), 100))
    compare('graph.svg', svg)
    compare('graph.html', graphPage(svg, query))
  })
})
