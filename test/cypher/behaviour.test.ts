import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { readBehaviourFile } from '../support/behaviour-file.ts'
import { type BehaviourConfig, runCase } from '../support/behaviour-runner.ts'

const root = path.resolve(import.meta.dirname, '..', '..', '..')
const configs = readdirSync(path.join(root, 'test', 'configs'))
  .filter((f) => f.endsWith('.json'))
  .map((f) => JSON.parse(readFileSync(path.join(root, 'test', 'configs', f), 'utf8')) as BehaviourConfig)
const files = readdirSync(path.join(root, 'test', 'cypher'), { recursive: true })
  .map(String)
  .filter((f) => f.endsWith('.test'))
  .sort()

for (const config of configs) {
  describe(`behaviour, ${config.name}`, () => {
    for (const file of files) {
      const { dataset, configs: wanted, cases } = readBehaviourFile(path.join(root, 'test', 'cypher', file))
      if (wanted !== null && !wanted.includes(config.name)) continue
      describe(file.replace(/\.test$/, ''), () => {
        for (const one of cases) it(one.name, () => runCase(dataset, one, config))
      })
    }
  })
}
