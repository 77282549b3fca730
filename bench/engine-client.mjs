// The driver's side of an engine process.
import { fork } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const here = path.dirname(fileURLToPath(import.meta.url))

/** One engine in a process of its own. `call` runs a command of engine-process.mjs and gives its value. */
export class Engine {
  constructor(name, databasePath, poolBytes) {
    this.name = name
    this.databasePath = databasePath
    this.poolBytes = poolBytes
    this.waiting = new Map()
    this.nextId = 1
  }

  async start() {
    this.child = fork(path.join(here, 'engine-process.mjs'), [this.name, this.databasePath, String(this.poolBytes)], {
      serialization: 'advanced',
    })
    await new Promise((resolve, reject) => {
      this.child.once('message', resolve)
      this.child.once('exit', (code) => reject(new Error(`${this.name} ended with ${code}`)))
    })
    this.child.removeAllListeners('exit')
    this.child.on('exit', (code, signal) => {
      for (const { reject } of this.waiting.values()) reject(new Error(`${this.name} died (${code ?? signal})`))
      this.waiting.clear()
    })
    this.child.on('message', ({ id, value, error }) => {
      const { resolve, reject } = this.waiting.get(id)
      this.waiting.delete(id)
      if (error === undefined) resolve(value)
      else reject(new Error(`${this.name}: ${error}`))
    })
  }

  call(command, options) {
    const id = this.nextId++
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject })
      this.child.send({ id, command, options })
    })
  }

  async stop() {
    if (this.child === undefined || this.child.exitCode !== null) return
    const ended = new Promise((resolve) => this.child.once('exit', resolve))
    this.child.kill('SIGTERM')
    await ended
  }
}
