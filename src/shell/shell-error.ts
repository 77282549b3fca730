/** A mistake of whoever uses the shell, told without a stack: a wrong option, an unknown command, a file that is not there. */
export class ShellError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ShellError'
  }
}
