/**
 * What is known about the JavaScript form of a value: always a number; number or bigint (an Int); boolean; string; anything.
 */
export type Rep = 'number' | 'int' | 'boolean' | 'string' | 'any'

/**
 * Generated code of an expression. `value` may be evaluated only where `nul` is false; with `boxed`, `value` may be
 * evaluated always and is `null` for NULL. `nul` is cheap, free of effects and may be repeated; `value` is to be evaluated at most
 * once unless {@link isSimple}.
 */
export interface Code {
  readonly value: string
  /** JavaScript condition for NULL, or null when the value is never NULL. */
  readonly nul: string | null
  readonly boxed: boolean
  readonly rep: Rep
}

/** The expression NULL. */
export const NULL_CODE: Code = { value: 'null', nul: 'true', boxed: true, rep: 'any' }

/** @returns whether text is an identifier or a short literal, so that it may be repeated. */
export function isSimple(js: string): boolean {
  return /^(-?[\d.]+|[A-Za-z_]\w*|'')$/.test(js)
}

/** @returns code of a value that is never NULL. */
export function known(value: string, rep: Rep): Code {
  return { value, nul: null, boxed: true, rep }
}

/** @returns code of an identifier that holds a Value, null included. */
export function boxedCode(identifier: string, rep: Rep): Code {
  return { value: identifier, nul: `${identifier} === null`, boxed: true, rep }
}

/** @returns an expression that gives the value, or null for NULL. */
export function boxedValue(code: Code): string {
  if (code.boxed || code.nul === null) return code.value
  return code.nul === 'true' ? 'null' : `(${code.nul} ? null : ${code.value})`
}

/** @returns the condition "one of them is NULL", or null when none ever is. */
export function anyNull(codes: readonly Code[]): string | null {
  const parts = [...new Set(codes.flatMap((c) => (c.nul === null ? [] : [c.nul])))]
  if (parts.length === 0) return null
  if (parts.includes('true')) return 'true'
  return parts.length === 1 ? parts[0]! : `(${parts.join(' || ')})`
}

/** @returns a condition and-ed from parts; null parts mean true. */
export function allOf(parts: readonly (string | null)[]): string {
  const real = parts.filter((p): p is string => p !== null)
  return real.length === 0 ? 'true' : real.length === 1 ? real[0]! : `(${real.join(' && ')})`
}

/** @returns the negation of a NULL test, or null when it never holds. */
export function notNull(code: Code): string | null {
  if (code.nul === null) return null
  if (code.nul === 'true') return 'false'
  const match = /^([\w$]+) === null$/.exec(code.nul)
  return match === null ? `!${/^[\w$]+$/.test(code.nul) ? code.nul : `(${code.nul})`}` : `${match[1]} !== null`
}

/** A value that stands where `rep` is held when the slot is NULL; keeps variables of one kind. */
export function fillerOf(rep: Rep): string {
  switch (rep) {
    case 'number':
    case 'int':
      return '0'
    case 'boolean':
      return 'false'
    case 'string':
      return "''"
    case 'any':
      return 'null'
  }
}
