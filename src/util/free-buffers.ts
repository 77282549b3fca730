import { MessageChannel, type MessagePort } from 'node:worker_threads'

let sink: MessagePort | null = null

/**
 * Gives the memory of buffers back at once (the first ones: in the next turn of the event loop); their length is 0 afterwards. For those who go through many: V8 looks
 * for what is not used any more only after another 64 MiB, in each thread. A buffer that is sent to a closed port goes the way of its message.
 *
 * Not for buffers that others use too, such as the pool of small Buffers. Cost: some microseconds.
 */
export function freeBuffers(buffers: readonly ArrayBuffer[]): void {
  sink ??= closedPort()
  sink.postMessage(null, buffers)
}

function closedPort(): MessagePort {
  const { port1, port2 } = new MessageChannel()
  port2.close()
  return port1
}
