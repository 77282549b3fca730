/** A key as node:readline's `keypress` event gives it. */
export interface RawKey {
  readonly sequence?: string | undefined
  readonly name?: string | undefined
  readonly ctrl?: boolean | undefined
  readonly meta?: boolean | undefined
  readonly shift?: boolean | undefined
}

/** A key: a text that it types, or a name such as `ctrl-a`, `alt-backspace`, `shift-tab`. */
export type Key = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'named'; readonly name: string }

/** Control characters that node gives no name or a misleading one. */
const CONTROL: Readonly<Record<string, string>> = {
  '\u0000': 'ctrl-space',
  '\u001c': 'ctrl-\\',
  '\u001d': 'ctrl-]',
  '\u001e': 'ctrl-^',
  '\u001f': 'ctrl-_',
  '\u001b_': 'alt-_',
  '\n': 'enter',
  '\r': 'enter',
}

const NAMES: Readonly<Record<string, string>> = { return: 'enter', enter: 'enter' }

/** @returns the key of an event of {@link https://nodejs.org/api/readline.html | emitKeypressEvents}; null for one that means nothing. */
export function keyOf(text: string | undefined, raw: RawKey): Key | null {
  const sequence = raw.sequence ?? text ?? ''
  const control = CONTROL[sequence]
  if (control !== undefined) return { kind: 'named', name: control }
  const typed = !raw.ctrl && !raw.meta && !/^[\p{Cc}]/u.test(sequence)
  if (typed && sequence !== '') return { kind: 'text', text: sequence }
  if (raw.name === undefined || raw.name === 'undefined') return null
  return { kind: 'named', name: modifiers(raw) + (NAMES[raw.name] ?? raw.name) }
}

function modifiers(raw: RawKey): string {
  // Shift is told only of keys that have another meaning with it.
  const shift = raw.shift === true && raw.name === 'tab' ? 'shift-' : ''
  const alt = raw.meta === true && raw.name !== 'escape' ? 'alt-' : ''
  return `${raw.ctrl === true ? 'ctrl-' : ''}${alt}${shift}`
}
