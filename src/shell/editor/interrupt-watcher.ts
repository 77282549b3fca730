/*
 * Worker thread: reads the keys of the terminal while the main thread is busy with a statement, so that Ctrl-C stops it whatever it does. Other keys are
 * kept for the editor.
 */
import { closeSync, constants, openSync, readSync } from 'node:fs'
import { workerData } from 'node:worker_threads'
import { CONTROL, type WatcherSetup } from './watch-protocol.ts'

const CTRL_C = 0x03
const POLL_MS = 20

const { control, typed, interruptFlag, terminal } = workerData as WatcherSetup

/** @returns bytes read; 0 when there are none. */
function readKeys(file: number, into: Uint8Array): number {
  try {
    return readSync(file, into)
  } catch {
    return 0
  }
}

function watch(file: number, order: number): void {
  const bytes = new Uint8Array(4096)
  while (Atomics.load(control, CONTROL.order) === order) {
    const count = readKeys(file, bytes)
    if (count > 0) keep(bytes.subarray(0, count))
    else Atomics.wait(control, CONTROL.order, order, POLL_MS)
  }
}

function rest(order: number): void {
  Atomics.store(control, CONTROL.done, order)
  Atomics.notify(control, CONTROL.done)
  Atomics.wait(control, CONTROL.order, order)
}

/** As in a terminal's own line mode, Ctrl-C takes what was typed before it along. */
function keep(bytes: Uint8Array): void {
  const last = bytes.lastIndexOf(CTRL_C)
  let length = last < 0 ? control[CONTROL.typed]! : 0
  if (last >= 0) Atomics.store(interruptFlag, 0, 1)
  const rest = bytes.subarray(last + 1, last + 1 + typed.length - length)
  typed.set(rest, length)
  length += rest.length
  Atomics.store(control, CONTROL.typed, length)
}

const file = openSync(terminal, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
for (let order = Atomics.load(control, CONTROL.order); order >= 0; order = Atomics.load(control, CONTROL.order)) {
  if (order % 2 === 1) watch(file, order)
  else rest(order)
}
closeSync(file)
