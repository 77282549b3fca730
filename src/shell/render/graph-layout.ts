/** Places of nodes in the plane, [n] each, in units of about one node's room. */
export interface Layout {
  readonly x: Float64Array
  readonly y: Float64Array
}

const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5))
const GRAVITY = 0.05

/**
 * Places nodes so that rels are about one unit long and nodes keep apart: forces that cool down, from places on a spiral, so that the same graph
 * always looks the same. Cost: O(rounds * n²), 0.3 s for 500 nodes.
 * @param edges index pairs, flat: [from0, to0, from1, to1, …].
 * Source: Fruchterman and Reingold, Graph drawing by force-directed placement, 1991.
 */
export function layOutGraph(count: number, edges: Int32Array): Layout {
  const x = Float64Array.from({ length: count }, (_v, i) => Math.sqrt(i + 0.5) * Math.cos(i * GOLDEN_ANGLE))
  const y = Float64Array.from({ length: count }, (_v, i) => Math.sqrt(i + 0.5) * Math.sin(i * GOLDEN_ANGLE))
  const rounds = Math.max(60, Math.min(400, Math.round(100_000 / Math.max(1, count))))
  const dx = new Float64Array(count)
  const dy = new Float64Array(count)
  for (let round = 0; round < rounds; round++) {
    dx.fill(0)
    dy.fill(0)
    repel(x, y, dx, dy)
    attract(edges, x, y, dx, dy)
    const step = 0.5 * (1 - round / rounds) + 0.01
    for (let i = 0; i < count; i++) {
      const pullX = dx[i]! - GRAVITY * x[i]!
      const pullY = dy[i]! - GRAVITY * y[i]!
      const length = Math.hypot(pullX, pullY)
      const scale = length > step ? step / length : 1
      x[i] = x[i]! + pullX * scale
      y[i] = y[i]! + pullY * scale
    }
  }
  return { x, y }
}

function repel(x: Float64Array, y: Float64Array, dx: Float64Array, dy: Float64Array): void {
  for (let i = 0; i < x.length; i++) {
    for (let j = i + 1; j < x.length; j++) {
      const ax = x[i]! - x[j]!
      const ay = y[i]! - y[j]!
      const force = 1 / Math.max(0.01, ax * ax + ay * ay)
      dx[i] = dx[i]! + ax * force
      dy[i] = dy[i]! + ay * force
      dx[j] = dx[j]! - ax * force
      dy[j] = dy[j]! - ay * force
    }
  }
}

function attract(edges: Int32Array, x: Float64Array, y: Float64Array, dx: Float64Array, dy: Float64Array): void {
  for (let e = 0; e < edges.length; e += 2) {
    const [i, j] = [edges[e]!, edges[e + 1]!]
    const ax = x[j]! - x[i]!
    const ay = y[j]! - y[i]!
    const force = 0.4 * Math.hypot(ax, ay)
    dx[i] = dx[i]! + ax * force
    dy[i] = dy[i]! + ay * force
    dx[j] = dx[j]! - ax * force
    dy[j] = dy[j]! - ay * force
  }
}
