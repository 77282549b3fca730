import type { Editor, EditorEvent } from '../../../../src/shell/editor/editor.ts'

/** Names of keys in `<>`, such as `<ctrl-a>`; everything else is typed. */
const KEYS = /<([a-z]+(?:-(?:[a-z]+|[_<>]))*)>|[\s\S]/gu

/** Presses keys one after the other. @returns the event of the last one. */
export function press(editor: Editor, keys: string): EditorEvent {
  let event: EditorEvent = { kind: 'none' }
  for (const found of keys.matchAll(KEYS)) {
    event = editor.press(found[1] === undefined ? { kind: 'text', text: found[0] } : { kind: 'named', name: found[1] })
  }
  return event
}

/** @returns the text with `|` at the cursor. */
export function shown(editor: Editor): string {
  const { text, cursor } = editor.view(80)
  return `${text.slice(0, cursor)}|${text.slice(cursor)}`
}
