import type { LineBuffer } from './line-buffer.ts'

/** What a key does to the buffer. @returns false if nothing could be done. */
export type BufferCommand = (buffer: LineBuffer) => boolean

/** What a key does beyond the buffer. */
export type EditorCommand =
  | 'accept'
  | 'newline'
  | 'up'
  | 'down'
  | 'history-previous'
  | 'history-next'
  | 'page-up'
  | 'page-down'
  | 'search-back'
  | 'search-forward'
  | 'complete'
  | 'complete-back'
  | 'interrupt'
  | 'delete-or-leave'
  | 'clear-screen'
  | 'abort'
  | 'suspend'

const capitalise = (word: string) => word.toLowerCase().replace(/\p{L}/u, (c) => c.toUpperCase())

/** Emacs keys on the text, as terminals send them. */
export const BUFFER_KEYS: ReadonlyMap<string, BufferCommand> = new Map<string, BufferCommand>([
  ['ctrl-a', (b) => b.moveToLineStart()],
  ['home', (b) => b.moveToLineStart()],
  ['ctrl-e', (b) => b.moveToLineEnd()],
  ['end', (b) => b.moveToLineEnd()],
  ['ctrl-b', (b) => b.moveLeft()],
  ['left', (b) => b.moveLeft()],
  ['ctrl-f', (b) => b.moveRight()],
  ['right', (b) => b.moveRight()],
  ['alt-b', (b) => b.moveWordLeft()],
  ['ctrl-left', (b) => b.moveWordLeft()],
  ['alt-left', (b) => b.moveWordLeft()],
  ['alt-f', (b) => b.moveWordRight()],
  ['ctrl-right', (b) => b.moveWordRight()],
  ['alt-right', (b) => b.moveWordRight()],
  ['ctrl-home', (b) => b.moveTo(0)],
  ['alt-<', (b) => b.moveTo(0)],
  ['ctrl-end', (b) => b.moveTo(b.text.length)],
  ['alt->', (b) => b.moveTo(b.text.length)],
  ['backspace', (b) => b.deleteBackward()],
  ['ctrl-h', (b) => b.deleteBackward()],
  ['delete', (b) => b.deleteForward()],
  ['ctrl-k', (b) => b.killToLineEnd()],
  ['ctrl-u', (b) => b.killToLineStart()],
  ['ctrl-w', (b) => b.killBlankWordBackward()],
  ['alt-d', (b) => b.killWordForward()],
  ['ctrl-delete', (b) => b.killWordForward()],
  ['alt-delete', (b) => b.killWordForward()],
  ['alt-backspace', (b) => b.killWordBackward()],
  ['ctrl-backspace', (b) => b.killWordBackward()],
  ['ctrl-y', (b) => b.yank()],
  ['alt-y', (b) => b.yankPop()],
  ['ctrl-t', (b) => b.transpose()],
  ['alt-u', (b) => b.changeCase((w) => w.toUpperCase())],
  ['alt-l', (b) => b.changeCase((w) => w.toLowerCase())],
  ['alt-c', (b) => b.changeCase(capitalise)],
  ['ctrl-_', (b) => b.undo()],
  ['alt-_', (b) => b.redo()],
])

/** Keys of the editor around the text. */
export const EDITOR_KEYS: ReadonlyMap<string, EditorCommand> = new Map<string, EditorCommand>([
  ['enter', 'accept'],
  ['ctrl-j', 'accept'],
  ['ctrl-m', 'accept'],
  ['alt-enter', 'newline'],
  ['up', 'up'],
  ['down', 'down'],
  ['ctrl-p', 'history-previous'],
  ['ctrl-n', 'history-next'],
  ['pageup', 'page-up'],
  ['pagedown', 'page-down'],
  ['ctrl-r', 'search-back'],
  ['ctrl-s', 'search-forward'],
  ['tab', 'complete'],
  ['ctrl-i', 'complete'],
  ['shift-tab', 'complete-back'],
  ['ctrl-c', 'interrupt'],
  ['ctrl-d', 'delete-or-leave'],
  ['ctrl-l', 'clear-screen'],
  ['ctrl-z', 'suspend'],
  ['ctrl-g', 'abort'],
  ['escape', 'abort'],
])
