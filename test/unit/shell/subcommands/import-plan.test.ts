import assert from 'node:assert/strict'
import {
  type DescribedFile,
  type ImportNames,
  type KnownTable,
  planImport,
} from '../../../../src/shell/subcommands/import-plan.ts'

function npy(stem: string, type: string): DescribedFile {
  return { path: `d/${stem}.npy`, stem, format: 'npy', columns: [{ name: 'column0', type }], hasHeader: false }
}

function csv(stem: string, columns: string, hasHeader = true): DescribedFile {
  const list = columns.split(', ').map((c) => ({ name: c.split(' ')[0]!, type: c.split(' ')[1]! }))
  return { path: `d/${stem}.csv`, stem, format: 'csv', columns: list, hasHeader }
}

function plan(files: readonly DescribedFile[], names: ImportNames = {}, known: readonly KnownTable[] = []): string[] {
  return planImport(files, known, names).map((step) => step.statement)
}

const PAPERS = [
  npy('ids', 'INT64'),
  npy('node_feat', 'FLOAT[8]'),
  npy('node_label', 'FLOAT'),
  npy('node_year', 'INT64'),
]

describe('planImport', () => {
  it('makes one node table of .npy files, and a rel table of edges', () => {
    const edges = csv('edge_index', 'column0 INT64, column1 INT64', false)
    assert.deepEqual(plan([...PAPERS, edges], { nodeTable: 'paper', relTable: 'cites' }), [
      'CREATE NODE TABLE paper(id INT64, feat FLOAT[8], label FLOAT, year INT64, PRIMARY KEY (id));',
      "COPY paper FROM ('d/ids.npy', 'd/node_feat.npy', 'd/node_label.npy', 'd/node_year.npy') BY COLUMN;",
      'CREATE REL TABLE cites(FROM paper TO paper);',
      "COPY cites FROM 'd/edge_index.csv';",
    ])
    assert.deepEqual(plan([...PAPERS, edges]).slice(2), [
      'CREATE REL TABLE edge(FROM node TO node);',
      "COPY edge FROM 'd/edge_index.csv';",
    ])
  })

  it('fills the tables that are there: by name, then by type', () => {
    const known: KnownTable[] = [
      {
        name: 'paper',
        kind: 'node',
        properties: [
          { name: 'id', type: 'INT64' },
          { name: 'x', type: 'FLOAT[8]' },
          { name: 'year', type: 'INT32' },
          { name: 'y', type: 'DOUBLE' },
        ],
      },
      { name: 'cites', kind: 'rel', properties: [] },
    ]
    assert.deepEqual(plan([...PAPERS, csv('edge_index', 'column0 INT64, column1 INT64', false)], {}, known), [
      "COPY paper FROM ('d/ids.npy', 'd/node_feat.npy', 'd/node_year.npy', 'd/node_label.npy') BY COLUMN;",
      "COPY cites FROM 'd/edge_index.csv';",
    ])
    assert.deepEqual(plan([csv('Paper', 'id INT64')], {}, known), ["COPY paper FROM 'd/Paper.csv' (header=true);"])
  })

  it('makes a table of each .csv file, with the key that its columns suggest', () => {
    assert.deepEqual(
      plan([csv('person', 'name STRING, person_id INT64, born DATE'), csv('city', 'name STRING, people INT64')]),
      [
        'CREATE NODE TABLE person(name STRING, person_id INT64, born DATE, PRIMARY KEY (person_id));',
        "COPY person FROM 'd/person.csv' (header=true);",
        'CREATE NODE TABLE city(name STRING, people INT64, PRIMARY KEY (name));',
        "COPY city FROM 'd/city.csv' (header=true);",
      ],
    )
  })

  it('knows rels by the names of their columns and files, and what they connect', () => {
    const nodes = [csv('Person', 'id INT64'), csv('City', 'id INT64')]
    const made = (file: DescribedFile) => plan([file, ...nodes]).at(-2)
    assert.equal(
      made(csv('lives_Person_City', 'a INT64, b INT64, since DATE')),
      'CREATE REL TABLE lives(FROM Person TO City, since DATE);',
    )
    assert.equal(
      made(csv('person_lives_in_city', 'a INT64, b INT64')),
      'CREATE REL TABLE lives_in(FROM Person TO City);',
    )
    assert.throws(
      () => plan([csv('knows', 'from INT64, to INT64'), ...nodes]),
      /Which tables does d\/knows\.csv connect\? Call it <rel>_<from>_<to>\.csv/,
    )
    assert.equal(
      plan([csv('knows', 'source INT64, target INT64, w DOUBLE'), nodes[0]!]).at(-2),
      'CREATE REL TABLE knows(FROM Person TO Person, w DOUBLE);',
    )
  })

  it('asks where files leave open what is meant', () => {
    assert.throws(() => plan([npy('feat', 'FLOAT[8]')]), /Which \.npy file holds the keys of node\? Call it ids\.npy\./)
    assert.throws(() => plan([csv('edges', 'a INT64, b INT64')]), /There are no node tables/)
  })
})
