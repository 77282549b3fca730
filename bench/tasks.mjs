// The tasks of bench/run.mjs: statements of one text for all engines, with constants drawn anew for each repetition, and the ratio to reach.

/** Seeded generator (mulberry32), so that every run draws the same constants. */
export function random(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const below = (draw, n) => Math.floor(draw() * n)

/** A write between two repetitions that changes the answers of all queries below: one new paper that cites five others. */
export function disturb(draw, papers, number) {
  const id = papers + 1_000_000 + number
  const cited = Array.from({ length: 5 }, () => below(draw, papers))
  return [
    { text: `CREATE (:paper {id: ${id}, year: ${1990 + below(draw, 31)}, y: 1.0})` },
    ...cited.map((to) => ({ text: `MATCH (a:paper {id: ${id}}), (b:paper {id: ${to}}) CREATE (a)-[:cites]->(b)` })),
    { text: `MATCH (a:paper {id: ${number}}), (b:paper {id: ${id}}) CREATE (a)-[:cites]->(b)` },
  ]
}

/** Queries: `text(draw, papers)` gives a statement; `target` is the peer's time divided by ours, at least. */
export const QUERIES = [
  { name: 'count of all citations', target: 5, text: () => 'MATCH (a:paper)-[:cites]->(b:paper) RETURN count(*)' },
  {
    name: 'filter and count',
    target: 0.8,
    text: (draw) => `MATCH (p:paper) WHERE p.year > ${2005 + below(draw, 10)} RETURN count(*)`,
  },
  {
    name: 'group by year, top 5',
    target: 1,
    ordered: true,
    text: () => 'MATCH (p:paper) RETURN p.year, count(*) AS c ORDER BY c DESC LIMIT 5',
  },
  {
    name: 'one hop, filter on both ends',
    target: 2,
    text: (draw) =>
      `MATCH (a:paper)-[:cites]->(b:paper) WHERE a.year < ${1994 + below(draw, 3)} AND b.year > ${1991 + below(draw, 2)} RETURN count(*)`,
  },
  {
    name: 'two hops from about 1,000 papers',
    target: 20,
    text: (draw) =>
      `MATCH (a:paper)-[:cites]->(b:paper)-[:cites]->(c:paper) WHERE a.id < ${950 + below(draw, 100)} RETURN count(*)`,
  },
  {
    name: 'two hops from about 20,000 papers, distinct ends',
    target: 5,
    text: (draw) =>
      `MATCH (a:paper)-[:cites]->(b:paper)-[:cites]->(c:paper) WHERE a.id < ${19950 + below(draw, 100)} RETURN count(DISTINCT c.id)`,
  },
  {
    name: 'citations by cited paper, top 3',
    target: 10,
    ordered: true,
    text: () => 'MATCH (a:paper)-[:cites]->(b:paper) RETURN b.id, count(*) AS c ORDER BY c DESC, b.id LIMIT 3',
  },
]
