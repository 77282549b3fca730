/**
 * Thrown by a run on the main thread that has lasted longer than it may. Not a failure: the plan has changed nothing,
 * so the caller runs it again in a worker thread.
 */
export class MoveToWorker extends Error {
  constructor() {
    super('the query continues in a worker thread')
    this.name = 'MoveToWorker'
  }
}
