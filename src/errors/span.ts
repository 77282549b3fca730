/** A place in a query text: half-open range of UTF-16 positions, with the 1-based line and column of its start. */
export interface Span {
  readonly start: number
  readonly end: number
  readonly line: number
  readonly column: number
}
