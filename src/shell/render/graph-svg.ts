import { layOutGraph } from './graph-layout.ts'
import type { GraphModel, GraphNode, GraphRel } from './graph-model.ts'
import { escapeHtml } from './html.ts'
import { shorten } from './text-width.ts'

/** Most nodes and rels of a picture. */
export const PICTURE_LIMIT = 1500
const UNIT = 90
const RADIUS = 20
const MARGIN = 60
const LEGEND_HEIGHT = 26
/** Colours that people with any colour vision can tell apart (Okabe and Ito), and their own text colour. */
const COLOURS = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#f0e442', '#999999']

/** @returns a graph as an SVG document that needs nothing else: nodes coloured by label, all properties in tooltips. Cost: see layOutGraph. */
export function graphSvg(model: GraphModel): string {
  const nodes = [...model.nodes.values()]
  const index = new Map(nodes.map((n, i) => [n.id, i]))
  const rels = [...model.rels.values()]
  const edges = Int32Array.from(rels.flatMap((r) => [index.get(r.from)!, index.get(r.to)!]))
  const { x, y } = layOutGraph(nodes.length, edges)
  const left = Math.min(0, ...x) * UNIT - MARGIN
  const top = Math.min(0, ...y) * UNIT - MARGIN
  const labels = [...new Set(nodes.map((n) => n.label))].sort()
  const legendWidth = labels.reduce((sum, label) => sum + labelWidth(label), 12)
  const width = Math.max(legendWidth, Math.max(0, ...x) * UNIT - left + MARGIN)
  const height = Math.max(0, ...y) * UNIT - top + MARGIN + LEGEND_HEIGHT
  const colour = (label: string) => COLOURS[labels.indexOf(label) % COLOURS.length]!
  const place = (i: number): Point => ({ x: x[i]! * UNIT - left, y: y[i]! * UNIT - top })
  const parallel = parallelNumbers(rels)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width.toFixed(0)} ${height.toFixed(0)}" width="${width.toFixed(0)}" height="${height.toFixed(0)}" font-family="system-ui, sans-serif" font-size="11">
<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto-start-reverse"><path d="M0,0 L8,4 L0,8 z" fill="#888"/></marker></defs>
<rect width="100%" height="100%" fill="#fff"/>
<g class="drawing">
${rels.map((rel, i) => relSvg(rel, place(edges[2 * i]!), place(edges[2 * i + 1]!), parallel[i]!)).join('\n')}
${nodes.map((node, i) => nodeSvg(node, place(i), colour(node.label))).join('\n')}
</g>
${legendSvg(
  labels.filter((l) => l !== ''),
  colour,
  height,
)}
</svg>
`
}

interface Point {
  readonly x: number
  readonly y: number
}

/** For each rel its number among those between the same two nodes, and whether it goes against the first. */
function parallelNumbers(rels: readonly GraphRel[]): { number: number; turned: boolean }[] {
  const seen = new Map<string, number>()
  return rels.map(({ from, to }) => {
    const turned = from > to
    const key = turned ? `${to} ${from}` : `${from} ${to}`
    const number = seen.get(key) ?? 0
    seen.set(key, number + 1)
    return { number, turned }
  })
}

function tooltip(head: string, properties: readonly (readonly [string, string])[]): string {
  return `<title>${escapeHtml([head, ...properties.map(([name, value]) => `${name}: ${value}`)].join('\n'))}</title>`
}

function nodeSvg({ id, label, caption, properties }: GraphNode, at: Point, colour: string): string {
  const text = escapeHtml(shorten(caption, 22))
  return `<g>${tooltip(`${label} ${id}`, properties)}<circle cx="${f(at.x)}" cy="${f(at.y)}" r="${RADIUS}" fill="${colour}" stroke="#fff" stroke-width="2"/><text x="${f(at.x)}" y="${f(at.y + RADIUS + 12)}" text-anchor="middle" fill="#222" stroke="#fff" stroke-width="3" paint-order="stroke">${text}</text></g>`
}

function relSvg(
  rel: GraphRel,
  from: Point,
  to: Point,
  { number, turned }: { number: number; turned: boolean },
): string {
  const head = tooltip(`${rel.label} ${rel.from} → ${rel.to}`, rel.properties)
  const path = rel.from === rel.to ? loopPath(from, number) : bentPath(from, to, number, turned)
  const label = `<text x="${f(path.label.x)}" y="${f(path.label.y)}" text-anchor="middle" fill="#666" font-size="9" stroke="#fff" stroke-width="3" paint-order="stroke">${escapeHtml(rel.label)}</text>`
  return `<g>${head}<path d="${path.d}" fill="none" stroke="#888" stroke-width="1.5" marker-end="url(#arrow)"/>${label}</g>`
}

function loopPath(at: Point, number: number): { d: string; label: Point } {
  const size = 34 + 14 * number
  const [leftX, rightX, y] = [at.x - RADIUS * 0.7, at.x + RADIUS * 0.7, at.y - RADIUS * 0.7]
  const d = `M${f(leftX)},${f(y)} C${f(at.x - size)},${f(at.y - 2 * size)} ${f(at.x + size)},${f(at.y - 2 * size)} ${f(rightX)},${f(y)}`
  return { d, label: { x: at.x, y: at.y - RADIUS * 0.7 - size } }
}

/** The first rel between two nodes is straight, the next ones bend to alternating sides. */
function bentPath(from: Point, to: Point, number: number, turned: boolean): { d: string; label: Point } {
  const length = Math.max(1, Math.hypot(to.x - from.x, to.y - from.y))
  const side = (number % 2 === 0 ? 1 : -1) * (turned ? -1 : 1)
  const bend = Math.ceil(number / 2) * 36 * side
  const [ux, uy] = [(to.x - from.x) / length, (to.y - from.y) / length]
  const middle = { x: (from.x + to.x) / 2 - uy * bend, y: (from.y + to.y) / 2 + ux * bend }
  const start = towards(from, middle, RADIUS)
  const end = towards(to, middle, RADIUS + 3)
  const label = { x: (start.x + 2 * middle.x + end.x) / 4, y: (start.y + 2 * middle.y + end.y) / 4 - 3 }
  return { d: `M${f(start.x)},${f(start.y)} Q${f(middle.x)},${f(middle.y)} ${f(end.x)},${f(end.y)}`, label }
}

function towards(from: Point, to: Point, distance: number): Point {
  const length = Math.max(1, Math.hypot(to.x - from.x, to.y - from.y))
  return { x: from.x + ((to.x - from.x) / length) * distance, y: from.y + ((to.y - from.y) / length) * distance }
}

function legendSvg(labels: readonly string[], colour: (label: string) => string, height: number): string {
  let at = 12
  const entries = labels.map((label) => {
    const entry = `<circle cx="${at + 6}" cy="${f(height - 13)}" r="6" fill="${colour(label)}"/><text x="${at + 17}" y="${f(height - 9)}" fill="#222">${escapeHtml(label)}</text>`
    at += labelWidth(label)
    return entry
  })
  return `<g class="legend">${entries.join('')}</g>`
}

function labelWidth(label: string): number {
  return 32 + label.length * 7
}

function f(value: number): string {
  return value.toFixed(1)
}
