import { DOUBLE, INT64, type LogicalType, STRING, scalar } from '../../src/types/logical-type.ts'
import type { Value } from '../../src/types/value.ts'
import type { FakeColumn, FakeNodeTable, FakeRelTable } from './fake-view.ts'
import { Graph } from './graph.ts'
import type { Random } from './random.ts'

/** Table ids of {@link randomGraph}. */
export const PERSON = 3
export const CITY = 5
export const KNOWS = 7
export const LIVES = 8

function column(name: string, type: LogicalType, rows: number, value: (row: number) => Value): FakeColumn {
  return { name, type, values: Array.from({ length: rows }, (_, row) => value(row)) }
}

function someOf(rows: number, random: Random, share: number): Set<number> {
  const found = new Set<number>()
  for (let row = 0; row < rows; row++) if (random.next() < share) found.add(row)
  return found
}

/**
 * Persons who know persons and live in cities, with NULLs, deleted rows, parallel rels, self loops, and integers past 2^53.
 * Deleted nodes have no live rels.
 */
export function randomGraph(random: Random, persons = 12, cities = 5, knows = 30): Graph {
  const maybe = (v: Value): Value => (random.next() < 0.2 ? null : v)
  const deletedPersons = random.next() < 0.5 ? someOf(persons, random, 0.2) : new Set<number>()
  const person: FakeNodeTable = {
    id: PERSON,
    name: 'person',
    primaryKey: 0,
    rowCount: persons,
    deleted: deletedPersons,
    columns: [
      column('id', INT64, persons, (row) => row * 10),
      column('name', STRING, persons, () => maybe(random.pick(['ada', 'bob', 'cy', '', 'ada b']))),
      column('age', INT64, persons, () => maybe(random.int(60))),
      column('big', INT64, persons, () => maybe(random.pick([1, -1, 2n ** 60n, -(2n ** 60n), 9007199254740991]))),
      column('score', DOUBLE, persons, () => maybe(random.pick([0, -0, 1.5, Number.NaN, -2.25, 1e300]))),
      column('year', scalar('INT32'), persons, () => 1990 + random.int(5)),
    ],
  }
  const city: FakeNodeTable = {
    id: CITY,
    name: 'city',
    primaryKey: 0,
    rowCount: cities,
    deleted: new Set(),
    columns: [
      column('name', STRING, cities, (row) => `city${row}`),
      column('age', INT64, cities, () => maybe(random.int(60))),
    ],
  }
  const pair = (id: number, name: string, count: number, to: FakeNodeTable): FakeRelTable => {
    const sources = Array.from({ length: count }, () => random.int(persons))
    const targets = Array.from({ length: count }, () => random.int(to.rowCount))
    const deleted = someOf(count, random, random.next() < 0.5 ? 0.15 : 0)
    for (let i = 0; i < count; i++) {
      if (person.deleted.has(sources[i]!) || to.deleted.has(targets[i]!)) deleted.add(i)
    }
    const columns = [column('since', INT64, count, () => maybe(random.int(20)))]
    return { id, name, from: PERSON, to: to.id, sources, targets, columns, deleted }
  }
  return new Graph([person, city], [pair(KNOWS, 'knows', knows, person), pair(LIVES, 'lives', persons, city)])
}
