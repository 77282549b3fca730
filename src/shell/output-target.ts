import { closeSync, openSync, writeSync } from 'node:fs'
import type { TerminalStream } from './progress-bar.ts'
import { ShellError } from './shell-error.ts'

/** Where results go: standard output, or a file of `:output` or `:once`. */
export interface OutputTarget {
  /** Path of the file; null: standard output. */
  readonly file: string | null
  readonly isTerminal: boolean
  write(text: string): void
  close(): void
}

/** @returns standard output as a target; closing it does nothing. */
export function streamTarget(stream: TerminalStream): OutputTarget {
  return {
    file: null,
    isTerminal: stream.isTTY === true,
    write: (text) => {
      stream.write(text)
    },
    close: () => undefined,
  }
}

/** Opens a file for results; what was in it is gone. @throws {ShellError} if it cannot be written. */
export function fileTarget(file: string): OutputTarget {
  const descriptor = open(file)
  let isOpen = true
  return {
    file,
    isTerminal: false,
    write: (text) => {
      writeSync(descriptor, text)
    },
    close: () => {
      if (isOpen) closeSync(descriptor)
      isOpen = false
    },
  }
}

function open(file: string): number {
  try {
    return openSync(file, 'w')
  } catch (error) {
    throw new ShellError(`Cannot write ${file}: ${(error as Error).message}`)
  }
}
