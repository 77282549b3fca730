import type { Paint } from '../paint.ts'
import { box } from './box.ts'
import { collectGraph, type GraphModel, type GraphNode, type GraphRel } from './graph-model.ts'
import type { Renderer } from './renderer.ts'
import { printable, shorten } from './text-width.ts'

const LIMIT = 5000
const LONGEST_CAPTION = 32
const SHOWN_PROPERTIES = 2

/**
 * Nodes and rels of a result as trees of text: every rel is drawn once, at its source or, with a turned arrow, at its target; `^` marks a node
 * whose rels are drawn elsewhere. A result without nodes and rels is drawn as a box. Cost: reads every row, up to {@link LIMIT} nodes and rels.
 */
export const graph: Renderer = function* (view, options) {
  const model = collectGraph(view, LIMIT)
  if (model.nodes.size === 0) return yield* box(view, options)
  const lines = [...treeLines(model, options.paint)]
  const most = options.maxRows === 0 ? lines.length : Math.max(options.maxRows, 1) * 5
  for (const line of lines.slice(0, most)) yield `${options.maxWidth === 0 ? line.text : clip(line, options)}\n`
  if (lines.length > most) yield `${options.paint('grey', `… ${lines.length - most} more lines`)}\n`
  yield `${options.paint('grey', countsText(model))}\n`
  return { rows: model.rows, columns: view.names.length }
}

/** A line with the text that it has without colours. */
interface TreeLine {
  readonly text: string
  readonly plain: string
}

function clip(line: TreeLine, { maxWidth }: { maxWidth: number }): string {
  const short = shorten(line.plain, maxWidth)
  return short === line.plain ? line.text : short
}

function countsText({ nodes, rels }: GraphModel): string {
  const count = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`
  return `${count(nodes.size, 'node')}, ${count(rels.size, 'rel')}`
}

/** One end of a rel as seen from a node. */
interface Step {
  readonly rel: GraphRel
  readonly outgoing: boolean
}

function* treeLines(model: GraphModel, paint: Paint): Generator<TreeLine> {
  const steps = new Map<string, Step[]>([...model.nodes.keys()].map((id) => [id, []]))
  for (const rel of model.rels.values()) {
    steps.get(rel.from)!.push({ rel, outgoing: true })
    if (rel.to !== rel.from) steps.get(rel.to)!.push({ rel, outgoing: false })
  }
  const incoming = new Set([...model.rels.values()].filter((r) => r.from !== r.to).map((r) => r.to))
  const drawnRels = new Set<string>()
  const drawnNodes = new Set<string>()
  const roots = [...model.nodes.keys()].sort((a, b) => Number(incoming.has(a)) - Number(incoming.has(b)))
  for (const root of roots) {
    if (drawnNodes.has(root)) continue
    // a stack instead of recursion: a path may be longer than the call stack is deep
    const stack: { id: string; head: (p: Paint) => string; inner: string }[] = [{ id: root, head: () => '', inner: '' }]
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      const again = drawnNodes.has(at.id)
      const { head, inner, id } = at
      const write = (p: Paint) => head(p) + nodeText(model.nodes.get(id)!, again, p)
      yield { text: write(paint), plain: write((_s, t) => t) }
      if (again) continue
      drawnNodes.add(id)
      const open = steps.get(id)!.filter(({ rel }) => !drawnRels.has(rel.id))
      for (const { rel } of open) drawnRels.add(rel.id)
      for (let i = open.length - 1; i >= 0; i--) {
        const last = i === open.length - 1
        const { rel, outgoing } = open[i]!
        stack.push({
          id: outgoing ? rel.to : rel.from,
          head: (p) => p('grey', `${inner}${last ? '└' : '├'}`) + relText(rel, outgoing, p),
          inner: `${inner}${last ? ' ' : '│'}   `,
        })
      }
    }
  }
}

function nodeText({ caption, label, properties }: GraphNode, again: boolean, paint: Paint): string {
  const name = paint('bold', shorten(printable(caption), LONGEST_CAPTION))
  const kind = label === '' ? '' : paint('cyan', `:${printable(label)}`)
  const rest = again ? '' : detailText(properties, caption)
  return `(${name}${kind}${paint('grey', rest)})${again ? paint('grey', ' ^') : ''}`
}

function relText({ label, properties }: GraphRel, outgoing: boolean, paint: Paint): string {
  const inside = `${paint('yellow', `:${printable(label)}`)}${paint('grey', detailText(properties, null))}`
  return outgoing ? `─[${inside}]→ ` : `←[${inside}]─ `
}

function detailText(properties: readonly (readonly [string, string])[], caption: string | null): string {
  const others = properties.filter(([, value]) => value !== caption)
  if (others.length === 0) return ''
  const shown = others.slice(0, SHOWN_PROPERTIES).map(([name, value]) => {
    return `${printable(name)}: ${shorten(printable(value), LONGEST_CAPTION)}`
  })
  return ` {${shown.join(', ')}${others.length > SHOWN_PROPERTIES ? ', …' : ''}}`
}
