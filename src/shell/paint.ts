/** Colours and weights that the shell uses, as SGR parameters. */
const STYLES = {
  dim: ['2', '22'],
  bold: ['1', '22'],
  underline: ['4', '24'],
  red: ['31', '39'],
  green: ['32', '39'],
  yellow: ['33', '39'],
  blue: ['34', '39'],
  magenta: ['35', '39'],
  cyan: ['36', '39'],
  grey: ['90', '39'],
} as const

/** Name of a style. */
export type Style = keyof typeof STYLES

/** Puts a text into a style, or leaves it as it is where there are no colours. */
export type Paint = (style: Style, text: string) => string

/** @returns the painter of a place that shows colours, or of one that does not. */
export function painter(colour: boolean): Paint {
  if (!colour) return (_style, text) => text
  return (style, text) => {
    const [on, off] = STYLES[style]
    return text === '' ? '' : `\u001b[${on}m${text}\u001b[${off}m`
  }
}

/**
 * @returns whether a stream should get colours: it is a terminal that can show them, and neither NO_COLOR (https://no-color.org), FORCE_COLOR=0 nor
 * `--no-color` speaks against it.
 */
export function wantsColour(isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  if ((env['NO_COLOR'] ?? '') !== '' || env['FORCE_COLOR'] === '0') return false
  if ((env['FORCE_COLOR'] ?? '') !== '') return true
  return isTerminal && env['TERM'] !== 'dumb'
}
