import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { Connection, Database, type QueryResult } from '../../../src/index.ts'
import { MemoryFeatureSource } from '../../../src/pyg-compat/features/memory-feature-source.ts'
import {
  chooseBackend,
  classesOf,
  InceptionSage,
  inferFromDatabase,
  inferLayerByLayer,
  LayeredModel,
  Trainer,
  writePredictions,
} from '../../../src/training/index.ts'
import { numbers } from '../../support/device-suite.ts'
import { type ArrayGraph, memoryGraphOf, SampledBatches } from '../../support/sampled-batches.ts'

const NODES = 40
const graph: ArrayGraph = {
  nodes: NODES,
  features: 5,
  x: numbers(NODES * 5, 3),
  y: Int32Array.from({ length: NODES }, (_, i) => i % 3),
  edgeIndex: Int32Array.from([
    ...Array.from({ length: 120 }, (_, k) => (k * 7 + (k >> 3)) % NODES),
    ...Array.from({ length: 120 }, (_, k) => (k * k) % NODES),
  ]),
}
const all = Int32Array.from({ length: NODES }, (_, i) => i)

describe('training: inference over the whole graph', () => {
  before(() => chooseBackend('wasm'))

  it('predicts what batches with all neighbours predict, in chunks of any size', async () => {
    const edgeType = ['node', 'to', 'node'] as const
    for (const model of [
      new LayeredModel({ kind: 'sage', inputs: 5, hidden: 6, outputs: 3, norm: 'batch' }),
      new LayeredModel({ kind: 'gcn', inputs: 5, hidden: 6, outputs: 3 }),
      new LayeredModel({ kind: 'gat', inputs: 5, hidden: 8, outputs: 3 }),
      new InceptionSage(5, 6, 3, 2),
    ]) {
      const trainer = new Trainer(model)
      const whole = new SampledBatches(graph, all, { numNeighbors: [-1, -1], batchSize: NODES })
      let expected: Int32Array = new Int32Array(0)
      for await (const batch of whole) expected = await trainer.predict(batch)
      const before = tf.memory().numTensors
      for (const rowsPerStep of [1, 17, 1000]) {
        const features = [new MemoryFeatureSource(graph.x, 'float32', [5])]
        const scores = await inferLayerByLayer(
          model,
          { graph: memoryGraphOf(graph), edgeType, features },
          { rowsPerStep },
        )
        assert.deepEqual(classesOf(scores, 3), expected)
      }
      assert.equal(tf.memory().numTensors, before)
      trainer.dispose()
      model.dispose()
    }
  })

  it('reads a database and writes the predictions into a column', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'nisaba-inference-'))
    const database = new Database(path.join(folder, 'graph.db'))
    const connection = new Connection(database)
    await connection.query(
      'CREATE NODE TABLE paper(id INT64, x FLOAT[5], PRIMARY KEY(id)); CREATE REL TABLE cites(FROM paper TO paper)',
    )
    for (let i = 0; i < NODES; i++) {
      await connection.query(
        `CREATE (:paper {id: ${i}, x: [${Array.from(graph.x.subarray(i * 5, i * 5 + 5)).join(', ')}]})`,
      )
    }
    for (let e = 0; e < 120; e++) {
      const [from, to] = [graph.edgeIndex[e], graph.edgeIndex[120 + e]]
      await connection.query(`MATCH (a:paper {id: ${from}}), (b:paper {id: ${to}}) CREATE (a)-[:cites]->(b)`)
    }
    const stores = database.getTorchGeometricRemoteBackend()
    const model = new LayeredModel({ kind: 'sage', inputs: 5, hidden: 6, outputs: 3 })
    const edgeType = ['paper', 'cites', 'paper'] as const
    const scores = await inferFromDatabase(model, stores, { edgeType, columns: ['x'] })
    const memory = await inferLayerByLayer(model, {
      graph: memoryGraphOf(graph),
      edgeType: ['node', 'to', 'node'],
      features: [new MemoryFeatureSource(graph.x, 'float32', [5])],
    })
    assert.deepEqual(classesOf(scores, 3), classesOf(memory, 3))
    writePredictions(stores[0], 'paper', 'predicted', classesOf(scores, 3))
    const result = await connection.query('MATCH (p:paper) RETURN p.predicted AS c ORDER BY p.id')
    assert.deepEqual(
      (await (result as QueryResult).getAll()).map((row) => Number((row as { c: number }).c)),
      Array.from(classesOf(scores, 3)),
    )
    await assert.rejects(inferFromDatabase(model, stores, { edgeType, columns: ['none'] }), {
      code: 'UNKNOWN_PROPERTY',
    })
    model.dispose()
    await database.close()
    rmSync(folder, { recursive: true, force: true })
  })
})
